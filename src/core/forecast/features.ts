/** What the regressions look at: recent deviations from the season, and what the season says of then and now. */
import type { Cadence } from "./cadence.ts";
import { CAPACITY, slot } from "./history.ts";
import { knownChange, type Refresh, refreshChange } from "./refresh.ts";
import { profileAt, type Season, VARIANTS } from "./season.ts";
import { zeros } from "./vector.ts";
import { leavingBy, newestSamples, type Window } from "./window.ts";

/** Over so many of the newest samples a window's mean is compared with the whole. */
const NEWEST_SAMPLES = [1, 2, 4, 8];

/** Seasonal features of one row: the variants at the target and at the origin, S(t+h) − S(t), and the level. */
const SEASONAL = 2 * VARIANTS + 2;
/** Refreshes before the present one whose changes are features. */
const REFRESHES = 4;
/** What will leave the window that demand is a mean over, and what came into it last. */
const SLIDING = 1 + NEWEST_SAMPLES.length;

/** What is known already of the steps up to the next refresh, and how the refreshes before it moved. */
const REFRESHED = 1 + REFRESHES;

export const rowSize = ({ blocks }: Cadence): number => 1 + blocks.length + SEASONAL + SLIDING + REFRESHED;

/** How demand is measured, as far as that tells what comes next. */
export interface Measured {
  readonly cadence: Cadence;
  readonly window: Window;
  readonly refresh: Refresh;
  readonly offset: number;
}

/** Writes what is known at `step` of how demand will change in `lead` steps, by the way in which it is measured alone. */
export function writeMeasured(
  { cadence, window, refresh, offset }: Measured,
  step: number,
  lead: number,
  row: Float64Array,
): void {
  const base = 1 + cadence.blocks.length + SEASONAL;
  row[base] = leavingBy(window, offset, step, lead);
  for (let index = 0; index < NEWEST_SAMPLES.length; index++) {
    row[base + 1 + index] = newestSamples(window, offset, step, NEWEST_SAMPLES[index] as number);
  }
  row[base + SLIDING] = knownChange(refresh, offset, step, lead);
  for (let back = 1; back <= REFRESHES; back++)
    row[base + SLIDING + back] = refreshChange(refresh, offset, step, lead, back);
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
