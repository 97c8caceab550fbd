/** The plan over the horizon: exact, monotone, and explained by its rows alone. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { costOf, DEFAULT_WEAR } from "../../../../src/core/decide/horizon/costs.ts";
import { planHorizon } from "../../../../src/core/decide/horizon/horizon-plan.ts";
import type { HorizonInput } from "../../../../src/core/decide/horizon/input.ts";
import { buildLattice, MIDDLE, NODES } from "../../../../src/core/decide/horizon/lattice.ts";
import { createLevelCosts, levelCosts } from "../../../../src/core/decide/horizon/level-costs.ts";
import { createLevelScratch, planLevel } from "../../../../src/core/decide/horizon/level-plan.ts";
import { type HorizonSteps, horizonShape, horizonSteps } from "../../../../src/core/decide/horizon/shape.ts";
import { someForecast } from "../../support/some-forecast.ts";
import { exhaustive } from "./exhaustive.ts";

const costs = { shortage: 20, building: 1, wear: DEFAULT_WEAR };

const usual: HorizonInput = {
  forecast: someForecast({ level: 10 }),
  perMachine: 1,
  pool: 20,
  serving: 10,
  arriving: 0,
  available: 10,
  bootMinutes: 4,
  costs,
  orders: null,
  restForecast: null,
};

const EVEN = [0, 8, 16, 24, 32, 40, 48];
/** Moves that take one step or two, at any time or at some; and steps of which the first are half, or the last twice, as long. */
const SHAPES: readonly HorizonSteps[] = [
  { starts: EVEN, doneAt: [1, 2, 3, 4, 5, 6] },
  { starts: EVEN, doneAt: [2, 3, 4, 5, 6, 7] },
  { starts: EVEN, doneAt: [1, null, 3, null, 5, null] },
  { starts: EVEN, doneAt: [2, null, 4, null, 6, null] },
  { starts: [0, 4, 8, 12, 16, 24, 32], doneAt: [2, 3, 4, null, 5, 6] },
  { starts: [0, 8, 16, 24, 40, 56, 72], doneAt: [2, 3, 4, 4, 5, 6] },
];

const instances = fc.record({
  level: fc.double({ min: 0, max: 3.5, noNaN: true }),
  growth: fc.double({ min: -3, max: 3, noNaN: true }),
  spread: fc.double({ min: 0.01, max: 0.3, noNaN: true }),
  serving: fc.integer({ min: 0, max: 3 }),
  shape: fc.constantFrom(...SHAPES),
  wear: fc.double({ min: 0.01, max: 0.1, noNaN: true }),
});
type Instance = typeof instances extends fc.Arbitrary<infer T> ? T : never;

interface Gaps {
  /** By how much of the least cost the levels' plan, and its first order, cost more. */
  readonly plan: number;
  readonly order: number;
}

function gapsOf({ level, growth, spread, serving, shape, wear }: Instance): Gaps {
  const pool = 3;
  const { starts, doneAt } = shape;
  const lattice = buildLattice(someForecast({ level, growth, spread }), { starts, perMachine: 1 });
  const own = { ...costs, wear };
  const values = exhaustive(lattice, own, doneAt, {
    serving,
    atRest: pool - serving,
    coming: [],
    leaving: [],
  });

  const scratch = createLevelScratch(doneAt, false);
  const into = createLevelCosts(lattice);
  let [order, together] = [0, 0];
  for (let machine = 1; machine <= pool; machine++) {
    levelCosts(lattice, own, machine, null, into);
    const { stay, leave, wait, come } = planLevel(lattice, into, own, scratch);
    if (machine <= serving && leave.cost < stay.cost) order -= 1;
    if (machine > serving && come.cost < wait.cost) order += 1;
    together += machine <= serving ? Math.min(stay.cost, leave.cost) : Math.min(wait.cost, come.cost);
  }
  const least = Math.min(...values.values());
  const size = Math.max(Math.abs(least), 1e-3);
  return {
    plan: (together - least) / size,
    order: ((values.get(order) ?? Number.POSITIVE_INFINITY) - least) / size,
  };
}

test("the levels' plan equals exhaustive search on small instances", () => {
  const gaps = fc.sample(instances, { numRuns: 60, seed: 5 }).map(gapsOf);
  for (const { plan, order } of gaps) {
    expect(plan).toBeGreaterThan(-1e-9);
    // Not one cost: where the next hour may bring half or twice the demand, two machines on opposite ways can hand over.
    expect(plan).toBeLessThan(0.01);
    expect(order).toBeLessThan(0.01);
  }
  expect(gaps.filter(({ plan, order }) => plan < 1e-9 && order < 1e-9).length).toBeGreaterThan(0.9 * gaps.length);
});

const situations = fc.record({
  level: fc.double({ min: 0, max: 18, noNaN: true }),
  growth: fc.double({ min: -1, max: 1, noNaN: true }),
  spread: fc.double({ min: 0.005, max: 0.1, noNaN: true }),
  serving: fc.integer({ min: 0, max: 16 }),
  arriving: fc.integer({ min: 0, max: 4 }),
  bootMinutes: fc.integer({ min: 2, max: 15 }),
  hourly: fc.boolean(),
});

function situation({
  level,
  growth,
  spread,
  hourly,
  ...rest
}: typeof situations extends fc.Arbitrary<infer T> ? T : never) {
  return {
    ...usual,
    ...rest,
    forecast: someForecast({ level, growth, spread }),
    available: 20 - rest.serving - rest.arriving,
    orders: hourly ? { minutes: [0, 60, 120, 180], everyMinutes: 60 } : null,
  } satisfies HorizonInput;
}

test("raising demand never lowers the wanted count", () => {
  const more = fc.double({ min: 1, max: 1.5, noNaN: true });
  fc.assert(
    fc.property(situations, more, (given, factor) => {
      const before = planHorizon(situation(given), false).count;
      expect(planHorizon(situation({ ...given, level: given.level * factor }), false).count).toBeGreaterThanOrEqual(
        before,
      );
    }),
    { numRuns: 30 },
  );
});

test("every decision can be recomputed from its rows alone", () => {
  fc.assert(
    fc.property(situations, (given) => {
      const input = situation(given);
      const { count, rows, leastGain } = planHorizon(input);
      let recomputed = input.serving + input.arriving;
      for (const { move, moveNow, moveLaterOrNever, advantage, chosen } of rows) {
        const gain = costOf(moveLaterOrNever) - costOf(moveNow);
        expect(gain).toBeCloseTo(advantage, 9);
        expect(chosen).toBe(gain > leastGain);
        expect(moveNow.wear).toBeGreaterThanOrEqual(input.costs.wear - 1e-12);
        if (chosen) recomputed += move === "come" ? 1 : -1;
      }
      expect(recomputed).toBe(count);
      expect(rows.slice(0, -1).every(({ chosen }) => chosen || rows[0]?.move === "leave")).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test("a step counts for as long as it lasts", () => {
  const lattice = buildLattice(someForecast({ level: 10, spread: 0.001 }), { starts: [0, 2, 3, 8], perMachine: 1 });
  const into = createLevelCosts(lattice);
  levelCosts(lattice, costs, 3, null, into);
  for (const [step, minutes] of [2, 1, 5].entries()) {
    expect(into.saved[step * NODES + MIDDLE]).toBeCloseTo((costs.shortage * minutes) / 60, 9);
  }
});

test("told or not, the same count", () => {
  const input = { ...usual, forecast: someForecast({ level: 14, growth: 0.5 }) };
  expect(planHorizon(input, true).count).toBe(planHorizon(input, false).count);
});

test("machines come before demand does, when growth is known to come", () => {
  const steady = planHorizon({ ...usual, forecast: someForecast({ level: 9, spread: 0.01 }) }).count;
  const rising = planHorizon({ ...usual, forecast: someForecast({ level: 9, growth: 1.5, spread: 0.01 }) }).count;
  expect(rising).toBeGreaterThan(steady);
});

test("the less is known of the future, the more machines; the dearer a shortage, too", () => {
  const count = (spread: number, shortage: number): number =>
    planHorizon({ ...usual, costs: { ...costs, shortage }, forecast: someForecast({ level: 9, spread }) }).count;
  expect(count(0.06, 20)).toBeGreaterThan(count(0.005, 20));
  expect(count(0.03, 100)).toBeGreaterThan(count(0.03, 3));
});

test("demand per machine is only a unit", () => {
  const forecast = someForecast({ level: 9 });
  const scaled = {
    ...forecast,
    offset: forecast.offset * 55,
    leads: forecast.leads.map((lead) => ({ ...lead, mean: lead.mean + Math.log(55) })),
  };
  expect(planHorizon({ ...usual, forecast: scaled, perMachine: 55 })).toEqual(planHorizon({ ...usual, forecast }));
});

test("where the rest has no use for machines, they stay with the role", () => {
  const input = { ...usual, serving: 16, available: 4 };
  expect(planHorizon(input).count).toBeLessThan(16);
  expect(planHorizon({ ...input, restForecast: someForecast({ level: 2, spread: 0.01 }) }).count).toBe(16);
});

test("the horizon is cut into steps that the boot time fills exactly, the near ones, and ends where nothing is known", () => {
  for (const bootMinutes of [0.5, 1, 3, 4, 7, 10, 45, 90]) {
    const { starts, doneAt } = horizonSteps(horizonShape(bootMinutes, null));
    expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
    for (const [step, done] of doneAt.entries()) {
      if (done === null || done >= starts.length) continue;
      const way = (starts[done] as number) - (starts[step] as number);
      if ((starts[done] as number) <= 40) expect(way).toBeCloseTo(bootMinutes, 9);
      // Later, until the end of the double step in which the boot ends.
      expect(way).toBeGreaterThan(bootMinutes - 1e-9);
      expect(way).toBeLessThan(bootMinutes + 5);
    }
    expect(doneAt.slice(0, 3)).not.toContain(null);
    expect(starts.at(-1)).toBeLessThanOrEqual(242);
    expect(starts.at(-1)).toBeGreaterThan(2 * bootMinutes);
  }
  expect(horizonSteps(horizonShape(4, null)).starts.slice(18, 24)).toEqual([36, 38, 40, 44, 48, 52]);
  const hourly = horizonShape(4, { minutes: [0, 60], everyMinutes: 60 });
  expect(horizonSteps(hourly).doneAt.flatMap((done) => done ?? [])).toEqual([2, 32]);
});

test("where few may move at once, more are asked for early; a calm future asks for none of a later wave", () => {
  const growing = {
    ...usual,
    forecast: someForecast({ level: 10, growth: 1 }),
    bootMinutes: 20,
    pool: 30,
    serving: 12,
  };
  const all = planHorizon({ ...growing, available: 18 }).count;
  expect(planHorizon({ ...growing, available: 18, atOnce: 1 }).count).toBeGreaterThan(all);
  expect(planHorizon({ ...usual, atOnce: 1 }).count).toBe(planHorizon(usual).count);
});
