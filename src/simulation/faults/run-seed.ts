/** One simulated day, drawn from a seed: faults come and go, and every invariant is held against what happens. */
import { type Random, seededRandom } from "../random.ts";
import { attend } from "./attentive-operator.ts";
import type { FaultKind, Mend } from "./fault-kind.ts";
import { EVERYDAY_FAULTS, faultKind } from "./fault-kinds.ts";
import { FaultyFarm } from "./faulty-farm.ts";
import { stillSick } from "./liveness.ts";
import { plannedWorks } from "./planned-works.ts";
import { whole } from "./seeded-site.ts";
import { STORAGE_FAULTS } from "./storage-faults.ts";
import { type Violation, Witness } from "./witness.ts";
import { WORKS_FAULTS } from "./works-faults.ts";

export interface PlannedFault {
  readonly kind: string;
  /** Simulated ms from the beginning. */
  readonly atMs: number;
  readonly forMs: number;
  readonly seed: number;
}

export interface SeedResult {
  readonly seed: number;
  readonly machines: number;
  readonly hours: number;
  readonly faults: readonly PlannedFault[];
  readonly events: number;
  readonly ended: { readonly done: number; readonly undone: number; readonly quarantined: number };
  readonly kills: number;
  readonly violations: readonly Violation[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const FAULTS_AN_HOUR = [0.8, 2] as const;
const WORKS_AN_HOUR = [0.4, 1] as const;
const LEAST_WORKS = 3;
/** How often the operator looks in. */
const ATTEND_MS = 10 * MINUTE_MS;
/** After the last fault: time for quarantines to be lifted, spent limits to come back, and every machine to serve. */
const QUIET_MS = 3 * HOUR_MS;

/** Faults end before the last three hours, in which everything has to come right again. */
export function planFaults(seed: number): { readonly hours: number; readonly faults: readonly PlannedFault[] } {
  const random = seededRandom(seed ^ 0x5eed);
  const hours = whole(random, 6, 24);
  const count = Math.max(5, Math.round((hours - 3) * random.between(...FAULTS_AN_HOUR)));
  const untilMs = hours * HOUR_MS - QUIET_MS;
  const faults = Array.from({ length: count }, () => planFault(EVERYDAY_FAULTS, random, untilMs));
  return { hours, faults: [...faults, ...planWorks(seed, untilMs)].sort((a, b) => a.atMs - b.atMs) };
}

/** Beside the faults, which come as they would without them. */
function planWorks(seed: number, untilMs: number): PlannedFault[] {
  const { isWorking, storage } = plannedWorks(seed);
  if (!isWorking) return [];
  const random = seededRandom(seed ^ 0xca5e);
  const kinds = storage === null ? WORKS_FAULTS : [...WORKS_FAULTS, ...STORAGE_FAULTS];
  const count = Math.max(LEAST_WORKS, Math.round((untilMs / HOUR_MS) * random.between(...WORKS_AN_HOUR)));
  return Array.from({ length: count }, () => planFault(kinds, random, untilMs));
}

function planFault(kinds: readonly FaultKind[], random: Random, untilMs: number): PlannedFault {
  const kind = kinds[whole(random, 0, kinds.length - 1)];
  if (kind === undefined) throw new Error("there are no kinds of faults");
  const forMs = Math.round(random.between(...kind.minutes) * MINUTE_MS);
  const atMs = Math.round(random.between(10 * MINUTE_MS, untilMs - forMs));
  return { kind: kind.name, atMs, forMs, seed: whole(random, 0, 1e9) };
}

/** `faults`: instead of those that the seed brings, to find the shortest list that still breaks something. */
export async function runSeed(seed: number, faults = planFaults(seed).faults): Promise<SeedResult> {
  const { hours } = planFaults(seed);
  const farm = new FaultyFarm(seed);
  const witness = new Witness(farm);
  await farm.start(witness, [witness]);
  const mends: { readonly atMs: number; readonly mend: Mend }[] = [];
  const waiting = [...faults];
  const stepMs = 2_000 + 1_000 * (seed % 4);
  const endMs = hours * HOUR_MS;
  let attendMs = ATTEND_MS;
  while (witness.nowMs() < endMs && witness.violations.length === 0) {
    await mendDue(mends, witness.nowMs());
    for (let next = waiting[0]; next !== undefined && next.atMs <= witness.nowMs(); next = waiting[0]) {
      waiting.shift();
      const mend = await faultKind(next.kind).begin(farm, seededRandom(next.seed));
      mends.push({ atMs: witness.nowMs() + next.forMs, mend });
    }
    if (witness.nowMs() >= attendMs) {
      await attend(farm);
      attendMs += ATTEND_MS;
    }
    await farm.turn(stepMs);
    witness.lookWhenDue();
  }
  const why = witness.violations.length === 0 ? await stillSick(farm, witness) : null;
  const violations = why === null ? witness.violations : [{ invariant: "liveness", why, atMs: witness.nowMs() }];
  const { events, ended } = witness;
  return { seed, machines: farm.site.machines.size, hours, faults, events, ended, kills: farm.kills, violations };
}

async function mendDue(mends: { readonly atMs: number; readonly mend: Mend }[], nowMs: number): Promise<void> {
  for (let at = mends.length - 1; at >= 0; at--) {
    const due = mends[at];
    if (due === undefined || due.atMs > nowMs) continue;
    mends.splice(at, 1);
    await due.mend();
  }
}
