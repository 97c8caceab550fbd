/** A demand that is refreshed only every few minutes is recognised, and what is known until the next refresh is used. */
import { expect, test } from "vitest";
import {
  createRefresh,
  followRefresh,
  knownChange,
  logUntold,
  refreshChange,
} from "../../../src/core/forecast/refresh.ts";
import { normals } from "../support/noise.ts";

const STEPS = 1_500;
const PERIOD = 5;
const normal = normals(4);
const knots = Array.from({ length: STEPS / PERIOD + 2 }, () => 20 + 4 * normal());
const knot = (index: number): number => knots[index] as number;
const stairs = (step: number): number => knot(Math.floor(step / PERIOD));
const lines = (step: number): number => {
  const [from, share] = [Math.floor(step / PERIOD), (step % PERIOD) / PERIOD];
  return knot(from) * (1 - share) + knot(from + 1) * share;
};

function followed(demand: (step: number) => number, steps = STEPS) {
  const refresh = createRefresh();
  for (let step = 0; step < steps; step++) followRefresh(refresh, demand(step), step, true);
  return refresh;
}

test.each([
  ["a staircase", stairs, false],
  ["straight lines between knots", lines, true],
])("%s every five minutes: the period is found", (_, demand, straight) => {
  expect(followed(demand)).toMatchObject({ period: PERIOD, straight });
});

test("what changes every minute, hardly ever, or never has no period", () => {
  const noise = Array.from({ length: STEPS }, () => 20 + normal());
  expect(followed((step) => noise[step] as number).period).toBe(1);
  expect(followed((step) => (step < 700 ? 10 : 20)).period).toBe(1);
  expect(followed(() => 10).period).toBe(1);
});

test.each([
  ["a staircase", stairs],
  ["straight lines", lines],
])("%s: up to the next refresh demand is known, and of the one after it a share", (_, demand) => {
  const refresh = followed(demand, STEPS - 20);
  for (let step = STEPS - 25; step < STEPS - 20; step++) {
    for (let lead = 1; lead <= 12; lead++) {
      const untold = logUntold(refresh, step, lead);
      const change = knownChange(refresh, 3, step, lead);
      if (untold < Math.log(0.05))
        expect(demand(step) + 3).toBeCloseTo((demand(step + lead) + 3) / Math.exp(change), 6);
      expect(untold).toBeLessThan(1e-9);
    }
    expect(logUntold(refresh, step, 12)).toBeCloseTo(0, 9);
  }
  const [known, newest] = demand === lines ? [STEPS - 20, STEPS - 25] : [STEPS - 21, STEPS - 26];
  const last = Math.log(demand(known) + 3) - Math.log(demand(newest) + 3);
  expect(refreshChange(refresh, 3, STEPS - 21, 12, 1)).toBeCloseTo(last, 6);
});
