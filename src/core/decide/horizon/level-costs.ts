/** What the i-th machine is worth and costs in each node of the lattice, were it there for that one step. */
import { zeros } from "../../forecast/vector.ts";
import type { HorizonCosts } from "./costs.ts";
import { type Lattice, NODES } from "./lattice.ts";

export interface LevelCosts {
  /** Weighted shortage that the i-th machine saves: E clamp(need − i + 1, 0, 1). */
  readonly saved: Float64Array;
  /** Weighted building lost with it: P(need ≤ i − 1) · E clamp(building − pool + i, 0, 1). */
  readonly lost: Float64Array;
  /** lost − saved. */
  readonly net: Float64Array;
  /** Scratch: the errors' multipliers exp(bin · scale), rising, and their running sums. */
  readonly multipliers: Float64Array;
  readonly multiplierSums: Float64Array;
}

export const createLevelCosts = ({ steps, errorBins }: Lattice): LevelCosts => ({
  saved: zeros(steps * NODES),
  lost: zeros(steps * NODES),
  net: zeros(steps * NODES),
  multipliers: zeros(errorBins.length),
  multiplierSums: zeros(errorBins.length + 1),
});

/** The share of the i-th machine away from the rest role that the rest role would use, `step` steps ahead. */
export type RestUse = (step: number, machine: number) => number;

function multiply(bins: Float64Array, scale: number, { multipliers, multiplierSums }: LevelCosts): void {
  for (let bin = 0; bin < bins.length; bin++) {
    multipliers[bin] = Math.exp((bins[bin] as number) * scale);
    multiplierSums[bin + 1] = (multiplierSums[bin] as number) + (multipliers[bin] as number);
  }
}

/** The scale may drift by this share before the multipliers are worked out anew. */
const SAME_SCALE = 0.02;

/**
 * Fills `into` for the i-th machine (from 1). A node's need is y·m − offset with y the node's and m a multiplier; as y rises
 * over the nodes, the bins that reach the machine only grow, so that one walk over nodes and bins together does.
 */
export function levelCosts(
  lattice: Lattice,
  costs: HorizonCosts,
  machine: number,
  restUse: RestUse | null,
  into: LevelCosts,
): void {
  const { steps, minutes, needs, offset, errorBins, errorScales } = lattice;
  const count = errorBins.length;
  const { multipliers: values, multiplierSums: sums } = into;
  const below = machine - 1 + offset;
  let scale = Number.NaN;
  for (let step = 0; step < steps; step++) {
    const wanted = errorScales[step] as number;
    if (!(Math.abs(wanted - scale) <= SAME_SCALE * scale)) {
      scale = wanted;
      multiply(errorBins, scale, into);
    }
    const hours = (minutes[step] as number) / 60;
    const perBin = (costs.shortage * hours) / count;
    const lostPerBin = ((restUse === null ? 1 : restUse(step, machine)) * costs.building * hours) / count;
    // Bins before `partly` do not need the machine at all; those from `fully` on need all of it.
    let [partly, fully] = [count, count];
    for (let place = step * NODES; place < (step + 1) * NODES; place++) {
      const y = needs[place] as number;
      const none = below / y;
      const all = (below + 1) / y;
      while (partly > 0 && (values[partly - 1] as number) > none) partly -= 1;
      while (fully > 0 && (values[fully - 1] as number) >= all) fully -= 1;
      const share = y * ((sums[fully] as number) - (sums[partly] as number)) - below * (fully - partly);
      const saved = (share + count - fully) * perBin;
      const lost = partly * lostPerBin;
      into.saved[place] = saved;
      into.lost[place] = lost;
      into.net[place] = lost - saved;
    }
  }
}
