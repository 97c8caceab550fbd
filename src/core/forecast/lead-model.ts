/** One lead time's forecaster: mixed regressions, the scale and law of their out-of-sample errors, and how errors hang together. */
import { addError, createErrorHistogram, type ErrorHistogram, type ErrorLaw, lawOf } from "./error-law.ts";
import { createErrorScale, type ErrorScale, learnScale, refitScale, SCALE_FEATURES, scaleAt } from "./error-scale.ts";
import { type QuantileMap, quantileMapOf } from "./quantile-map.ts";
import { addRow, createGram, forget, type Gram, pour, solveRidge } from "./ridge.ts";
import { TUNING } from "./tuning.ts";
import { at, clamp, dot, zeros } from "./vector.ts";

/** Origins whose forecasts still wait for their outcome; a power of two above the longest lead. */
export const ORIGINS = 256;
export const originSlot = (step: number): number => step & (ORIGINS - 1);

interface Expert {
  readonly coefficients: Float64Array;
  /** What it said, by origin. */
  readonly said: Float64Array;
  /** Mean squared error. */
  score: number;
  weight: number;
}

export interface LeadModel {
  /** Steps ahead. */
  readonly lead: number;
  readonly memories: readonly Gram[];
  /** Rows learned since the last fit, which no memory holds yet: nothing is forgotten between fits, so one sum does for all. */
  readonly fresh: Gram;
  readonly experts: readonly Expert[];
  fitted: boolean;
  /** The mix of the experts and its scale, by origin; NaN where nothing was forecast. */
  readonly said: Float64Array;
  readonly scales: Float64Array;
  readonly scaleFeatures: readonly Float64Array[];
  readonly scale: ErrorScale;
  readonly histogram: ErrorHistogram;
  law: ErrorLaw;
  map: QuantileMap;
  /** Mean absolute error of late. */
  recent: number;
  /** Standardised covariances with the next shorter lead's error and with lead 1's, and over how many they are. */
  withShorter: number;
  withFirst: number;
  pairs: number;
}

export function createLeadModel(lead: number, size: number): LeadModel {
  const histogram = createErrorHistogram();
  const law = lawOf(histogram);
  return {
    lead,
    memories: TUNING.memoriesDays.map(() => createGram(size)),
    fresh: createGram(size),
    experts: TUNING.experts.map(() => ({
      coefficients: zeros(size),
      said: zeros(ORIGINS),
      score: 1e-3,
      weight: 1 / TUNING.experts.length,
    })),
    fitted: false,
    said: zeros(ORIGINS).fill(Number.NaN),
    scales: zeros(ORIGINS),
    scaleFeatures: Array.from({ length: ORIGINS }, () => zeros(SCALE_FEATURES)),
    scale: createErrorScale(),
    histogram,
    law,
    map: quantileMapOf(law),
    recent: 0.05,
    withShorter: 0,
    withFirst: 0,
    pairs: 0,
  };
}

/**
 * Forecasts from `origin`: `profile` is the season at the target, `row` the features, `bound` what may be said at all. Returns
 * the mixed log demand.
 */
export function foretell(
  model: LeadModel,
  origin: number,
  profile: number,
  row: Float64Array,
  bound: (log: number) => number,
): number {
  const now = originSlot(origin);
  let mixed = 0;
  for (const expert of model.experts) {
    const said = bound(profile + dot(expert.coefficients, row));
    expert.said[now] = said;
    mixed += expert.weight * said;
  }
  model.said[now] = mixed;
  return mixed;
}

/** Forecasts `log` from `origin`, with no regression. */
export function foretellSame(model: LeadModel, origin: number, log: number): number {
  for (const expert of model.experts) expert.said[originSlot(origin)] = log;
  model.said[originSlot(origin)] = log;
  return log;
}

/** The scale of this origin's error, from the features already written to its place. */
export function foretellScale(model: LeadModel, origin: number): number {
  const now = originSlot(origin);
  const scale = scaleAt(model.scale, model.scaleFeatures[now] as Float64Array);
  model.scales[now] = scale;
  return scale;
}

/** The error of the forecast from `origin`, in scales; NaN where there was none. */
export const standardError = (model: LeadModel, origin: number, outcome: number): number =>
  (outcome - at(model.said, originSlot(origin))) / at(model.scales, originSlot(origin));

/** What one step's outcome teaches; half-lives in days become rates by `daySteps`. */
export function learnOutcome(model: LeadModel, origin: number, outcome: number, daySteps: number): void {
  const then = originSlot(origin);
  const error = outcome - at(model.said, then);
  const stepsPerMinute = daySteps / 1_440;
  model.recent += (Math.abs(error) - model.recent) / (TUNING.recentMinutes * stepsPerMinute);
  for (const expert of model.experts) {
    const own = outcome - at(expert.said, then);
    expert.score += (own * own - expert.score) / (TUNING.scoreDays * daySteps);
  }
  learnScale(model.scale, model.scaleFeatures[then] as Float64Array, error);
  if (model.scale.learned)
    addError(model.histogram, error / at(model.scales, then), 2 ** (1 / (TUNING.lawDays * daySteps)));
}

/** Standardised errors of this lead, of the next shorter one and of lead 1, all from the same origin. */
export function learnTogether(model: LeadModel, own: number, shorter: number, first: number, daySteps: number): void {
  if (Number.isNaN(own) || Number.isNaN(shorter) || Number.isNaN(first)) return;
  model.pairs += 1;
  const rate = 1 / Math.min(TUNING.covarianceDays * daySteps, model.pairs);
  const clipped = (error: number): number => clamp(error, -TUNING.clip, TUNING.clip);
  model.withShorter += (clipped(own) * clipped(shorter) - model.withShorter) * rate;
  model.withFirst += (clipped(own) * clipped(first) - model.withFirst) * rate;
}

export function learnRow(model: LeadModel, row: Float64Array, target: number): void {
  addRow(model.fresh, row, target, 1);
}

/** Solves the regressions anew and forgets what `steps` steps let fade. `scratch`: size² numbers. */
export function refit(model: LeadModel, steps: number, daySteps: number, scratch: Float64Array): void {
  pour(model.fresh, model.memories);
  for (const [index, { memory, penalty }] of TUNING.experts.entries()) {
    const expert = model.experts[index] as Expert;
    const gram = model.memories[memory] as Gram;
    solveRidge(gram, { relative: penalty, absolute: 1e-5 }, expert.coefficients, scratch);
  }
  for (const [index, days] of TUNING.memoriesDays.entries()) {
    forget(model.memories[index] as Gram, 2 ** (-steps / (days * daySteps)));
  }
  refitScale(model.scale, scratch);
  forget(model.scale.gram, 2 ** (-steps / (TUNING.scaleDays * daySteps)));
  model.law = lawOf(model.histogram);
  model.map = quantileMapOf(model.law);
  weigh(model.experts);
  model.fitted = true;
}

function weigh(experts: readonly Expert[]): void {
  const best = Math.min(...experts.map(({ score }) => score));
  let sum = 0;
  for (const expert of experts) {
    expert.weight = (best / expert.score) ** TUNING.sharpness;
    sum += expert.weight;
  }
  for (const expert of experts) expert.weight /= sum;
}
