/** The whole pool's best plan, by trying every order in every node: what the levels' plan is held against. */
import type { HorizonCosts } from "../../../../src/core/decide/horizon/costs.ts";
import { type Lattice, MIDDLE, NODES } from "../../../../src/core/decide/horizon/lattice.ts";
import { createLevelCosts, type LevelCosts, levelCosts } from "../../../../src/core/decide/horizon/level-costs.ts";

interface Pool {
  readonly serving: number;
  readonly atRest: number;
  /** Machines by the step at whose beginning they arrive. */
  readonly coming: readonly number[];
  readonly leaving: readonly number[];
}

/** The least expected cost after each first order, by the number of machines that come (or, below zero, leave). */
export function exhaustive(
  lattice: Lattice,
  costs: HorizonCosts,
  doneAt: readonly (number | null)[],
  first: Pool,
): Map<number, number> {
  const size = first.serving + first.atRest + sum(first.coming) + sum(first.leaving);
  const levels = Array.from({ length: size }, (_, index) => {
    const level = createLevelCosts(lattice);
    levelCosts(lattice, costs, index + 1, null, level);
    return level;
  });
  const known = new Map<string, number>();

  const after = (step: number, node: number, before: Pool, order: number): number => {
    const now = order === 0 ? before : ordered(before, order, doneAt[step] as number);
    const place = step * NODES + node;
    let cost = Math.abs(order) * costs.wear + charge(levels, place, now, size);
    if (step === lattice.steps - 1) return cost;
    const next = arrived(now, step + 1);
    const [up, down] = [lattice.up[place] ?? 0, lattice.down[place] ?? 0];
    if (up > 0) cost += up * best(step + 1, lattice.above[place] as number, next);
    if (down > 0) cost += down * best(step + 1, lattice.below[place] as number, next);
    return cost + (1 - up - down) * best(step + 1, lattice.middle[place] as number, next);
  };
  const best = (step: number, node: number, pool: Pool): number => {
    const key = `${step} ${node} ${pool.serving} ${pool.coming.join()} ${pool.leaving.join()}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const may = doneAt[step] !== null;
    let least = Number.POSITIVE_INFINITY;
    for (let order = may ? -pool.serving : 0; order <= (may ? pool.atRest : 0); order++) {
      least = Math.min(least, after(step, node, pool, order));
    }
    known.set(key, least);
    return least;
  };

  const values = new Map<number, number>();
  for (let order = -first.serving; order <= first.atRest; order++) values.set(order, after(0, MIDDLE, first, order));
  return values;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function ordered(pool: Pool, order: number, done: number): Pool {
  const added = (ways: readonly number[], count: number): number[] =>
    Array.from(
      { length: Math.max(ways.length, done + 1) },
      (_, step) => (ways[step] ?? 0) + (step === done ? count : 0),
    );
  return {
    serving: pool.serving - Math.max(0, -order),
    atRest: pool.atRest - Math.max(0, order),
    coming: added(pool.coming, Math.max(0, order)),
    leaving: added(pool.leaving, Math.max(0, -order)),
  };
}

function arrived(pool: Pool, step: number): Pool {
  const gone = (ways: readonly number[]): number[] => ways.map((count, at) => (at === step ? 0 : count));
  const [comes, leaves] = [pool.coming[step] ?? 0, pool.leaving[step] ?? 0];
  return {
    serving: pool.serving + comes,
    atRest: pool.atRest + leaves,
    coming: gone(pool.coming),
    leaving: gone(pool.leaving),
  };
}

/** Every machine that serves saves its shortage; every one that is not with the rest costs its building. */
function charge(levels: readonly LevelCosts[], place: number, pool: Pool, size: number): number {
  let cost = 0;
  for (let index = 0; index < pool.serving; index++) cost -= levels[index]?.saved[place] ?? 0;
  for (let index = 0; index < size - pool.atRest; index++) cost += levels[index]?.lost[place] ?? 0;
  return cost;
}
