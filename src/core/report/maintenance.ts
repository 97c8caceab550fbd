/** The time in which machines served nobody: on their way between roles, and in quarantine. */
import type { MachineName, Placement } from "../domain/names.ts";
import type { FinishedOperation } from "../domain/operation.ts";
import type { Stretch } from "./machine-hours.ts";

/** When a machine was let out of quarantine, by hand or by itself. */
export interface Release {
  readonly machine: MachineName;
  readonly atMs: number;
}

export interface Moves {
  readonly from: Placement;
  readonly to: Placement;
  readonly done: number;
  readonly undone: number;
  readonly quarantined: number;
}

/** Machine-minutes: of the operations that ended in the stretch, and of quarantine within it. */
export interface Maintenance {
  readonly moves: readonly Moves[];
  /** From the decision to the verified end, the drain included. */
  readonly onTheWayMinutes: number;
  /** Of one move that succeeded: half of them took less. Null where none did. */
  readonly usualMinutes: number | null;
  readonly quarantines: number;
  readonly quarantineMinutes: number;
  /** Machines whose release is not on record: their time is in no figure. */
  readonly releaseUnknown: readonly MachineName[];
}

const MINUTE_MS = 60_000;

export interface MaintenanceFacts {
  /** Those that ended after the stretch's beginning, whatever the order. */
  readonly finished: readonly FinishedOperation[];
  readonly releases: readonly Release[];
  /** Those that are in quarantine at the end, with the wall-clock ms since when. */
  readonly quarantined: ReadonlyMap<MachineName, number>;
}

export function maintenance(facts: MaintenanceFacts, { fromMs, toMs }: Stretch): Maintenance {
  const ended = facts.finished.filter(({ endedMs }) => endedMs >= fromMs && endedMs < toMs);
  const minutes = ended.map(({ operation, endedMs }) => Math.max(0, endedMs - operation.startedMs) / MINUTE_MS);
  const succeeded = minutes.filter((_, index) => ended[index]?.outcome === "done").sort((a, b) => a - b);
  const begun = ended
    .filter(({ outcome }) => outcome === "quarantined")
    .map((end) => ({ machine: end.operation.machine, endMs: releasedMs(end, facts, toMs), fromMs: end.endedMs }));
  const older = [...facts.quarantined].filter(([, sinceMs]) => sinceMs < fromMs);
  const stays = [...begun, ...older.map(([machine]) => ({ machine, endMs: toMs, fromMs }))];
  return {
    moves: movesOf(ended),
    onTheWayMinutes: minutes.reduce((sum, one) => sum + one, 0),
    usualMinutes: succeeded[Math.floor((succeeded.length - 1) / 2)] ?? null,
    quarantines: stays.length,
    quarantineMinutes: stays.reduce(
      (sum, stay) => sum + (stay.endMs === null ? 0 : (stay.endMs - stay.fromMs) / MINUTE_MS),
      0,
    ),
    releaseUnknown: stays.filter(({ endMs }) => endMs === null).map(({ machine }) => machine),
  };
}

/** Until its release; at the latest until the next operation, which only a released machine can begin. */
function releasedMs({ operation, endedMs }: FinishedOperation, facts: MaintenanceFacts, toMs: number): number | null {
  const { machine } = operation;
  const ends = [
    ...facts.releases.filter((release) => release.machine === machine).map(({ atMs }) => atMs),
    ...facts.finished.filter((other) => other.operation.machine === machine).map((other) => other.operation.startedMs),
  ].filter((atMs) => atMs >= endedMs);
  if (ends.length > 0) return Math.min(toMs, ...ends);
  return facts.quarantined.has(machine) ? toMs : null;
}

function movesOf(ended: readonly FinishedOperation[]): Moves[] {
  const ways = new Map<string, Moves>();
  for (const { operation, outcome } of ended) {
    const { from, to } = operation;
    const before = ways.get(`${from} ${to}`) ?? { from, to, done: 0, undone: 0, quarantined: 0 };
    // A stranded one was called off by its file server; the operation that took over from it counts for itself.
    const counted = outcome === "stranded" ? "undone" : outcome;
    ways.set(`${from} ${to}`, { ...before, [counted]: before[counted] + 1 });
  }
  return [...ways.values()];
}
