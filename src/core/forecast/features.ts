/** What the regressions look at: recent deviations from the season, and what the season says of then and now. */
import type { Cadence } from "./cadence.ts";
import { CAPACITY, slot } from "./history.ts";
import { profileAt, type Season, VARIANTS } from "./season.ts";
import { zeros } from "./vector.ts";
import { leavingBy, newestSamples, type Window } from "./window.ts";

/** Over so many of the newest samples a window's mean is compared with the whole. */
const NEWEST_SAMPLES = [1, 2, 4, 8];

/** Seasonal features of one row: the variants at the target and at the origin, S(t+h) − S(t), and the level. */
const SEASONAL = 2 * VARIANTS + 2;
/** What will leave the window that demand is a mean over, and what came into it last. */
const SLIDING = 1 + NEWEST_SAMPLES.length;

export const rowSize = ({ blocks }: Cadence): number => 1 + blocks.length + SEASONAL + SLIDING;

/** Writes what a sliding window tells: of how its mean will change by then, and of its newest samples. */
export function writeSliding(
  window: Window,
  { blocks }: Cadence,
  step: number,
  lead: number,
  offset: number,
  row: Float64Array,
): void {
  const base = 1 + blocks.length + SEASONAL;
  row[base] = leavingBy(window, offset, step, lead);
  for (let index = 0; index < NEWEST_SAMPLES.length; index++) {
    row[base + 1 + index] = newestSamples(window, offset, step, NEWEST_SAMPLES[index] as number);
  }
}

export interface Deviations {
  /** Running sum of log demand − S. */
  readonly sums: Float64Array;
  /** The first step with a season. */
  first: number;
  length: number;
}

export const createDeviations = (): Deviations => ({ sums: zeros(CAPACITY), first: -1, length: 0 });

export function appendDeviation(deviations: Deviations, step: number, deviation: number): void {
  if (deviations.first < 0) deviations.first = step;
  deviations.sums[slot(step + 1)] = (deviations.sums[slot(step)] as number) + deviation;
  deviations.length = step + 1;
}

/** Writes the constant and the block means as known at `step`; the seasonal features follow with each lead. */
export function writeRecent(deviations: Deviations, { blocks }: Cadence, step: number, row: Float64Array): void {
  row[0] = 1;
  const { sums, first } = deviations;
  for (let block = 0; block < blocks.length; block++) {
    const [newest, oldest] = blocks[block] as readonly [number, number];
    const from = Math.max(first, step - oldest);
    const to = Math.max(first, step - newest);
    row[1 + block] = ((sums[slot(to + 1)] as number) - (sums[slot(from)] as number)) / (to + 1 - from);
  }
}

/** Completes a row for the target step; `reference`: the level that the regression's level feature counts from. */
export function writeSeasonal(
  season: Season,
  { blocks }: Cadence,
  step: number,
  target: number,
  reference: number,
  row: Float64Array,
): void {
  const base = 1 + blocks.length;
  const [then, now] = [slot(target) * VARIANTS, slot(step) * VARIANTS];
  for (let variant = 0; variant < VARIANTS; variant++) {
    row[base + variant] = season.variants[then + variant] as number;
    row[base + VARIANTS + variant] = season.variants[now + variant] as number;
  }
  const profile = profileAt(season, target);
  row[base + 2 * VARIANTS] = profile - profileAt(season, step);
  row[base + 2 * VARIANTS + 1] = profile - reference;
}
