/** The law of standardised forecast errors: an exponentially forgotten histogram, and the equally likely bins read off it. */
import { normalQuantile } from "./normal.ts";
import { add, clamp, scale, zeros } from "./vector.ts";

/** Equally likely bins of a law. */
export const BINS = 80;

/** asinh(z) is cut into cells 1/32 wide: near zero as fine as that, in the tails in proportion, out to |z| = 1,490. */
const CELLS_PER_UNIT = 32;
const REACH = 8;
const CELLS = 2 * REACH * CELLS_PER_UNIT;
const GREATEST = Math.sinh(REACH);

/** Fewer errors than this say nothing of a tail: the law of a normal 1.5 times the scale stands in. */
const ENOUGH = 300;
const UNLEARNED_SPREAD = 1.5;

export interface ErrorHistogram {
  readonly weights: Float64Array;
  /** Σ weight × error of each cell, so that a tail's cell gives its own mean. */
  readonly sums: Float64Array;
  count: number;
  /** What the next error weighs; it grows, which is the same as forgetting the old ones. */
  unit: number;
}

export interface ErrorLaw {
  /** Mean error of each of the equally likely bins, rising. */
  readonly bins: Float64Array;
  /** Robust standard deviation: (q95 − q05) / 3.29. Outages would inflate a variance. */
  readonly spread: number;
  /** Mean of the middle 80 %. */
  readonly bias: number;
}

export const createErrorHistogram = (): ErrorHistogram => ({
  weights: zeros(CELLS),
  sums: zeros(CELLS),
  count: 0,
  unit: 1,
});

/** `growth`: how much more an error weighs than the one before it, 2^(1/half-life). */
export function addError(histogram: ErrorHistogram, error: number, growth: number): void {
  const cell = Math.floor((Math.asinh(error) + REACH) * CELLS_PER_UNIT);
  const bounded = cell < 0 ? 0 : cell >= CELLS ? CELLS - 1 : cell;
  add(histogram.weights, bounded, histogram.unit);
  add(histogram.sums, bounded, histogram.unit * clamp(error, -GREATEST, GREATEST));
  histogram.count += 1;
  histogram.unit *= growth;
  if (histogram.unit > 1e9) rebase(histogram);
}

function rebase(histogram: ErrorHistogram): void {
  scale(histogram.weights, 1 / histogram.unit);
  scale(histogram.sums, 1 / histogram.unit);
  histogram.unit = 1;
}

/** Reads the law off the histogram: bin *means*, so that the weight of a tail counts and not only where it begins. */
export function lawOf({ weights, sums, count }: ErrorHistogram): ErrorLaw {
  if (count < ENOUGH) return UNLEARNED;
  let total = 0;
  for (let cell = 0; cell < CELLS; cell++) total += weights[cell] as number;
  const room = total / BINS;
  const bins = zeros(BINS);
  let bin = 0;
  let filled = 0;
  for (let cell = 0; cell < CELLS; cell++) {
    let left = weights[cell] as number;
    if (left <= 0) continue;
    const mean = (sums[cell] as number) / left;
    while (left > 0 && bin < BINS) {
      const last = bin === BINS - 1;
      const part = last ? left : Math.min(left, room - filled);
      add(bins, bin, (part * mean) / room);
      filled += part;
      left -= part;
      if (!last && filled >= room * (1 - 1e-9)) {
        bin += 1;
        filled = 0;
      }
    }
  }
  return withMoments(bins);
}

function withMoments(bins: Float64Array): ErrorLaw {
  const fifth = Math.round(0.05 * BINS);
  const upper = (bins[BINS - 1 - fifth] as number) + (bins[BINS - fifth] as number);
  const lower = (bins[fifth] as number) + (bins[fifth - 1] as number);
  const cut = Math.round(0.1 * BINS);
  let middle = 0;
  for (let bin = cut; bin < BINS - cut; bin++) middle += bins[bin] as number;
  const spread = Math.max(1e-3, (upper - lower) / 2 / 3.29);
  return { bins, spread, bias: middle / (BINS - 2 * cut) };
}

const UNLEARNED: ErrorLaw = {
  bins: Float64Array.from({ length: BINS }, (_, bin) => UNLEARNED_SPREAD * normalQuantile((bin + 0.5) / BINS)),
  spread: UNLEARNED_SPREAD,
  bias: 0,
};
