/** How many machines a measured role wants: by the plan over the horizon, or without a forecast by the lazy rule. */
import type { LazyAccounts } from "../../domain/decision.ts";
import type { Forecast } from "../../forecast/forecast.ts";
import { type MarginalRow, planHorizon } from "./horizon-plan.ts";
import type { HorizonInput } from "./input.ts";
import { lazyCount } from "./lazy.ts";

export interface HorizonCountInput extends Omit<HorizonInput, "forecast"> {
  readonly forecast: Forecast | null;
  /** The last known demand of the role, and what the rest could use, in machines; the pool where that is not measured. */
  readonly need: number;
  readonly restNeed: number;
  /** Since the last call. */
  readonly minutes: number;
}

export interface HorizonCount {
  /** Machines, those on their way included. */
  readonly count: number;
  /** Empty where the lazy rule decided. */
  readonly rows: readonly MarginalRow[];
  /** As the plan's; 0 where the lazy rule decided. */
  readonly leastGain: number;
  /** To be handed in next time; it must outlive a restart. */
  readonly lazy: LazyAccounts | null;
}

export function horizonCount(input: HorizonCountInput, lazy: LazyAccounts | null, told = true): HorizonCount {
  const { forecast } = input;
  if (forecast !== null) return { ...planHorizon({ ...input, forecast }, told), lazy: null };
  const { serving, arriving } = input;
  const { count, state } = lazyCount(lazy, { ...input, present: serving + arriving });
  return {
    count: Math.max(arriving, Math.min(count, serving + arriving + input.available)),
    rows: [],
    leastGain: 0,
    lazy: state,
  };
}
