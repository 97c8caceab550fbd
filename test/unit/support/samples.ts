/** Random pools made once for all laws of a file: to make them is most of the work, to look at them is little. */
import fc from "fast-check";
import { poolTicks } from "./arbitraries.ts";
import type { PoolSpec } from "./pool.ts";

interface Sample {
  readonly seed: number;
  readonly numRuns: number;
}
const OTHERS = 60;

/**
 * `sampled`: what `make` makes of the known sample's pools, the same in every run. `holdsForAll` asks a law of those and
 * of others, which differ from run to run; a pool that breaks it is looked for anew, and made as small as it can be.
 */
export function samples<Made>(make: (specs: readonly PoolSpec[]) => Made, known: Sample) {
  const others: Sample = { seed: Math.floor(Math.random() * 2 ** 31), numRuns: OTHERS };
  const made = new Map<Sample, readonly Made[]>();
  const madeOf = (sample: Sample): readonly Made[] => {
    const ones = made.get(sample) ?? fc.sample(poolTicks, sample).map(make);
    made.set(sample, ones);
    return ones;
  };

  const holdsForAll = (check: (one: Made) => void): void => {
    const property = fc.property(poolTicks, (specs) => check(make(specs)));
    for (const sample of [known, others]) {
      try {
        for (const one of madeOf(sample)) check(one);
      } catch (error) {
        fc.assert(property, sample);
        throw error;
      }
    }
  };

  return { sampled: () => madeOf(known), holdsForAll };
}
