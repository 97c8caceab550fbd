/** A back-test: what these policies would have done with recorded demand, what it would have cost, and what others do with it. */
import type { RoleName } from "../../core/domain/names.ts";
import type { ScheduleFacts } from "../../core/domain/schedule.ts";
import type { Site } from "../../core/domain/site.ts";
import { type DemandHistory, imagine, type WhatIf } from "./demand-history.ts";
import { optimum } from "./optimum.ts";
import { type Bill, billOf, measuredRoles, needOf, restRole } from "./prices.ts";
import { type Replay, replay } from "./replay.ts";
import { moveMinutes } from "./replay-pool.ts";
import { type Rival, rivals } from "./rivals.ts";
import { twoRoles } from "./two-roles.ts";

export interface BackTestOptions {
  readonly site: Site;
  readonly history: DemandHistory;
  readonly whatIf: WhatIf;
  readonly schedulesAt: (wallMs: number) => ScheduleFacts;
  readonly bootMs: number;
  readonly onProgress?: (share: number) => void;
}

export interface BackTest {
  readonly startMs: number;
  readonly minutes: number;
  readonly machines: number;
  readonly bill: Bill;
  readonly replay: Replay;
  /** By measured role and minute, in its own unit, what-ifs included; null: unknown. */
  readonly demand: DemandHistory["demand"];
  /** What was needed in truth, by measured role and minute, in machines of capacity 1; null: unknown. */
  readonly need: ReadonlyMap<RoleName, readonly (number | null)[]>;
  /** The clairvoyant's cost in machine-hours, and other rules'; or why nothing is compared. */
  readonly compared:
    | { readonly ok: true; readonly optimum: number; readonly rivals: readonly Rival[] }
    | { readonly ok: false; readonly why: string };
}

export function backTest(options: BackTestOptions): BackTest {
  const { site, history, bootMs } = options;
  const { seen, truth } = imagine(history, options.whatIf);
  const done = replay({ ...options, seen, begin: beginningOf(site, truth) });
  const pool = twoRoles(site, truth, moveMinutes(bootMs));
  return {
    startMs: truth.startMs,
    minutes: truth.minutes,
    machines: site.machines.size,
    bill: billOf(site, truth, done.serving, done.moves.length),
    replay: done,
    demand: truth.demand,
    need: new Map(
      measuredRoles(site).map((policy) => [
        policy.role,
        (truth.demand.get(policy.role) ?? []).map((value) => needOf(policy, value)),
      ]),
    ),
    compared: pool.ok
      ? { ok: true, optimum: optimum(pool.value), rivals: rivals(pool.value, truth.startMs) }
      : { ok: false, why: pool.why },
  };
}

/** As a farm that was already steered: each role has what its first known demand wants, the rest role what is left. */
function beginningOf(site: Site, truth: DemandHistory): Map<RoleName, number> {
  const begin = new Map<RoleName, number>();
  let left = site.machines.size - site.limits.reserve.machines;
  for (const policy of measuredRoles(site)) {
    const first = truth.demand.get(policy.role)?.find((value) => value !== null) ?? 0;
    const wants = Math.ceil(needOf(policy, first) ?? 0);
    const count = Math.min(left, Math.max(policy.machines.floor, Math.min(wants, policy.machines.max ?? left)));
    begin.set(policy.role, count);
    left -= count;
  }
  const rest = restRole(site);
  if (rest !== undefined) begin.set(rest.role, Math.max(0, left));
  return begin;
}
