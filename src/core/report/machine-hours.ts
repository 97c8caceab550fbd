/** What each role had and went without over a stretch of time, by the decisions that were recorded in it. */
import type { RoleDecision } from "../domain/decision.ts";
import type { RoleName } from "../domain/names.ts";

/** One recorded decision, as far as it is counted here. */
export interface Sample {
  /** Wall-clock ms. */
  readonly atMs: number;
  readonly roles: ReadonlyMap<RoleName, Pick<RoleDecision, "counts" | "wanted" | "floor">>;
}

/** Machine-hours, but where another unit is named. */
export interface RoleHours {
  readonly role: RoleName;
  readonly served: number;
  /** What the fixed split would have given it in the same time. */
  readonly split: number;
  /** `served` − `split`: below 0 it gave machines away. */
  readonly gained: number;
  /** Hours in which it was known how many machines it wanted; of a role that takes the rest there are none. */
  readonly measuredHours: number;
  /** Wanted and not there, over those hours; null where there are none. While every slot was busy it is this or more. */
  readonly short: number | null;
  /** What the fixed split would have been short of, over the same hours. */
  readonly splitShort: number | null;
  /** Hours in which fewer machines counted for the floor than it asks for. */
  readonly belowFloorHours: number;
  readonly least: number;
  readonly most: number;
}

export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface MachineHours {
  /** Hours of the stretch of which there is a record: all other figures are about these alone. */
  readonly knownHours: number;
  /** Of the rest nothing is known: the daemon did not run, or retention took it. Oldest first. */
  readonly unknown: readonly Stretch[];
  readonly roles: readonly RoleHours[];
}

/** A decision is recorded every ten minutes at the least; after that and a slow tick nothing is known any more. */
const HOLDS_MS = 15 * 60_000;
const HOUR_MS = 3_600_000;

/**
 * Each sample holds until the next one, for a quarter of an hour at the most. `samples`: oldest first, the one in force at
 * the beginning among them. `split`: machines by role; a role that it does not name would have had none.
 */
export function machineHours(
  samples: readonly Sample[],
  { fromMs, toMs }: Stretch,
  split: ReadonlyMap<RoleName, number>,
): MachineHours {
  const known = samples.flatMap((sample, index): (Stretch & Pick<Sample, "roles">)[] => {
    const nextMs = samples[index + 1]?.atMs ?? Number.POSITIVE_INFINITY;
    const begin = Math.max(fromMs, sample.atMs);
    const end = Math.min(toMs, nextMs, sample.atMs + HOLDS_MS);
    return end > begin ? [{ fromMs: begin, toMs: end, roles: sample.roles }] : [];
  });
  const names = new Set([...known.flatMap(({ roles }) => [...roles.keys()]), ...split.keys()]);
  return {
    knownHours: known.reduce((sum, part) => sum + lengthOf(part), 0) / HOUR_MS,
    unknown: gapsIn(known, { fromMs, toMs }),
    roles: [...names].map((role) => hoursOfRole(role, known, split.get(role) ?? 0)),
  };
}

const lengthOf = ({ fromMs, toMs }: Stretch): number => toMs - fromMs;

function gapsIn(known: readonly Stretch[], whole: Stretch): Stretch[] {
  const gaps: Stretch[] = [];
  let seenMs = whole.fromMs;
  for (const { fromMs, toMs } of [...known, { fromMs: whole.toMs, toMs: whole.toMs }]) {
    if (fromMs > seenMs) gaps.push({ fromMs: seenMs, toMs: fromMs });
    seenMs = Math.max(seenMs, toMs);
  }
  return gaps;
}

function hoursOfRole(
  role: RoleName,
  known: readonly (Stretch & Pick<Sample, "roles">)[],
  splitCount: number,
): RoleHours {
  // Whole machine-milliseconds, which add up without rounding.
  const sums = { served: 0, split: 0, measured: 0, short: 0, splitShort: 0, belowFloor: 0 };
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const part of known) {
    const ms = lengthOf(part);
    sums.split += splitCount * ms;
    const decided = part.roles.get(role);
    if (decided === undefined) continue;
    const { counts, wanted, floor } = decided;
    sums.served += counts.capacity * ms;
    least = Math.min(least, counts.capacity);
    most = Math.max(most, counts.capacity);
    if (counts.forFloor < floor) sums.belowFloor += ms;
    // Unknown is no wish for none; and what takes the rest wishes for no number.
    if (wanted.count === null || (wanted.hungry && wanted.count === 0)) continue;
    sums.measured += ms;
    sums.short += Math.max(0, wanted.count - counts.capacity) * ms;
    sums.splitShort += Math.max(0, wanted.count - splitCount) * ms;
  }
  const isMeasured = sums.measured > 0;
  return {
    role,
    served: sums.served / HOUR_MS,
    split: sums.split / HOUR_MS,
    gained: (sums.served - sums.split) / HOUR_MS,
    measuredHours: sums.measured / HOUR_MS,
    short: isMeasured ? sums.short / HOUR_MS : null,
    splitShort: isMeasured ? sums.splitShort / HOUR_MS : null,
    belowFloorHours: sums.belowFloor / HOUR_MS,
    least: Number.isFinite(least) ? least : 0,
    most,
  };
}
