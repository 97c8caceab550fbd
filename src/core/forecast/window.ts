/**
 * Whether demand is a mean over a sliding window, as `rate(x[15m])` is, and what will leave the window next. Each change of such a
 * mean is the newest sample less the one that left: its changes correlate by −½ at the window's length and hardly at any other
 * lag. Once the length is known, so are the samples, and with them half of what the next minutes will bring.
 */
import { zeros } from "./vector.ts";

const LONGEST = 30;
/** Rings: a power of two above the longest window and the oldest origin that still learns. */
const KEPT = 512;
const place = (step: number): number => step & (KEPT - 1);

/** Steps over which correlations are forgotten to a third, and between looks at them. */
const MEMORY = 2_880;
const LOOK_EVERY = 180;
/** A mean's changes correlate by −½ at its length; noise on top of it takes some of that away. */
const LEAST_CORRELATION = 0.25;
/** How much more negative than its neighbours: interpolated series have broad dips, means sharp ones. */
const LEAST_PROMINENCE = 0.2;
/** What of a sample's estimate is believed a window later: errors fade in ten windows. */
const KEEP = 0.9;

/** Changes that mostly repeat the one before are an interpolation's or a trend's. */
const MOST_NEIGHBOURLY = 0.55;

export interface Window {
  readonly demand: Float64Array;
  /** Estimated samples, and their running sum. */
  readonly samples: Float64Array;
  readonly sampleSums: Float64Array;
  /** Mean products of changes, by lag. */
  readonly products: Float64Array;
  steps: number;
  /** Steps that the mean is taken over; 1: demand is no sliding mean. */
  length: number;
  /** The first step whose samples were estimated with this length. */
  since: number;
}

export const createWindow = (): Window => ({
  demand: zeros(KEPT),
  samples: zeros(KEPT),
  sampleSums: zeros(KEPT),
  products: zeros(LONGEST + 1),
  steps: 0,
  length: 1,
  since: 0,
});

/** Takes the next step's demand. */
export function follow(window: Window, demand: number, step: number, seen: boolean): void {
  window.demand[place(step)] = demand;
  window.steps += 1;
  if (seen && window.steps > LONGEST + 2) correlate(window, step);
  if (window.steps % LOOK_EVERY === 0) look(window, step);

  const { length, samples, sampleSums } = window;
  const known = length > 1 && step - length >= window.since;
  const before =
    KEEP * (samples[place(step - length)] as number) + (1 - KEEP) * (window.demand[place(step - length)] as number);
  samples[place(step)] = known ? length * change(window, step) + before : demand;
  sampleSums[place(step)] = (sampleSums[place(step - 1)] as number) + (samples[place(step)] as number);
}

const change = ({ demand }: Window, step: number): number =>
  (demand[place(step)] as number) - (demand[place(step - 1)] as number);

function correlate(window: Window, step: number): void {
  const { products } = window;
  const now = change(window, step);
  for (let lag = 0; lag <= LONGEST; lag++) {
    const product = now * change(window, step - lag);
    products[lag] = (products[lag] as number) + (product - (products[lag] as number)) / Math.min(window.steps, MEMORY);
  }
}

/** The lag that stands out: clearly negative, and clearly more so than its neighbours. */
function look(window: Window, step: number): void {
  const { products } = window;
  const correlation = (lag: number): number => (products[lag] as number) / (products[0] as number);
  let [best, most] = [1, LEAST_PROMINENCE];
  if (correlation(1) > MOST_NEIGHBOURLY) return;
  for (let lag = 2; lag < LONGEST; lag++) {
    const prominence = (correlation(lag - 1) + correlation(lag + 1)) / 2 - correlation(lag);
    if (correlation(lag) < -LEAST_CORRELATION && prominence > most) [best, most] = [lag, prominence];
  }
  if (best === window.length) return;
  window.length = best;
  window.since = step;
}

const isKnown = ({ length, since }: Window, step: number): boolean => length > 1 && step - 2 * length >= since;

/** The relative change of demand + offset `lead` steps later by the old samples' leaving alone; 0 where that is not known. */
export function leavingBy(window: Window, offset: number, step: number, lead: number): number {
  const { length, sampleSums, demand } = window;
  if (!isKnown(window, step) || lead >= length) return 0;
  const now = demand[place(step)] as number;
  const leaving = (sampleSums[place(step - length + lead)] as number) - (sampleSums[place(step - length)] as number);
  return (lead * now - leaving) / length / (now + offset);
}

/** By how much the mean of the newest samples exceeds demand, relative to demand + offset; 0 where that is not known. */
export function newestSamples(window: Window, offset: number, step: number, count: number): number {
  const { sampleSums, demand } = window;
  if (!isKnown(window, step)) return 0;
  const now = demand[place(step)] as number;
  const newest = ((sampleSums[place(step)] as number) - (sampleSums[place(step - count)] as number)) / count;
  return (newest - now) / (now + offset);
}
