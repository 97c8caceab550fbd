/**
 * What to do without a forecast: lazy capacity provisioning (Lin, Wierman, Andrew & Thereska 2011; with whole machines, Albers &
 * Quedenfeld 2018). Each machine has an account of the regret of not having moved; it comes when having it would have paid for
 * the whole way there and back, and leaves when not having it would have. Never more than three times the clairvoyant
 * optimum's cost, and no deterministic rule does better.
 */
import type { LazyAccounts } from "../../domain/decision.ts";
import { clamp } from "../../forecast/vector.ts";
import type { HorizonCosts } from "./costs.ts";

export interface LazyInput {
  /** Machines that demand needs, and that the rest could use. */
  readonly need: number;
  readonly restNeed: number;
  readonly pool: number;
  /** Machines in the role now, for the first time. */
  readonly present: number;
  /** Since the last call. */
  readonly minutes: number;
  readonly bootMinutes: number;
  readonly costs: HorizonCosts;
}

export function lazyCount(
  before: LazyAccounts | null,
  input: LazyInput,
): { readonly count: number; readonly state: LazyAccounts } {
  const { need, restNeed, pool, costs, minutes, bootMinutes } = input;
  const wayAndBack = 2 * ((bootMinutes / 60) * costs.building + costs.wear);
  const hours = minutes / 60;
  const left = Math.min(restNeed, pool - Math.min(pool, Math.ceil(need - 1e-9)));
  const accounts: number[] = [];
  const wanted: boolean[] = [];
  for (let machine = 1; machine <= pool; machine++) {
    const saved = costs.shortage * hours * share(need - machine + 1);
    const lost = costs.building * hours * share(left - pool + machine);
    const was = before?.wanted[machine - 1] ?? machine <= input.present;
    const account = clamp((before?.accounts[machine - 1] ?? (was ? 0 : wayAndBack)) + lost - saved, 0, wayAndBack);
    accounts.push(account);
    wanted.push(account <= 0 ? true : account >= wayAndBack ? false : was);
  }
  return { count: wanted.filter(Boolean).length, state: { accounts, wanted } };
}

const share = (machines: number): number => clamp(machines, 0, 1);
