/** The law of errors, against laws that are known. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { addError, BINS, createErrorHistogram, lawOf } from "../../../src/core/forecast/error-law.ts";
import { normalQuantile } from "../../../src/core/forecast/normal.ts";
import { mapDeviate, quantileMapOf } from "../../../src/core/forecast/quantile-map.ts";
import { normals } from "../support/noise.ts";

function lawOfErrors(errors: readonly number[], growth = 1) {
  const histogram = createErrorHistogram();
  for (const error of errors) addError(histogram, error, growth);
  return lawOf(histogram);
}

const normal = normals(11);
const many = Array.from({ length: 40_000 }, normal);

test("normal errors give the normal law", () => {
  const { bins, spread, bias } = lawOfErrors(many);
  expect(spread).toBeCloseTo(1, 1);
  expect(bias).toBeCloseTo(0, 1);
  for (const bin of [2, 20, 40, 60, 77]) {
    expect(Math.abs((bins[bin] ?? Number.NaN) - normalQuantile((bin + 0.5) / BINS))).toBeLessThan(0.06);
  }
});

test("a tail's weight is kept: the mean of the bins is the mean of the errors", () => {
  const errors = many.slice(0, 5_000).map((error, index) => (index % 100 === 0 ? 40 : error));
  const { bins } = lawOfErrors(errors);
  const mean = (values: Iterable<number>): number =>
    [...values].reduce((sum, value) => sum + value, 0) / [...values].length;
  expect(mean(bins)).toBeCloseTo(mean(errors), 6);
  expect(bins[BINS - 1]).toBeGreaterThan(20);
});

test("outages in one error of a hundred hardly widen the spread", () => {
  const errors = many.slice(0, 5_000).map((error, index) => (index % 100 === 0 ? -60 : error));
  expect(lawOfErrors(errors).spread).toBeLessThan(1.1);
});

test("old errors are forgotten", () => {
  const growth = 2 ** (1 / 1_000);
  const { bias } = lawOfErrors([...many.slice(0, 10_000), ...many.slice(0, 10_000).map((error) => error + 5)], growth);
  expect(bias).toBeCloseTo(5, 0);
});

test("bins never cross, whatever the errors", () => {
  const error = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(fc.array(error, { minLength: 300, maxLength: 400 }), (errors) => {
      const { bins } = lawOfErrors(errors, 1.01);
      for (let bin = 1; bin < BINS; bin++) expect(bins[bin]).toBeGreaterThanOrEqual((bins[bin - 1] ?? 0) - 1e-6);
    }),
    { numRuns: 25 },
  );
});

test("the quantile map of normal errors is the identity, and no map ever falls", () => {
  const map = quantileMapOf(lawOfErrors(many));
  for (const z of [-2, -1, 0, 0.55, 1.5]) expect(mapDeviate(map, z)).toBeCloseTo(z, 0);
  const skewed = quantileMapOf(lawOfErrors(many.map((error) => Math.exp(error))));
  for (let z = -5; z < 5; z += 0.05) expect(mapDeviate(skewed, z + 0.05)).toBeGreaterThanOrEqual(mapDeviate(skewed, z));
});
