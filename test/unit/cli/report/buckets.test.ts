/** Two weeks of minutes as a few hundred points: nothing short is lost, and nothing unknown is drawn. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  bandOf,
  bucketsOf,
  lineOf,
  stepsOf,
  stretchMinutes,
  totalOf,
  unknownIn,
} from "../../../../src/cli/report/buckets.ts";

const minutes = fc.array(fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { freq: 4 }), {
  minLength: 1,
  maxLength: 300,
});

test("whatever the stretches, their extremes are those of the minutes, and every minute is in one", () => {
  fc.assert(
    fc.property(minutes, fc.integer({ min: 1, max: 50 }), (values, across) => {
      const buckets = bucketsOf(values, stretchMinutes(values, across));
      expect(buckets.length).toBeLessThanOrEqual(across);
      expect(buckets.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, at) => from + at))).toEqual(
        values.map((_, at) => at),
      );
      const known = values.filter((value) => value !== null);
      const all = buckets.flatMap((bucket) => bucket.known ?? []);
      expect(all.length > 0).toBe(known.length > 0);
      if (known.length === 0) return;
      expect(Math.min(...all.map(({ least }) => least))).toBe(Math.min(...known));
      expect(Math.max(...all.map(({ most }) => most))).toBe(Math.max(...known));
    }),
    { numRuns: 50 },
  );
});

const fortnight = Array.from({ length: 14 * 1_440 }, (): number | null => 5);

test("one minute in two weeks is drawn at its full height", () => {
  const dip = fortnight.with(11_111, 1).with(11_112, 9);
  const buckets = bucketsOf(dip, stretchMinutes(dip, 444));
  const drawn = lineOf(buckets).map((point) => point?.y);
  expect([Math.min(...drawn.map((y) => y ?? 5)), Math.max(...drawn.map((y) => y ?? 5))]).toEqual([1, 9]);
  expect(stepsOf(buckets, "least").some((step) => step?.high === 1)).toBe(true);
  expect(stepsOf(buckets, "most").some((step) => step?.high === 9)).toBe(true);
});

test("what is unknown is a gap in lines, steps and bands, told to the minute, and never zero", () => {
  const values = [1, 2, null, null, Number.NaN, 4];
  const buckets = bucketsOf(values, 1);
  expect(lineOf(buckets)).toEqual([{ x: 0.5, y: 1 }, { x: 1.5, y: 2 }, null, null, null, { x: 5.5, y: 4 }]);
  expect(stepsOf(buckets, "most").map((step) => step && [step.x, step.high])).toEqual([
    [0, 1],
    [1, 2],
    [2, 2],
    null,
    null,
    null,
    [5, 4],
    [6, 4],
  ]);
  expect(bandOf(bucketsOf([1, null, 3], 1), bucketsOf([2, 9, Number.NaN], 1))).toEqual([
    { x: 0.5, low: 1, high: 2 },
    null,
    null,
  ]);
  expect(unknownIn(values)).toEqual([[2, 5]]);
  expect(unknownIn([null, 1, null])).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect(totalOf([null, Number.NaN])).toBeNull();
});
