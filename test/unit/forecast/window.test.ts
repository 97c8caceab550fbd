/** A demand that is a mean over a sliding window is recognised, and what leaves the window is known. */
import { expect, test } from "vitest";
import { createWindow, follow, leavingBy, newestSamples } from "../../../src/core/forecast/window.ts";
import { normals } from "../support/noise.ts";

const STEPS = 3_000;
const normal = normals(2);
const samples = Array.from({ length: STEPS + 20 }, () => 20 + 4 * normal());
const meanOver = (length: number): number[] =>
  Array.from({ length: STEPS }, (_, step) => {
    const window = samples.slice(Math.max(0, step - length + 1), step + 1);
    return window.reduce((sum, value) => sum + value, 0) / window.length;
  });

function followed(demand: readonly number[]) {
  const window = createWindow();
  for (const [step, value] of demand.entries()) follow(window, value, step, true);
  return window;
}

test.each([2, 5, 15])("a mean over %i steps is found", (length) => {
  expect(followed(meanOver(length)).length).toBe(length);
});

test("plain noise, a trend and an interpolated series are no window", () => {
  expect(followed(samples.slice(0, STEPS)).length).toBe(1);
  expect(followed(Array.from({ length: STEPS }, (_, step) => step)).length).toBe(1);
  const knots = (step: number): number => {
    const [from, share] = [Math.floor(step / 5), (step % 5) / 5];
    return (samples[from] as number) * (1 - share) + (samples[from + 1] as number) * share;
  };
  expect(followed(Array.from({ length: STEPS }, (_, step) => knots(step))).length).toBe(1);
});

test("what leaves tells where the mean goes, and nothing is told beyond the window", () => {
  const length = 15;
  const demand = meanOver(length);
  const window = followed(demand);
  const step = STEPS - 1;
  const leaving = samples.slice(step - length + 1, step - length + 6);
  const told = leavingBy(window, 0, step, 5) * (demand[step] as number);
  const truth = (5 * (demand[step] as number) - leaving.reduce((sum, value) => sum + value, 0)) / length;
  expect(Math.abs(told - truth)).toBeLessThan(0.5 * Math.abs(truth) + 0.3);
  expect(leavingBy(window, 0, step, length)).toBe(0);
  const newest = samples.slice(step - 3, step + 1).reduce((sum, value) => sum + value, 0) / 4;
  expect(Math.sign(newestSamples(window, 0, step, 4))).toBe(Math.sign(newest - (demand[step] as number)));
});
