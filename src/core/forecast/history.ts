/** What is remembered of one role's demand: logarithms on a ring, with sums over it, and which of them were really seen. */
import { at, zeros } from "./vector.ts";

/** Steps that the ring holds: at a minute each, 45 days; a power of two. */
export const CAPACITY = 65_536;
const MASK = CAPACITY - 1;
export const slot = (step: number): number => step & MASK;

export interface History {
  /** log(demand + offset) of each step; what was not seen holds what was expected. */
  readonly log: Float64Array;
  /** Running sums of the seen logarithms, of how many they are, and of the squares of their changes. */
  readonly seenSum: Float64Array;
  readonly seenCount: Float64Array;
  readonly changeSum: Float64Array;
  readonly seen: Uint8Array;
  /** The highest logarithm ever seen; −∞ before. */
  highest: number;
  /** Steps so far; the newest is `length` − 1. */
  length: number;
}

export const createHistory = (): History => ({
  log: zeros(CAPACITY),
  seenSum: zeros(CAPACITY),
  seenCount: zeros(CAPACITY),
  changeSum: zeros(CAPACITY),
  seen: new Uint8Array(CAPACITY),
  highest: Number.NEGATIVE_INFINITY,
  length: 0,
});

export function append(history: History, log: number, seen: boolean): void {
  const { length } = history;
  const [now, next, before] = [slot(length), slot(length + 1), slot(length - 1)];
  history.log[now] = log;
  history.seen[now] = seen ? 1 : 0;
  history.seenSum[next] = at(history.seenSum, now) + (seen ? log : 0);
  history.seenCount[next] = at(history.seenCount, now) + (seen ? 1 : 0);
  if (seen && log > history.highest) history.highest = log;
  const change = length > 0 ? log - at(history.log, before) : 0;
  history.changeSum[next] = at(history.changeSum, now) + change * change;
  history.length = length + 1;
}

export const isSeen = (history: History, step: number): boolean => history.seen[slot(step)] === 1;
export const isKept = ({ length }: History, step: number): boolean =>
  step >= 0 && step < length && step > length - CAPACITY + 2;

/** Mean of the steps seen in [from, to]; NaN where fewer than half of them were. */
export function seenMean(history: History, from: number, to: number): number {
  const last = Math.min(to, history.length - 1);
  if (!isKept(history, from) || last < from) return Number.NaN;
  const [a, b] = [slot(from), slot(last + 1)];
  const count = at(history.seenCount, b) - at(history.seenCount, a);
  return count * 2 < last - from + 1 ? Number.NaN : (at(history.seenSum, b) - at(history.seenSum, a)) / count;
}

/** Root mean square of the changes from step to step, over the last `steps`. */
export function roughness(history: History, steps: number): number {
  const span = Math.min(steps, history.length - 1);
  if (span <= 0) return 0;
  const squares = at(history.changeSum, slot(history.length)) - at(history.changeSum, slot(history.length - span));
  return Math.sqrt(Math.max(0, squares) / span);
}
