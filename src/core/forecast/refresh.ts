/**
 * Whether demand is refreshed only every few steps, and what is known by that of the steps up to the next refresh. An exporter
 * that averages over five minutes gives a staircase; a recording that was interpolated gives straight lines between its knots.
 * Either way nothing new is told between refreshes, and all that is new is told at once.
 */
import { at, zeros } from "./vector.ts";

const LONGEST = 60;
const ROW = LONGEST + 1;
/** A ring: a power of two above the longest period's last four refreshes and the oldest origin that still learns. */
const KEPT = 512;
const place = (step: number): number => step & (KEPT - 1);

/** Steps over which changes are forgotten to a third, and between looks at them. */
const MEMORY = 2_880;
const LOOK_EVERY = 180;
/** Of all change at the phase of the refresh: noise on top of it leaves less, and then the phase tells nothing. */
const LEAST_SHARE = 0.8;
/** A change of slope below this share of demand is a rounding. */
const LEAST_BEND = 1e-5;
/** At so many of its refreshes demand must change: one that hardly ever does has no period. */
const LEAST_BENDING = 0.5;
/** A period must have been seen so often. */
const ENOUGH_PERIODS = 20;

export interface Refresh {
  readonly demand: Float64Array;
  /** Mean absolute change, and change of slope, by period and phase. */
  readonly jumps: Float64Array;
  readonly bends: Float64Array;
  /** Share of steps at which the slope changed. */
  bending: number;
  steps: number;
  /** Steps between refreshes; 1: each step brings something new. */
  period: number;
  /** Steps, modulo the period, at which the next step is not known yet. */
  phase: number;
  /** Straight lines between refreshes, and no staircase. */
  straight: boolean;
}

export const createRefresh = (): Refresh => ({
  demand: zeros(KEPT),
  jumps: zeros(ROW * ROW),
  bends: zeros(ROW * ROW),
  bending: 0,
  steps: 0,
  period: 1,
  phase: 0,
  straight: false,
});

/** Takes the next step's demand. */
export function followRefresh(refresh: Refresh, demand: number, step: number, seen: boolean): void {
  refresh.demand[place(step)] = demand;
  refresh.steps += 1;
  if (seen && refresh.steps > 2) note(refresh, step);
  if (refresh.steps % LOOK_EVERY === 0) look(refresh);
}

const change = ({ demand }: Refresh, step: number): number => at(demand, place(step)) - at(demand, place(step - 1));

function note(refresh: Refresh, step: number): void {
  const { jumps, bends, steps } = refresh;
  const jump = Math.abs(change(refresh, step));
  const bend = Math.abs(change(refresh, step) - change(refresh, step - 1));
  const bent = bend > LEAST_BEND * at(refresh.demand, place(step)) ? 1 : 0;
  refresh.bending += (bent - refresh.bending) / Math.min(steps, MEMORY);
  for (let period = 2; period <= LONGEST; period++) {
    // What this step brought was not known one step before.
    const cell = period * ROW + ((step - 1) % period);
    const rate = Math.max(period / MEMORY, period / steps);
    jumps[cell] = at(jumps, cell) + (jump - at(jumps, cell)) * Math.min(1, rate);
    bends[cell] = at(bends, cell) + (bend - at(bends, cell)) * Math.min(1, rate);
  }
}

function look(refresh: Refresh): void {
  const { jumps, bends, steps, bending } = refresh;
  refresh.period = 1;
  for (let period = 2; period <= LONGEST && period * ENOUGH_PERIODS <= steps; period++) {
    if (bending * period < LEAST_BENDING) continue;
    const stairs = concentration(jumps, period);
    const lines = concentration(bends, period);
    const found = stairs.share > LEAST_SHARE ? stairs : lines;
    if (found.share <= LEAST_SHARE) continue;
    refresh.period = period;
    refresh.phase = found.phase;
    refresh.straight = found === lines;
    return;
  }
}

function concentration(changes: Float64Array, period: number): { readonly share: number; readonly phase: number } {
  let [sum, most, phase] = [0, 0, 0];
  for (let candidate = 0; candidate < period; candidate++) {
    const value = at(changes, period * ROW + candidate);
    sum += value;
    if (value > most) [most, phase] = [value, candidate];
  }
  return { share: sum > 0 ? most / sum : 0, phase };
}

/** Steps from `step` on whose demand is known already. */
const knownSteps = ({ period, phase }: Refresh, step: number): number => (((phase - step) % period) + period) % period;

/** log of what `lead` steps bring beyond what is known already: 0 is a whole refresh, or that every step is one. */
export function logUntold(refresh: Refresh, step: number, lead: number): number {
  return Math.log((untold(refresh, step, lead) + TOLD) / (1 + TOLD));
}

/** As good as known, in refreshes. */
const TOLD = 0.05;

function untold(refresh: Refresh, step: number, lead: number): number {
  if (refresh.period === 1) return 1;
  const beyond = lead - knownSteps(refresh, step);
  if (beyond <= 0) return 0;
  return refresh.straight ? Math.min(1, beyond / refresh.period) : 1;
}

/** Of `demand` + `offset`, which is nothing where demand is. */
const logOf = (demand: number, offset: number): number => Math.log(Math.max(0, demand) + offset);

/** Demand at the last step that is known already. */
const lastKnown = (refresh: Refresh, step: number, known: number): number =>
  at(refresh.demand, place(step)) + (refresh.straight ? known * change(refresh, step) : 0);

/** The change of log(demand + offset) within `lead` steps that is known already; 0 where every step is a refresh. */
export function knownChange(refresh: Refresh, offset: number, step: number, lead: number): number {
  if (refresh.period === 1) return 0;
  const known = Math.min(lead, knownSteps(refresh, step));
  return logOf(lastKnown(refresh, step, known), offset) - logOf(at(refresh.demand, place(step)), offset);
}

/** The change of log(demand + offset) by the refresh `back` ago (from 1), weighed by what of the coming one falls within `lead`. */
export function refreshChange(refresh: Refresh, offset: number, step: number, lead: number, back: number): number {
  if (refresh.period === 1) return 0;
  const known = knownSteps(refresh, step);
  const logAt = (refreshes: number): number =>
    refreshes === 0
      ? logOf(lastKnown(refresh, step, known), offset)
      : logOf(at(refresh.demand, place(step + known - refreshes * refresh.period)), offset);
  return untold(refresh, step, lead) * (logAt(back - 1) - logAt(back));
}
