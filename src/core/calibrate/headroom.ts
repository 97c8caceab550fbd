/**
 * Headroom from history. Whoever orders machines now has them a move's time later; what demand has risen by until then must
 * already be there. A machine too many costs 1 an hour, one too few `shortageCost`, so that the cheapest headroom is a quantile
 * of the rise, at shortageCost / (shortageCost + 1): the newsvendor (Arrow, Harris & Marschak, "Optimal inventory policy", 1951).
 * A role counts in whole machines, rounded up, which comes on top of it.
 */
import type { Proposal } from "./proposal.ts";

/** Demand by the minute in the role's own unit; null: unknown, which is neither a rise nor none. */
export type DemandByMinute = readonly (number | null)[];

/** All rises within one time ahead, the smallest first. */
export interface Rises {
  readonly aheadMinutes: number;
  /** Demand then by demand now, rising. */
  readonly ratios: Float64Array;
  /** Demand now, which a rise multiplies: two rises of 10 % are not alike by night and by day. */
  readonly weights: Float64Array;
  readonly weight: number;
}

/** A day: fewer minutes know no morning. */
const FEWEST_RISES = 1_440;

export function risesWithin(demand: DemandByMinute, aheadMinutes: number): Rises {
  const found: { ratio: number; weight: number }[] = [];
  for (let minute = 0; minute + aheadMinutes < demand.length; minute++) {
    const [now, then] = [demand[minute] ?? null, demand[minute + aheadMinutes] ?? null];
    // Of nothing, a share says nothing.
    if (now === null || then === null || now <= 0) continue;
    found.push({ ratio: then / now, weight: now });
  }
  found.sort((a, b) => a.ratio - b.ratio);
  const weights = Float64Array.from(found, ({ weight }) => weight);
  return {
    aheadMinutes,
    ratios: Float64Array.from(found, ({ ratio }) => ratio),
    weights,
    weight: weights.reduce((sum, weight) => sum + weight, 0),
  };
}

/** In percent, to a tenth: what costs least at this price of a machine-hour short. Never below 0. */
export function cheapestHeadroom({ ratios, weights, weight }: Rises, shortageCost: number): number {
  const wanted = (weight * shortageCost) / (shortageCost + 1);
  let below = 0;
  for (let index = 0; index < ratios.length; index++) {
    below += weights[index] ?? 0;
    if (below >= wanted) return Math.max(0, Math.ceil(((ratios[index] ?? 1) - 1) * 1_000) / 10);
  }
  return 0;
}

/** Means over the time that is known, in machines: times 24, they are machine-hours a day. */
export interface HeadroomCost {
  readonly percent: number;
  readonly short: number;
  readonly idle: number;
}

export function costOfHeadroom({ ratios, weights }: Rises, percent: number, perMachine: number): HeadroomCost {
  const had = 1 + percent / 100;
  let [short, idle] = [0, 0];
  for (let index = 0; index < ratios.length; index++) {
    const [ratio, weight] = [ratios[index] ?? 1, weights[index] ?? 0];
    if (ratio > had) short += weight * (ratio - had);
    else idle += weight * (had - ratio);
  }
  const scale = Math.max(1, ratios.length) * perMachine;
  return { percent, short: short / scale, idle: idle / scale };
}

/** What a machine-hour short must cost for this headroom to be the cheapest: what its operator pays now, knowing it or not. */
export type ImpliedPrice =
  | { readonly kind: "known"; readonly value: number }
  /** No rise of the history ever exceeded it, so that no price is too high. */
  | { readonly kind: "atLeast"; readonly value: number };

export function impliedPrice({ ratios, weights, weight }: Rises, percent: number): ImpliedPrice {
  const had = 1 + percent / 100;
  let above = 0;
  for (let index = ratios.length - 1; index >= 0 && (ratios[index] ?? 0) > had; index--) above += weights[index] ?? 0;
  if (above === 0) return { kind: "atLeast", value: Math.max(0, ratios.length - 1) };
  return { kind: "known", value: (weight - above) / above };
}

export function proposeHeadroom(rises: Rises, shortageCost: number): Proposal<number> {
  const { ratios, aheadMinutes } = rises;
  if (ratios.length < FEWEST_RISES)
    return {
      ok: false,
      why: `demand is known at both ends of ${aheadMinutes} min only ${ratios.length} times; it needs a day of that, ${FEWEST_RISES}`,
    };
  const value = Math.ceil(cheapestHeadroom(rises, shortageCost));
  const most = ((ratios.at(-1) ?? 1) - 1) * 100;
  return {
    ok: true,
    value,
    evidence:
      `within ${aheadMinutes} min, which a machine needs to come, demand rose by more than ${value} % for one part in ` +
      `${round(shortageCost + 1)} of the load, and by ${round(most)} % at the most (${ratios.length} readings)`,
  };
}

const round = (value: number): number => Math.round(value * 10) / 10;
