/** Each distcc hosts file: distcc takes it, retask can replace it, and no entry in it is a mistake. */
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { dirname } from "node:path";
import type { Machine } from "../../core/domain/fleet.ts";
import { addressOf, flawOf } from "../../world/traffic/distcc-entry.ts";
import { checkHosts, type HostsCheck } from "../../world/traffic/distcc-hosts-check.ts";
import { readHostsFile } from "../../world/traffic/distcc-hosts-file.ts";
import { entriesFor, entriesOf } from "../../world/traffic/distcc-hosts-text.ts";
import { type Check, counted, USUAL_DEADLINE_MS } from "./examined.ts";
import { type Fault, looked, skipped } from "./finding.ts";

export interface HostsFacts {
  readonly file: string;
  readonly text: string;
  /** The policy's template of an entry. */
  readonly entry: string;
  readonly checked: HostsCheck;
  /** Why the file can't be replaced; null: it can. */
  readonly unwritable: string | null;
}

export const hostsCheck: Check = {
  name: "hosts",
  deadlineMs: () => USUAL_DEADLINE_MS,
  run: async ({ configuration }, signal) => {
    const machines = [...configuration.site.machines.values()];
    const systems = [...configuration.site.policies.values()].flatMap(({ traffic }) => traffic.distcc ?? []);
    if (systems.length === 0) return skipped("no role has a distcc hosts file");
    const faults: Fault[] = [];
    for (const { hostsFile, entry } of systems) {
      const read = await readHostsFile(hostsFile);
      if ("ok" in read) {
        faults.push(unreadable(hostsFile, read.why));
        continue;
      }
      const checked = await checkHosts(read.text, signal);
      // Only asked: the daemon stages its own new file beside it, by a name that a try would collide with.
      const unwritable = await access(dirname(read.path), constants.W_OK).then(
        () => null,
        (error: NodeJS.ErrnoException) => error.code ?? error.message,
      );
      faults.push(...judgeHosts({ file: hostsFile, text: read.text, entry, checked, unwritable }, machines));
    }
    return looked(faults, `${counted(systems.length, "hosts file")} valid, and retask can replace it`);
  },
};

export function judgeHosts(facts: HostsFacts, machines: readonly Machine[]): Fault[] {
  const { file, text, entry, checked, unwritable } = facts;
  const entries = entriesOf(text);
  const flaws = entries.flatMap((one) => {
    const flaw = flawOf(one);
    return flaw === null ? [] : [wrongEntry(file, one, flaw)];
  });
  const twice = machines.flatMap((machine) => {
    const own = entriesFor(text, entry, machine);
    return own.length > 1
      ? [wrongEntry(file, own.join(" and "), `${machine.name} stands in it ${own.length} times`)]
      : [];
  });
  const others = new Set(entries.map(addressOf)).size;
  return [
    ...(checked.kind === "void" ? [voided(file, checked.why, others)] : []),
    ...flaws,
    ...twice,
    ...(unwritable === null ? [] : [unreplaceable(file, unwritable)]),
  ];
}

const unreadable = (file: string, why: string): Fault => ({
  name: "hosts-unreadable",
  level: "error",
  what: "the distcc hosts file can't be read",
  where: [file],
  why,
  advice: "correct traffic.distcc.hostsFile in the policy, or create the file (it may be empty)",
});

const voided = (file: string, why: string, servers: number): Fault => ({
  name: "hosts-void",
  level: "error",
  what: `distcc takes none of its ${servers} servers`,
  where: [file],
  why: `${why}; one bad word voids the whole file, and every build then compiles on its own machine`,
  advice: "run `distcc --show-hosts` with the file, and correct the word",
});

const wrongEntry = (file: string, entry: string, why: string): Fault => ({
  name: "hosts-entry",
  level: "warning",
  what: `an entry is not as it should be: ${entry.slice(0, 100)}`,
  where: [file],
  why,
  advice: "correct the line; retask leaves lines that are not its own alone",
});

const unreplaceable = (file: string, why: string): Fault => ({
  name: "hosts-unwritable",
  level: "error",
  what: "the distcc hosts file can't be replaced",
  where: [file],
  why: `its directory can't be written (${why}), and a new file is renamed over the old one`,
  advice: "let retask's user write in its directory, and own the file",
});
