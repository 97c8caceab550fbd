/**
 * `perMachine` from history: the load at which a machine's signal of saturation (a latency, a queue, CPU busy) begins to rise
 * faster than before. The signal's medians over the load are held against a line with one bend, fitted by least squares for
 * every place of the bend (Hinkley, "Inference in two-phase regression", 1971); where a straight line does nearly as well, there
 * is no bend to speak of.
 */
import type { Proposal } from "./proposal.ts";

export interface SaturationPoint {
  /** Demand by machines that served. */
  readonly load: number;
  readonly signal: number;
}

/** `from + before·load`, and `after` on top of it for each unit beyond the knee. */
export interface BentLine {
  readonly from: number;
  readonly before: number;
  readonly knee: number;
  readonly after: number;
  /** The squares that it leaves, by those that a straight line leaves. */
  readonly leaves: number;
}

/** Null where a figure is unknown; such a minute tells nothing. */
export function saturationPoints(
  demand: readonly (number | null)[],
  machines: readonly (number | null)[],
  signal: readonly (number | null)[],
): SaturationPoint[] {
  return demand.flatMap((load, minute) => {
    const [served, said] = [machines[minute] ?? null, signal[minute] ?? null];
    return load === null || served === null || said === null || served <= 0
      ? []
      : [{ load: load / served, signal: said }];
  });
}

const BINS = 40;
const FEWEST_IN_BIN = 5;
const FEWEST_BINS = 10;
/** Bins on either side of the knee: of fewer, a line says nothing. */
const FEWEST_BESIDE = 3;
const PLACES = 200;
/** A bend is believed when it leaves at most so much of what a straight line leaves, and beyond it the signal rises so much faster. */
const MOST_LEFT = 0.5;
const LEAST_STEEPER = 2;

/** The median signal of each stretch of load that was seen often enough, so that a few odd minutes move nothing. */
export function mediansByLoad(points: readonly SaturationPoint[]): SaturationPoint[] {
  const loads = points.map(({ load }) => load);
  const least = loads.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = loads.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const bins = Array.from({ length: BINS }, (): SaturationPoint[] => []);
  for (const point of points)
    bins[Math.min(BINS - 1, Math.floor(((point.load - least) / (most - least || 1)) * BINS))]?.push(point);
  return bins
    .filter((bin) => bin.length >= FEWEST_IN_BIN)
    .map((bin) => ({ load: median(bin.map(({ load }) => load)), signal: median(bin.map(({ signal }) => signal)) }));
}

/** Null where there is too little for a line with a bend. */
export function bentLine(medians: readonly SaturationPoint[]): BentLine | null {
  const [first, last] = [medians[FEWEST_BESIDE - 1], medians.at(-FEWEST_BESIDE)];
  if (medians.length < FEWEST_BINS || first === undefined || last === undefined) return null;
  const straight = fitAt(medians, Number.POSITIVE_INFINITY);
  let best: BentLine | null = null;
  for (let place = 0; place <= PLACES; place++) {
    const knee = first.load + ((last.load - first.load) * place) / PLACES;
    const { from, before, after, squares } = fitAt(medians, knee);
    const leaves = squares / Math.max(straight.squares, Number.EPSILON);
    if (best === null || leaves < best.leaves) best = { from, before, knee, after, leaves };
  }
  return best;
}

export function proposePerMachine(points: readonly SaturationPoint[]): Proposal<number> {
  const medians = mediansByLoad(points);
  const line = bentLine(medians);
  if (line === null)
    return {
      ok: false,
      why: `the load a machine was seen at too few levels (${points.length} readings) for a line through them`,
    };
  const most = medians.at(-1)?.load ?? 0;
  const steeper = line.before + line.after;
  const bends = line.leaves <= MOST_LEFT && steeper > 0 && steeper >= LEAST_STEEPER * line.before;
  if (!bends)
    return {
      ok: false,
      why: `up to ${digits(most)} a machine, the most that was seen, the signal does not bend: perMachine may be that or more`,
    };
  const value = digits(line.knee);
  const signal = digits(line.from + line.before * line.knee);
  return {
    ok: true,
    value,
    evidence:
      `the signal bends at ${value} a machine, where it is ${signal}: from ${digits(line.before)} to ${digits(steeper)} ` +
      `for each unit more (${points.length} readings, up to ${digits(most)} a machine)`,
  };
}

/** Least squares of 1, load and max(0, load − knee): Gram-Schmidt, so that a straight line needs no case of its own. */
function fitAt(
  points: readonly SaturationPoint[],
  knee: number,
): Omit<BentLine, "knee" | "leaves"> & { squares: number } {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const dot = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, one, at) => sum + one * (b[at] ?? 0), 0);
  const centred = (values: readonly number[]): number[] => {
    const middle = mean(values);
    return values.map((value) => value - middle);
  };
  const loads = points.map(({ load }) => load);
  const beyond = points.map(({ load }) => Math.max(0, load - knee));
  const [x, y] = [centred(loads), centred(points.map(({ signal }) => signal))];
  const xx = dot(x, x);
  const shared = dot(x, centred(beyond)) / (xx || 1);
  const bend = centred(beyond).map((value, at) => value - shared * (x[at] ?? 0));
  const bends = dot(bend, bend);
  const after = bends > 1e-12 * xx ? dot(bend, y) / bends : 0;
  const before = dot(x, y) / (xx || 1) - after * shared;
  const left = y.map((value, at) => value - (before + after * shared) * (x[at] ?? 0) - after * (bend[at] ?? 0));
  const from = mean(points.map(({ signal }) => signal)) - before * mean(loads) - after * mean(beyond);
  return { from, before, after, squares: dot(left, left) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

/** Three digits are all that such a figure is worth. */
const digits = (value: number): number => Number(value.toPrecision(3));
