/** Machines of unequal capacity: what a plan of usual machines makes of them. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  leastUsual,
  machinesForUsual,
  mostUsual,
  usualMachines,
} from "../../../../src/core/decide/rota/usual-machines.ts";

const capacities = fc.array(fc.constantFrom(0.25, 0.5, 1, 1, 1.5, 2), { maxLength: 6 });
const pools = fc.record({ own: capacities, others: capacities });
const runs = { numRuns: 100, seed: 11 };
const least = (values: readonly number[], count: number): number =>
  [...values]
    .sort((a, b) => a - b)
    .slice(0, count)
    .reduce((sum, one) => sum + one, 0);

test("where all machines are usual, counts are machines", () => {
  const carriers = { own: [1, 1, 1], others: [1, 1] };
  for (const count of [0, 1, 2, 3, 4, 5]) {
    expect([machinesForUsual(count, carriers), leastUsual(count, carriers), mostUsual(count, carriers)]).toEqual([
      count,
      count,
      count,
    ]);
  }
  expect(usualMachines(Array.from({ length: 10 }, () => 0.1))).toBe(1);
});

test("what the plan leaves as it is keeps its machines", () => {
  fc.assert(
    fc.property(pools, (carriers) => {
      expect(machinesForUsual(usualMachines(carriers.own), carriers)).toBe(carriers.own.length);
    }),
    runs,
  );
});

test("machines suffice whichever of them leave", () => {
  fc.assert(
    fc.property(pools, fc.nat(8), (carriers, usual) => {
      const machines = machinesForUsual(usual, carriers);
      if (machines <= carriers.own.length) expect(least(carriers.own, machines)).toBeGreaterThanOrEqual(usual - 1e-9);
    }),
    runs,
  );
});

test("a floor and a maximum of machines are the least and the greatest count that keep them", () => {
  fc.assert(
    fc.property(pools, fc.nat(9), (carriers, machines) => {
      const [low, high] = [leastUsual(machines, carriers), mostUsual(machines, carriers)];
      expect(machinesForUsual(low, carriers)).toBeGreaterThanOrEqual(machines);
      if (low > 0) expect(machinesForUsual(low - 1, carriers)).toBeLessThan(machines);
      expect(machinesForUsual(high + 1, carriers)).toBeGreaterThan(machines);
      if (high >= 0) expect(machinesForUsual(high, carriers)).toBeLessThanOrEqual(machines);
    }),
    runs,
  );
});
