/** The boot links: their directories can be written and are this controller's, and each link is the one that counts. */
import { hostname } from "node:os";
import { ownerName } from "../../control/owner-name.ts";
import type { Settings } from "../../core/domain/settings.ts";
import { createFileGate } from "../../world/boot-links/file-gate.ts";
import { readOwner } from "../../world/boot-links/owner.ts";
import type { LinksReport } from "../../world/boot-links/report.ts";
import { rehearseDirectory } from "../../world/boot-links/write-link.ts";
import { type Check, counted, USUAL_DEADLINE_MS } from "./examined.ts";
import { type Fault, looked } from "./finding.ts";
import { judgeDefault, judgeLink, judgeOdd } from "./judge-links.ts";

export const linksCheck: Check = {
  name: "links",
  deadlineMs: () => USUAL_DEADLINE_MS,
  run: async ({ configuration, machines, links, recorded }, signal) => {
    const fleet = [...configuration.site.machines.values()];
    const directories = directoriesOf(configuration.settings);
    const tried = await Promise.all(directories.map((path) => tryDirectory(path, recorded.storeId, signal)));
    const report = await links.inspect(fleet, signal);
    if (!report.ok) return looked([...tried.flat(), unreadable(directories, report.why)], "");
    const asked = new Set<string>(machines.map(({ name }) => name));
    const found = report.value.machines.filter(({ machine }) => asked.has(machine));
    const rest = machines.length === fleet.length ? judgeRest(report.value) : [];
    const well = `${counted(found.length, "boot link")}, each to an image and unshadowed, in a directory that can be written`;
    return looked([...tried.flat(), ...found.flatMap(judgeLink), ...rest], well);
  },
};

export const directoriesOf = ({ bootLinks }: Settings): string[] =>
  bootLinks.grub === undefined ? [bootLinks.pxelinux] : [bootLinks.pxelinux, bootLinks.grub];

const judgeRest = ({ odd, holding }: LinksReport): Fault[] => [
  ...odd.flatMap(judgeOdd),
  ...holding.flatMap(judgeDefault),
];

/** Writes and removes one name that no loader asks for; nothing at all where another controller owns the directory. */
async function tryDirectory(path: string, storeId: string | null, signal: AbortSignal): Promise<Fault[]> {
  const gate = createFileGate();
  const owner = await gate(`reading the owner of ${path}`, signal, () => readOwner(path));
  if (!owner.ok) return [unwritable(path, owner.why)];
  const foreign = judgeOwner(path, owner.value, {
    host: hostname(),
    owner: storeId === null ? null : ownerName(storeId),
  });
  if (foreign !== null) return [foreign];
  const written = await gate(`writing in ${path}`, signal, () => rehearseDirectory(path));
  return written.ok ? [] : [unwritable(path, written.why)];
}

interface Known {
  readonly host: string;
  /** As `ownerName` makes it; null where the store is not known. */
  readonly owner: string | null;
}

/** `found`: null where nobody owns the directory yet. */
export function judgeOwner(
  path: string,
  found: { readonly host: string; readonly owner: string } | "garbled" | null,
  own: Known,
): Fault | null {
  if (found === null) return null;
  const mine = found !== "garbled" && found.host === own.host && (own.owner === null || found.owner === own.owner);
  if (mine) return null;
  const whose =
    found === "garbled" ? "an owner file that can't be read" : `the controller on ${found.host} (${found.owner})`;
  return {
    name: "links-owner",
    level: "error",
    what: "another controller's, or one's own from before its store was lost",
    where: [path],
    why: `${whose} holds it; retask writes nothing there`,
    advice: `stop that controller; if it is gone for good, remove ${path}/.retask-owner`,
  };
}

const unwritable = (path: string, why: string): Fault => ({
  name: "links-directory",
  level: "error",
  what: "no boot link can be written",
  where: [path],
  why,
  advice: "mend it, and give retask's user write access to the directory; machines must have none",
});

const unreadable = (where: readonly string[], why: string): Fault => ({
  name: "links-directory",
  level: "error",
  what: "the boot links can't be read",
  where,
  why,
  advice: "correct bootLinks in retask.yaml, or mount what belongs there",
});
