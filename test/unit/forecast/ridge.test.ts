/** The regression finds the coefficients that made the data, and lets old data go. */
import { expect, test } from "vitest";
import { addRow, createGram, forget, solveRidge } from "../../../src/core/forecast/ridge.ts";
import { normals } from "../support/noise.ts";

const SIZE = 4;
const LIGHT = { relative: 1e-6, absolute: 1e-9 };

function learned(truths: readonly (readonly number[])[], rows: number, fade: number): Float64Array {
  const normal = normals(3);
  const gram = createGram(SIZE);
  for (const truth of truths) {
    for (let index = 0; index < rows; index++) {
      const row = Float64Array.from({ length: SIZE }, (_, feature) => (feature === 0 ? 1 : normal()));
      addRow(gram, row, truth.reduce((sum, beta, feature) => sum + beta * (row[feature] ?? 0), 0) + 0.01 * normal(), 1);
    }
    forget(gram, fade);
  }
  const beta = new Float64Array(SIZE);
  solveRidge(gram, LIGHT, beta, new Float64Array(SIZE * SIZE));
  return beta;
}

test("the coefficients that made the data are found", () => {
  const beta = learned([[0.5, 1, -2, 0.25]], 500, 1);
  expect([...beta].map((value) => Math.round(value * 100) / 100)).toEqual([0.5, 1, -2, 0.25]);
});

test("what was forgotten no longer counts", () => {
  const beta = learned(
    [
      [0, 5, 5, 5],
      [0.5, 1, -2, 0.25],
    ],
    200,
    1e-6,
  );
  expect(beta[2]).toBeCloseTo(-2, 1);
});

test("a strong penalty shrinks every effect and spares the level", () => {
  const gram = createGram(2);
  const normal = normals(5);
  for (let index = 0; index < 400; index++) {
    const x = normal();
    addRow(gram, Float64Array.of(1, x), 3 + 2 * x, 1);
  }
  const beta = new Float64Array(2);
  solveRidge(gram, { relative: 1, absolute: 0 }, beta, new Float64Array(4));
  expect(beta[0]).toBeCloseTo(3, 0);
  expect(beta[1]).toBeCloseTo(1, 0);
});
