/** The fleet against itself, the roles, and the loaders: what S10 refuses before any power command could go wrong. */
import { type Checked, type Draft, type FleetFile, problemAt } from "./draft.ts";
import type { Problem } from "./problem.ts";
import { suggestKey } from "./suggest-key.ts";

type Entry = FleetFile["machines"][number];

export function checkFleet(draft: Draft): Problem[] {
  if (draft.fleet === null) return [];
  return [
    ...duplicates(draft.fleet),
    ...unknownRoles(draft.fleet, draft.roles),
    ...namesOfRoles(draft.fleet, draft.roles),
    ...loadersWithoutLinks(draft.fleet, draft),
  ];
}

/** What must be one machine's own. Two machines on one BMC would power-cycle each other. */
const IDENTITIES: readonly { path: readonly string[]; of: (entry: Entry) => string }[] = [
  { path: ["name"], of: (entry) => entry.name },
  { path: ["ip"], of: (entry) => entry.ip },
  { path: ["mac"], of: (entry) => entry.mac },
  { path: ["bmc"], of: ({ bmc }) => `${bmc.address.toLowerCase()}:${bmc.port}` },
];

function duplicates({ yaml, value }: Checked<FleetFile>): Problem[] {
  return IDENTITIES.flatMap(({ path, of }) => {
    const first = new Map<string, { index: number; entry: Entry }>();
    return value.machines.flatMap((entry, index) => {
      const identity = of(entry);
      const other = first.get(identity);
      if (other === undefined) {
        first.set(identity, { index, entry });
        return [];
      }
      const { line } = yaml.placeOf(["machines", other.index, ...path]);
      const message = `${identity} is already that of ${other.entry.name}, line ${line}; each machine needs its own`;
      return [problemAt(yaml, ["machines", index, ...path], message)];
    });
  });
}

function unknownRoles({ yaml, value }: Checked<FleetFile>, roles: ReadonlySet<string>): Problem[] {
  const named: { role: string; path: PropertyKey[] }[] = [];
  const list = (names: readonly string[] | undefined, path: readonly PropertyKey[]) => {
    for (const [index, role] of (names ?? []).entries()) named.push({ role, path: [...path, index] });
  };
  list(value.defaults.roles, ["defaults", "roles"]);
  for (const [index, entry] of value.machines.entries()) {
    list(entry.roles, ["machines", index, "roles"]);
    for (const role of Object.keys(entry.image)) named.push({ role, path: ["machines", index, "image", role] });
  }
  return named
    .filter(({ role }) => !roles.has(role))
    .map(({ role, path }) => {
      const meant = suggestKey(role, [...roles]);
      const hint = meant === null ? "" : `; did you mean ${meant}?`;
      return problemAt(yaml, path, `no role is named ${role}: there is no policies/${role}.yaml${hint}`);
    });
}

function namesOfRoles({ yaml, value }: Checked<FleetFile>, roles: ReadonlySet<string>): Problem[] {
  return value.machines.flatMap((entry, index) =>
    roles.has(entry.name)
      ? [
          problemAt(
            yaml,
            ["machines", index, "name"],
            `${entry.name} is a role's name; a machine is never named after a role`,
          ),
        ]
      : [],
  );
}

function loadersWithoutLinks({ yaml, value }: Checked<FleetFile>, { settings }: Draft): Problem[] {
  if (settings === null || settings.value.bootLinks.grub !== undefined) return [];
  const message = "boots with grub, but retask.yaml names no directory for it: bootLinks.grub";
  const path = value.defaults.loader === "grub" ? [["defaults", "loader"]] : [];
  const own = value.machines.flatMap((entry, index) =>
    entry.loader === "grub" ? [["machines", index, "loader"]] : [],
  );
  return [...path, ...own].map((where) => problemAt(yaml, where, message));
}
