/**
 * The tree of what later decisions will know: a recombining trinomial lattice of the forecast's revision x (Hull & White 1994).
 * x(k+1) = φ x(k) + noise of variance Var x(k+1) − φ² Var x(k); the middle branch follows the mean, so that mean and variance
 * of every step are kept.
 */
import type { Forecast } from "../../forecast/forecast.ts";
import { mapDeviate } from "../../forecast/quantile-map.ts";
import { revisionAt, revisionsOf } from "../../forecast/revisions.ts";
import { at, clamp, zeros } from "../../forecast/vector.ts";

/** Nodes to each side of the forecast: three standard deviations of the widest step. */
const HALF_NODES = 12;
export const NODES = 2 * HALF_NODES + 1;
export const MIDDLE = HALF_NODES;
const DEVIATIONS = 3;

export interface Lattice {
  readonly steps: number;
  /** Minutes of each step. */
  readonly minutes: readonly number[];
  /** Need + offset in machines, by step and node, were there no error of the shortest lead. */
  readonly needs: Float64Array;
  readonly offset: number;
  /** Scale of the shortest lead's error, by step. */
  readonly errorScales: Float64Array;
  /** Its standardised error's equally likely bins. */
  readonly errorBins: Float64Array;
  /** By step and node: the nodes that follow, and the probabilities of the upper and the lower of them. */
  readonly above: Int8Array;
  readonly middle: Int8Array;
  readonly below: Int8Array;
  readonly up: Float64Array;
  readonly down: Float64Array;
}

export interface LatticeShape {
  /** Minutes from now at which each step begins, and at which the last one ends. */
  readonly starts: readonly number[];
  /** Demand that a usual machine carries. */
  readonly perMachine: number;
}

/** How far the error's scale may follow the level. */
const LEVEL_SLOPE = { low: -1.5, high: 0.5 };

export function buildLattice(forecast: Forecast, { starts, perMachine }: LatticeShape): Lattice {
  const steps = starts.length - 1;
  const start = (step: number): number => starts[step] as number;
  const minutes = Array.from({ length: steps }, (_, step) => start(step + 1) - start(step));
  const revisions = revisionsOf(forecast);
  const first = forecast.leads[0] as Forecast["leads"][number];
  const slope = clamp(forecast.levelSlope, LEVEL_SLOPE.low, LEVEL_SLOPE.high);
  const ahead = Array.from({ length: steps }, (_, step) =>
    // From its middle to that of the next one.
    revisionAt(
      forecast,
      revisions,
      start(step) + ((minutes[step] as number) + 1) / 2,
      ((starts[step + 2] ?? start(step + 1)) - start(step)) / 2,
    ),
  );
  const means = ahead.map(({ mean }) => mean - Math.log(perMachine));
  // What the next minute will bring is not yet revised when it is decided upon.
  const variances = ahead.map(({ variance }, step) => (step === 0 ? 0 : variance));
  const spacing = Math.max((DEVIATIONS * Math.sqrt(Math.max(...variances))) / HALF_NODES, 1e-6);

  const needs = zeros(steps * NODES);
  const errorScales = zeros(steps);
  for (let step = 0; step < steps; step++) {
    const deviation = Math.sqrt(variances[step] as number);
    const { map } = (ahead[step] as (typeof ahead)[number]).lead;
    const mean = means[step] as number;
    const middle = Math.round(start(step) + ((minutes[step] as number) - 1) / 2);
    errorScales[step] =
      at(forecast.firstScales, middle % forecast.firstScales.length) *
      Math.exp(clamp(slope * (mean - (means[0] as number)), -1, 1));
    for (let node = 0; node < NODES; node++) {
      const x = (node - MIDDLE) * spacing;
      needs[step * NODES + node] = Math.exp(mean + (deviation > 0 ? deviation * mapDeviate(map, x / deviation) : x));
    }
  }
  const branches = branch(
    variances,
    ahead.map(({ persistence }) => persistence),
    spacing,
  );
  const offset = forecast.offset / perMachine;
  return { steps, minutes, needs, offset, errorScales, errorBins: first.law.bins, ...branches };
}

type Branches = Pick<Lattice, "above" | "middle" | "below" | "up" | "down">;

function branch(variances: readonly number[], persistence: readonly number[], spacing: number): Branches {
  const steps = variances.length;
  const branches = {
    above: new Int8Array(steps * NODES),
    middle: new Int8Array(steps * NODES),
    below: new Int8Array(steps * NODES),
    up: zeros(steps * NODES),
    down: zeros(steps * NODES),
  };
  for (let step = 0; step < steps - 1; step++) {
    const kept = persistence[step] as number;
    const noise = Math.max(0, (variances[step + 1] as number) - kept * kept * (variances[step] as number));
    const jump = Math.max(1, Math.ceil(Math.sqrt(noise) / spacing - 1e-9));
    for (let node = 0; node < NODES; node++)
      branchNode(branches, step * NODES + node, node, kept, noise, jump, spacing);
  }
  return branches;
}

/** Three probabilities that keep mean and variance; what would be negative goes to the other side. */
function branchNode(
  { above: upper, middle, below: lower, up, down }: Branches,
  place: number,
  node: number,
  kept: number,
  noise: number,
  jump: number,
  spacing: number,
): void {
  const x = (node - MIDDLE) * spacing;
  const shift = Math.round((kept * x - x) / spacing);
  const width = jump * spacing;
  const off = kept * x - x - shift * spacing;
  const square = Math.min(1, (noise + off * off) / (width * width));
  const skew = off / width;
  let above = (square + skew) / 2;
  let below = (square - skew) / 2;
  if (above < 0) [above, below] = [0, below - above];
  if (below < 0) [above, below] = [above - below, 0];
  const sum = above + below;
  up[place] = sum > 1 ? above / sum : above;
  down[place] = sum > 1 ? below / sum : below;
  // The middle branch moves towards the centre by the shift, and never leaves the lattice.
  middle[place] = node + shift;
  upper[place] = Math.min(NODES - 1, node + shift + jump);
  lower[place] = Math.max(0, node + shift - jump);
}

/** E[values(step + 1) | node at step], for every node; `added` is added to it, by step and node. */
export function expected(
  { above, middle, below, up, down }: Lattice,
  step: number,
  values: Float64Array,
  added: Float64Array | null,
  out: Float64Array,
): void {
  const base = step * NODES;
  for (let node = 0; node < NODES; node++) {
    const place = base + node;
    const [pUp, pDown] = [up[place] as number, down[place] as number];
    out[node] =
      (added === null ? 0 : (added[place] as number)) +
      pUp * (values[above[place] as number] as number) +
      pDown * (values[below[place] as number] as number) +
      (1 - pUp - pDown) * (values[middle[place] as number] as number);
  }
}
