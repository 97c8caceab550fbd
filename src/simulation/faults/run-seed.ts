/** One simulated day, drawn from a seed: faults come and go, and every invariant is held against what happens. */
import { type Random, seededRandom } from "../random.ts";
import type { Mend } from "./fault-kind.ts";
import { FAULT_KINDS, faultKind } from "./fault-kinds.ts";
import { FaultyFarm } from "./faulty-farm.ts";
import { stillSick } from "./liveness.ts";
import { whole } from "./seeded-site.ts";
import { type Violation, Witness } from "./witness.ts";

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
/** After the last fault: time for quarantines to be lifted, spent limits to come back, and every machine to serve. */
const QUIET_MS = 3 * HOUR_MS;

/** Faults end before the last three hours, in which everything has to come right again. */
export function planFaults(seed: number): { readonly hours: number; readonly faults: readonly PlannedFault[] } {
  const random = seededRandom(seed ^ 0x5eed);
  const hours = whole(random, 6, 24);
  const count = Math.max(5, Math.round((hours - 3) * random.between(...FAULTS_AN_HOUR)));
  const faults = Array.from({ length: count }, () => planFault(random, hours * HOUR_MS - QUIET_MS));
  return { hours, faults: faults.sort((a, b) => a.atMs - b.atMs) };
}

function planFault(random: Random, untilMs: number): PlannedFault {
  const kind = FAULT_KINDS[whole(random, 0, FAULT_KINDS.length - 1)];
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
  while (witness.nowMs() < endMs && witness.violations.length === 0) {
    await mendDue(mends, witness.nowMs());
    for (let next = waiting[0]; next !== undefined && next.atMs <= witness.nowMs(); next = waiting[0]) {
      waiting.shift();
      const mend = await faultKind(next.kind).begin(farm, seededRandom(next.seed));
      mends.push({ atMs: witness.nowMs() + next.forMs, mend });
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
