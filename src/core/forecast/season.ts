/** The seasonal profile: what this time of day and of the week usually brings, robust against single days that were not usual. */
import { type Cadence, daySteps } from "./cadence.ts";
import { CAPACITY, type History, seenMean, slot } from "./history.ts";
import { at, zeros } from "./vector.ts";

/** Seasonal variants of one step, as differences from the profile, so that a regression can mix them. */
export const VARIANTS = 3;

export interface Season {
  /** The profile S: half the mean of the last seven days at this time, half that of the last four weeks. NaN: not known. */
  readonly profile: Float64Array;
  /** VARIANTS numbers a step: newest day − S, newest week − S, days' mean − weeks' mean. */
  readonly variants: Float64Array;
}

const DAYS = 7;
const WEEKS = 4;

/** A day below a third of the usual was an outage and no habit: it counts as that third, once there are so many to tell by. */
const OUTAGE_DROP = Math.log(3);
const ENOUGH_DAYS = 3;

export const createSeason = (): Season => ({
  profile: zeros(CAPACITY).fill(Number.NaN),
  variants: zeros(CAPACITY * VARIANTS),
});

export const profileAt = ({ profile }: Season, step: number): number => at(profile, slot(step));

/** Works out the season of one coming step from the days and weeks before it; without a day of history it stays unknown. */
export function learnSeason(season: Season, history: History, cadence: Cadence, step: number): void {
  const day = daySteps(cadence);
  const days = window(history, cadence, step, day, cadence.newestDay, DAYS);
  const weeks = window(history, cadence, step, day * 7, Math.ceil(cadence.newestDay / 7), WEEKS);
  const daily = usual(days);
  const weekly = usual(weeks);
  const to = slot(step);
  const before = at(season.profile, slot(step - day));
  const profile = weekly.known ? (daily.known ? (daily.mean + weekly.mean) / 2 : weekly.mean) : daily.mean;
  // A week without a single reading: the profile of the day before is the best that is left.
  season.profile[to] = daily.known || weekly.known ? profile : before;
  const base = to * VARIANTS;
  season.variants[base] = daily.known ? daily.newest - profile : 0;
  season.variants[base + 1] = weekly.known ? weekly.newest - profile : 0;
  season.variants[base + 2] = daily.known && weekly.known ? daily.mean - weekly.mean : 0;
}

/** Means around the same time, `count` periods back, the newest first; NaN where too little was seen. */
function window(history: History, cadence: Cadence, step: number, period: number, newest: number, count: number) {
  const means: number[] = [];
  for (let back = newest; back < newest + count; back++) {
    const middle = step - back * period;
    means.push(seenMean(history, Math.max(0, middle - cadence.halfWindow), middle + cadence.halfWindow));
  }
  return means;
}

interface Usual {
  readonly known: boolean;
  readonly mean: number;
  /** The newest of the means, or the mean where the newest is missing or was no usual one. */
  readonly newest: number;
}

function usual(means: readonly number[]): Usual {
  const seen = means.filter((mean) => !Number.isNaN(mean));
  if (seen.length === 0) return { known: false, mean: Number.NaN, newest: Number.NaN };
  const floor = seen.length < ENOUGH_DAYS ? Number.NEGATIVE_INFINITY : median(seen) - OUTAGE_DROP;
  let sum = 0;
  for (const mean of seen) sum += Math.max(mean, floor);
  const mean = sum / seen.length;
  const newest = means[0] ?? Number.NaN;
  return { known: true, mean, newest: newest >= floor ? newest : mean };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}
