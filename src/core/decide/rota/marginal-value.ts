/** What the i-th machine of a place is worth for one slot: a falling staircase, as ranges of machines of equal worth. */
import { at } from "../../forecast/vector.ts";

export interface Step {
  readonly machines: number;
  /** Each one's worth, in machine-hours of the rest role. */
  readonly worth: number;
}

/** So many machines from the first on are each worth so much more, or less. */
export interface Bonus {
  readonly machines: number;
  readonly worth: number;
}

/** What machines are used for: `needs` are equally likely, in machines, rising; with several, independent, all must need it. */
export interface Value {
  /** Of a machine that is used for the whole slot, in machine-hours of the rest role. */
  readonly worth: number;
  readonly needs: readonly Float64Array[];
}

/**
 * The stairs of `cap` machines. The i-th is worth `worth` · E clamp(need − i + 1, 0, 1): it counts as far as it is needed. Bonuses
 * come on top.
 */
export function stairs(value: Value, cap: number, bonuses: readonly Bonus[] = []): readonly Step[] {
  const steps: Step[] = [];
  let below = 0;
  for (const cut of cutsOf(value, cap, bonuses)) {
    let worth = value.worth;
    for (const needs of value.needs) worth *= usedShare(needs, below + 1);
    for (const bonus of bonuses) if (bonus.machines > below) worth += bonus.worth;
    steps.push({ machines: cut - below, worth });
    below = cut;
  }
  return steps;
}

/** After which machines the worth may change, rising, up to the cap. */
function cutsOf({ needs }: Value, cap: number, bonuses: readonly Bonus[]): readonly number[] {
  const cuts = new Set([cap]);
  const cut = (machines: number): void => {
    if (machines > 0 && machines < cap) cuts.add(machines);
  };
  for (const { machines } of bonuses) cut(machines);
  for (const bins of needs) {
    for (const need of bins) {
      cut(Math.floor(need));
      cut(Math.floor(need) + 1);
    }
  }
  return cap <= 0 ? [] : [...cuts].sort((a, b) => a - b);
}

/** E clamp(need − i + 1, 0, 1): how much of the i-th machine is used. */
function usedShare(needs: Float64Array, machine: number): number {
  let used = 0;
  for (let bin = needs.length - 1; bin >= 0; bin--) {
    const share = at(needs, bin) - machine + 1;
    if (share <= 0) break;
    used += share < 1 ? share : 1;
  }
  return used / needs.length;
}

/** What all machines beyond the first `machines` are worth together. */
export function worthBeyond(steps: readonly Step[], machines: number): number {
  let [below, worth] = [0, 0];
  for (const step of steps) {
    below += step.machines;
    worth += step.worth * Math.max(0, Math.min(step.machines, below - machines));
  }
  return worth;
}

/** E max(0, need − machines): how many machines short. */
export function shortOf(needs: Float64Array, machines: number): number {
  let short = 0;
  for (const need of needs) short += Math.max(0, need - machines);
  return short / needs.length;
}
