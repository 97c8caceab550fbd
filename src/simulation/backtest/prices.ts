/** What a day of counts costs, in machine-hours of the rest role: shortages, lost build hours, and the moves themselves. */

import type { RoleName } from "../../core/domain/names.ts";
import type { Policy } from "../../core/domain/policy.ts";
import type { Site } from "../../core/domain/site.ts";
import type { DemandHistory } from "./demand-history.ts";

/** Drain, cold caches, and the risk of every reboot: five machine-minutes for each move, beside the time that it takes. */
export const MOVE_HOURS = 5 / 60;
const MINUTES_AN_HOUR = 60;
/** Jobs that a usual machine takes where the policy says `slots`. */
const SLOTS = 4;

export interface Bill {
  /** Machine-hours that measured roles were short of what their demand needed. */
  readonly shortHours: number;
  /** The same, at each role's `shortageCost`. */
  readonly shortageCost: number;
  /** Machine-hours that the rest role could have had, and did not. */
  readonly lostHours: number;
  readonly moves: number;
  /** shortageCost + lostHours + moves × MOVE_HOURS. */
  readonly total: number;
}

/** Capacity, in units of a usual machine, that carries the demand in time; null: not known. No headroom: that is caution, not need. */
export function needOf({ demand }: Policy, value: number | null): number | null {
  if (demand.kind === "rest" || value === null) return null;
  return value / (demand.perMachine === "slots" ? SLOTS : demand.perMachine);
}

export const restRole = (site: Site): Policy | undefined =>
  [...site.policies.values()].find(({ demand }) => demand.kind === "rest");
export const measuredRoles = (site: Site): Policy[] =>
  [...site.policies.values()].filter(({ demand }) => demand.kind !== "rest");
export const unitsOf = (site: Site): number =>
  [...site.machines.values()].reduce((sum, { capacity }) => sum + capacity, 0);

/** `serving`: by role and minute, capacity in units of a usual machine. Minutes of unknown demand cost nothing. */
export function billOf(
  site: Site,
  truth: DemandHistory,
  serving: ReadonlyMap<RoleName, ArrayLike<number>>,
  moves: number,
): Bill {
  const total = unitsOf(site);
  const rest = restRole(site);
  const measured = measuredRoles(site);
  let [shortHours, shortageCost, lostHours] = [0, 0, 0];
  for (let minute = 0; minute < truth.minutes; minute++) {
    let needed: number | null = 0;
    for (const policy of measured) {
      const need = needOf(policy, truth.demand.get(policy.role)?.[minute] ?? null);
      needed = need === null || needed === null ? null : needed + Math.ceil(need);
      const short = Math.max(0, (need ?? 0) - (serving.get(policy.role)?.[minute] ?? 0)) / MINUTES_AN_HOUR;
      shortHours += short;
      shortageCost += short * policy.shortageCost;
    }
    if (rest === undefined || needed === null) continue;
    const could = Math.max(0, total - needed);
    lostHours += Math.max(0, could - (serving.get(rest.role)?.[minute] ?? 0)) / MINUTES_AN_HOUR;
  }
  return { shortHours, shortageCost, lostHours, moves, total: shortageCost + lostHours + moves * MOVE_HOURS };
}
