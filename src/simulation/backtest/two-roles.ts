/**
 * One measured role against the rest, with machines that are all alike: the pool in which other rules, and the best that
 * hindsight could have done, are easily told.
 */
import type { Policy } from "../../core/domain/policy.ts";
import type { Site } from "../../core/domain/site.ts";
import type { DemandHistory } from "./demand-history.ts";
import { measuredRoles, needOf, restRole } from "./prices.ts";

export interface TwoRoles {
  readonly policy: Policy;
  readonly rest: Policy;
  readonly machines: number;
  /** Minutes in which a machine that changes its role serves nobody. */
  readonly switchMinutes: number;
  /** For each minute; null: unknown, and nothing is priced. */
  readonly need: readonly (number | null)[];
  readonly least: number;
  readonly most: number;
}

/** Null where the site is not such a pool, with the reason. */
export function twoRoles(
  site: Site,
  truth: DemandHistory,
  switchMinutes: number,
): { ok: true; value: TwoRoles } | { ok: false; why: string } {
  const [policy, ...others] = measuredRoles(site);
  const rest = restRole(site);
  if (policy === undefined || rest === undefined || others.length > 0)
    return { ok: false, why: "compared only where one measured role shares the pool with the rest role" };
  const machines = site.machines.size;
  const need = (truth.demand.get(policy.role) ?? []).map((value) => needOf(policy, value));
  const most = Math.min(policy.machines.max ?? machines, machines - rest.machines.floor);
  const least = Math.min(policy.machines.floor, most);
  return { ok: true, value: { policy, rest, machines, switchMinutes, need, least, most } };
}

/** The `level`-th machine of the role, where it is missing: what its absence costs in an hour. */
export const shortOf = ({ policy }: TwoRoles, need: number, level: number): number =>
  policy.shortageCost * Math.min(1, Math.max(0, need - level + 1));
/** The `level`-th machine of the role, where it is not needed: what the rest loses by it in an hour. */
export const lostOf = (need: number, level: number): number => (level > Math.ceil(need) ? 1 : 0);
