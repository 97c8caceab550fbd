/** Each policy against its file's name, the other policies, and what retask.yaml reaches. */
import type { Policy } from "../../core/domain/policy.ts";
import { type Checked, type Draft, policyFileOf, problemAt } from "./draft.ts";
import type { YamlFile } from "./parse-yaml.ts";
import type { Problem } from "./problem.ts";

export function checkPolicies(draft: Draft): Problem[] {
  return [
    ...draft.policies.flatMap((policy) => [
      ...wrongName(policy),
      ...floorsAboveMax(policy),
      ...prototypesOfNothing(policy),
      ...unreachable(policy, draft),
    ]),
    ...secondRests(draft.policies),
    ...sharedHostsFiles(draft.policies),
    ...sharedImages(draft),
    ...reserveImage(draft),
  ];
}

function wrongName({ yaml, value }: Checked<Policy>): Problem[] {
  if (yaml.file === policyFileOf(value.role)) return [];
  return [problemAt(yaml, ["role"], `expected the file's own name, got ${value.role}; rename the one or the other`)];
}

function floorsAboveMax({ yaml, value: { machines } }: Checked<Policy>): Problem[] {
  const { max } = machines;
  if (max === undefined) return [];
  const floors = [
    { path: ["machines", "floor"], floor: machines.floor },
    ...machines.raiseFloor.map(({ floor }, index) => ({ path: ["machines", "raiseFloor", index, "floor"], floor })),
  ];
  return floors
    .filter(({ floor }) => floor > max)
    .map(({ path, floor }) => problemAt(yaml, path, `expected at most machines.max, which is ${max}, got ${floor}`));
}

function prototypesOfNothing({ yaml, value: { prototypeMachines, images } }: Checked<Policy>): Problem[] {
  if (prototypeMachines === 0 || images.prototype !== undefined) return [];
  return [problemAt(yaml, ["prototypeMachines"], "needs a channel to take them from: images.prototype")];
}

function unreachable({ yaml, value }: Checked<Policy>, { settings }: Draft): Problem[] {
  if (settings === null) return [];
  const found: Problem[] = [];
  const { demand, traffic } = value;
  if ((demand.kind === "series" || demand.kind === "expression") && settings.value.prometheus === undefined) {
    const key = demand.kind === "series" ? "series" : "expression";
    found.push(problemAt(yaml, ["demand", key], "is asked of Prometheus, but retask.yaml names none: prometheus"));
  }
  if (traffic.haproxy !== undefined && settings.value.haproxy.length === 0)
    found.push(problemAt(yaml, ["traffic", "haproxy"], "needs a HAProxy, but retask.yaml names none: haproxy"));
  return [...found, ...unknowableHealth({ yaml, value }, settings)];
}

/** What names no machines says the same of the new image and of the old one, and would stop nothing. */
function unknowableHealth(
  { yaml, value: { health } }: Checked<Policy>,
  settings: NonNullable<Draft["settings"]>,
): Problem[] {
  return health.flatMap(({ query }, index) => {
    const at = ["health", index, "query"];
    if (settings.value.prometheus === undefined)
      return [problemAt(yaml, at, "is asked of Prometheus, but retask.yaml names none: prometheus")];
    return query.includes("{machines}")
      ? []
      : [
          problemAt(
            yaml,
            at,
            'expected {machines} in it, as in machine=~"{machines}": it is asked of the canaries alone',
          ),
        ];
  });
}

function secondRests(policies: readonly Checked<Policy>[]): Problem[] {
  const [first, ...more] = policies.filter(({ value }) => value.demand.kind === "rest");
  return more.map(({ yaml }) =>
    problemAt(yaml, ["demand"], `at most one role takes the rest, and ${first?.value.role} does already`),
  );
}

function sharedHostsFiles(policies: readonly Checked<Policy>[]): Problem[] {
  const owner = new Map<string, string>();
  return policies.flatMap(({ yaml, value }) => {
    const file = value.traffic.distcc?.hostsFile;
    if (file === undefined) return [];
    const other = owner.get(file);
    owner.set(file, other ?? value.role);
    if (other === undefined) return [];
    return [
      problemAt(
        yaml,
        ["traffic", "distcc", "hostsFile"],
        `is already the hosts file of ${other}; each role needs its own`,
      ),
    ];
  });
}

interface ImageUse {
  readonly yaml: YamlFile;
  readonly path: readonly PropertyKey[];
  readonly image: string;
  readonly role: string;
}

/** An image says what a machine becomes; were it two roles', nobody could tell which a machine has booted into. */
function sharedImages({ policies, fleet, limits }: Draft): Problem[] {
  const uses: ImageUse[] = policies.flatMap(({ yaml, value: { role, images } }) => {
    const production = { yaml, path: ["images", "production"], image: images.production, role };
    if (images.prototype === undefined) return [production];
    return [production, { yaml, path: ["images", "prototype"], image: images.prototype, role }];
  });
  const reserve = limits?.value.reserve.image;
  if (limits?.yaml != null && reserve !== undefined)
    uses.push({ yaml: limits.yaml, path: ["limits", "reserve", "image"], image: reserve, role: "the reserve" });
  for (const [index, entry] of (fleet?.value.machines ?? []).entries())
    for (const [role, image] of Object.entries(entry.image))
      if (fleet !== null) uses.push({ yaml: fleet.yaml, path: ["machines", index, "image", role], image, role });

  const owner = new Map<string, string>();
  return uses.flatMap(({ yaml, path, image, role }) => {
    const other = owner.get(image) ?? role;
    owner.set(image, other);
    return other === role
      ? []
      : [problemAt(yaml, path, `${image} is already an image of ${other}; no two may share one`)];
  });
}

function reserveImage({ limits }: Draft): Problem[] {
  if (limits?.yaml == null) return [];
  const { power, image } = limits.value.reserve;
  if (power === "off" || image !== undefined) return [];
  return [
    problemAt(
      limits.yaml,
      ["limits", "reserve", "power"],
      "a reserve that is on boots something: name it in reserve.image",
    ),
  ];
}
