/**
 * Many minutes as few points of a plot: of each stretch the least and the most, so that a shortage of one minute in two weeks is
 * still seen, and never a mean. What is unknown is left out, and told.
 */
import type { Area, Point } from "./plot.ts";

export interface Bucket {
  /** Minutes from the start; the last not included. */
  readonly from: number;
  readonly to: number;
  /** Null: nothing was known in all of it. */
  readonly known: { readonly least: number; readonly most: number; readonly sum: number } | null;
}

/** A value for each minute; null or NaN: unknown. */
export type Minutes = ArrayLike<number | null>;

const isKnown = (value: number | null | undefined): value is number =>
  typeof value === "number" && !Number.isNaN(value);

/** How many minutes a stretch has, so that at most `across` of them cover all. */
export const stretchMinutes = (values: Minutes, across: number): number =>
  Math.max(1, Math.ceil(values.length / across));

/** Stretches of `each` minutes; the last may be shorter. */
export function bucketsOf(values: Minutes, each: number): Bucket[] {
  return Array.from({ length: Math.ceil(values.length / each) }, (_, index): Bucket => {
    const [from, to] = [index * each, Math.min(values.length, (index + 1) * each)];
    let [least, most, sum, seen] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
    for (let minute = from; minute < to; minute++) {
      const value = values[minute];
      if (!isKnown(value)) continue;
      [least, most, sum, seen] = [Math.min(least, value), Math.max(most, value), sum + value, seen + 1];
    }
    return { from, to, known: seen === 0 ? null : { least, most, sum } };
  });
}

/** All of it as one stretch. */
export const totalOf = (values: Minutes): Bucket["known"] =>
  bucketsOf(values, Math.max(1, values.length))[0]?.known ?? null;

/** From the least to the most and on to the next: a line that hides no peak. Unknown stretches break it. */
export const lineOf = (buckets: readonly Bucket[]): (Point | null)[] =>
  buckets.flatMap(({ from, to, known }) => {
    if (known === null) return [null];
    const x = (from + to) / 2;
    return known.least === known.most
      ? [{ x, y: known.most }]
      : [
          { x, y: known.least },
          { x, y: known.most },
        ];
  });

/** From zero to one figure of each stretch, as steps. */
export const stepsOf = (buckets: readonly Bucket[], of: "least" | "most" | "sum"): (Area | null)[] =>
  buckets.flatMap(({ from, to, known }, index) => {
    if (known === null) return [null];
    const step = { low: 0, high: known[of] };
    // A step reaches to the next one; before a gap, and at the end, it needs an end of its own.
    const ends = (buckets[index + 1]?.known ?? null) === null;
    return ends
      ? [
          { x: from, ...step },
          { x: to, ...step },
        ]
      : [{ x: from, ...step }];
  });

/** From the least of the one to the most of the other. */
export const bandOf = (low: readonly Bucket[], high: readonly Bucket[]): (Area | null)[] =>
  low.map(({ from, to, known }, index) => {
    const above = high[index]?.known ?? null;
    return known === null || above === null ? null : { x: (from + to) / 2, low: known.least, high: above.most };
  });

/** Stretches of unknown minutes, from the first to the one after the last. */
export function unknownIn(values: Minutes): [from: number, to: number][] {
  const stretches: [number, number][] = [];
  let from: number | null = null;
  for (let minute = 0; minute <= values.length; minute++) {
    const known = minute === values.length || isKnown(values[minute]);
    if (!known) from ??= minute;
    else if (from !== null) {
      stretches.push([from, minute]);
      from = null;
    }
  }
  return stretches;
}
