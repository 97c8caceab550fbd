/**
 * The wanted count: what a role would like from its demand alone. `wantedCount` is the one function that a forecast will
 * stand beside: whatever comes to know the coming hours gives a `Wanted` here, and nothing after it has to change.
 */
import { jobsPerMachine } from "../domain/censored-demand.ts";
import type { Wanted } from "../domain/decision.ts";
import type { DistccLoad } from "../domain/observation.ts";
import type { Demand } from "../domain/policy.ts";
import { describeReading, type Reading } from "../domain/reading.ts";

/** The machines that a role has, and those that could come. */
export interface Carriers {
  /** Capacities of the role's own machines, those on their way here included. */
  readonly own: readonly number[];
  /** Capacities of the pool's other machines that may take the role. */
  readonly others: readonly number[];
  /** distccd's figures of the role's own machines; `null` where one did not answer. */
  readonly loads: readonly (DistccLoad | null)[];
}

/** Floating point: 550 × 1.1 ÷ 55 is 11.000000000000002, and nobody wants a twelfth machine for that. */
const ROUNDING = 1e-9;

/** Machines, and why. Never refers to the utilisation of the set that retask itself changes (S4). */
export function wantedCount(demand: Demand, reading: Reading, carriers: Carriers): Wanted {
  if (demand.kind === "rest") return { count: 0, hungry: true, reason: "takes what no other role wants" };
  if (reading.kind === "unknown") return unknownCount(`demand ${describeReading(reading)}`);
  if (!(reading.value >= 0) || !Number.isFinite(reading.value))
    return unknownCount(`demand unknown (${reading.value} is no load)`);

  const perMachine = demand.kind === "distcc" ? jobsPerMachine(demand.perMachine, carriers.loads) : demand.perMachine;
  if (perMachine === null || !(perMachine > 0)) return unknownCount("no machine of the role tells its slots");

  // Slots already say how much a machine carries; its capacity must not count twice.
  const bySlots = demand.kind === "distcc" && demand.perMachine === "slots";
  const units = (reading.value * (1 + demand.headroom / 100)) / perMachine;
  const count = bySlots ? Math.ceil(units - ROUNDING) : machinesFor(units, carriers);
  const unit = demand.kind === "distcc" ? " jobs" : "";
  const hungry = reading.kind === "atLeast";
  const rest = hungry ? " and the rest" : "";
  return {
    count: Math.min(Math.max(0, count), Number.MAX_SAFE_INTEGER),
    hungry,
    reason:
      `demand ${describeReading(reading)}, +${demand.headroom} % headroom, ` +
      `${round(perMachine)}${unit} a machine: wants ${count}${rest}`,
  };
}

/** Machines that the load of this moment fills, without headroom; null: unknown, or a role that takes the rest. */
export function neededCount(demand: Demand, reading: Reading, carriers: Carriers): number | null {
  return demand.kind === "rest" ? null : wantedCount({ ...demand, headroom: 0 }, reading, carriers).count;
}

/**
 * Machines that carry so many units of capacity. Of the role's own the smallest count first, so that the number suffices
 * whichever of them leave; those still to come count with the mean of all that could.
 */
export function machinesFor(units: number, { own, others }: Pick<Carriers, "own" | "others">): number {
  let left = units - ROUNDING;
  let machines = 0;
  for (const capacity of [...own].sort((a, b) => a - b)) {
    if (left <= 0) return machines;
    left -= capacity;
    machines += 1;
  }
  return left <= 0 ? machines : machines + Math.ceil(left / (mean(others) ?? mean(own) ?? 1));
}

const unknownCount = (reason: string): Wanted => ({ count: null, hungry: false, reason });

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

const round = (value: number): number => Math.round(value * 100) / 100;
