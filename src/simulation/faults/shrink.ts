/** From a day that broke an invariant to the shortest list of faults that still breaks it: what a person can follow. */
import { type PlannedFault, runSeed } from "./run-seed.ts";
import type { Violation } from "./witness.ts";

export interface Trace {
  readonly faults: readonly PlannedFault[];
  readonly violation: Violation;
}

/**
 * Leaves out the faults that came after the violation, then each of the others in turn (one pass of delta debugging; Zeller
 * and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002, with subsets of one).
 */
export async function shrink(seed: number, faults: readonly PlannedFault[], violation: Violation): Promise<Trace> {
  let trace: Trace = { faults: faults.filter(({ atMs }) => atMs <= violation.atMs), violation };
  for (let at = trace.faults.length - 1; at >= 0; at--) {
    const fewer = trace.faults.filter((_, index) => index !== at);
    const [found] = (await runSeed(seed, fewer)).violations;
    if (found?.invariant === violation.invariant) trace = { faults: fewer, violation: found };
  }
  return trace;
}

/** One line each, in the order in which they happened. */
export function describeTrace({ faults, violation }: Trace): string[] {
  return [
    ...faults.map(
      ({ kind, atMs, forMs }) => `${time(atMs)}  ${kind}, for ${Math.max(1, Math.round(forMs / 60_000))} min`,
    ),
    `${time(violation.atMs)}  ${violation.invariant} is broken: ${violation.why}`,
  ];
}

const time = (ms: number): string => new Date(ms).toISOString().slice(11, 19);
