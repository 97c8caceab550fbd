/**
 * How large the errors of one lead are just now: log|error| regressed on what can be seen beforehand (multiplicative
 * heteroscedasticity, Harvey 1976).
 */
import { addRow, createGram, type Gram, solveRidge, weightOf } from "./ridge.ts";
import { dot, zeros } from "./vector.ts";

/** 1, level, log roughness of an hour and of a day, log recent error of this lead and of the shortest, log share not told yet. */
export const SCALE_FEATURES = 7;
export const UNTOLD = 6;
const PENALTY = { relative: 1e-3, absolute: 0.02 };

/** Added before every logarithm: an error of 0.4 % of the demand is as good as none. */
export const TINY_ERROR = 0.004;
const ENOUGH_ROWS = 60;
/** Logarithms: from nothing to the whole pool is 2.9. */
const LARGEST = 3;

export interface ErrorScale {
  readonly gram: Gram;
  readonly coefficients: Float64Array;
  learned: boolean;
}

export const createErrorScale = (): ErrorScale => ({
  gram: createGram(SCALE_FEATURES),
  coefficients: zeros(SCALE_FEATURES),
  learned: false,
});

export function learnScale({ gram }: ErrorScale, features: Float64Array, error: number): void {
  addRow(gram, features, Math.log(Math.abs(error) + TINY_ERROR), 1);
}

export function refitScale(scale: ErrorScale, scratch: Float64Array): void {
  if (weightOf(scale.gram) < ENOUGH_ROWS) return;
  solveRidge(scale.gram, PENALTY, scale.coefficients, scratch);
  scale.learned = true;
}

/** The scale at these features; before anything is learned, the recent error, which is the fifth feature. */
export const scaleAt = ({ learned, coefficients }: ErrorScale, features: Float64Array): number =>
  Math.min(LARGEST, Math.exp(learned ? dot(coefficients, features) : (features[4] as number)));
