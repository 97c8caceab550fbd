/**
 * Decide: how many machines each role should have, and why. Pure. In this order: wanted counts from demand, permitted
 * ranges from the role charts, the allocation of the pool within them, and the charts commit what each role gets.
 */
import type { AnyStateMachine } from "xstate";
import { begin, type Chart, step } from "../domain/chart.ts";
import type { Decision, RoleCounts, RoleDecision } from "../domain/decision.ts";
import type { RoleName } from "../domain/names.ts";
import type { ChartSnapshot } from "../domain/operation.ts";
import { allocate, type Share } from "./allocate.ts";
import { countRoles, NO_COUNTS } from "./counts.ts";
import { type EffectiveFloor, effectiveFloor } from "./floor.ts";
import { poolHolds } from "./held.ts";
import { roleChart, roleContext } from "./role.statechart.ts";
import { evidenceOf } from "./role-evidence.ts";
import { withRoom } from "./room-for-reboots.ts";
import type { Wish, WishPremises } from "./wish.ts";
import { poolOf, wishesOf } from "./wishes.ts";

/** The chart is a parameter so that a test can prove that it decides: with another one, other counts come out. */
export function decide(input: WishPremises, chart: Chart<AnyStateMachine> = roleChart): Decision {
  const { state, observation, site, assignment } = input;
  const counts = countRoles(site, assignment);
  const pool = poolOf(assignment, site);

  const ticked = wishesOf(pool, input).map((wish) => tick(wish, chart, input));

  const claims = ticked.map(({ policy, floor, chart: { context } }) => ({
    role: policy.role,
    floor: floor.floor,
    shortageCost: policy.shortageCost,
    permit: (context as RoleContextOf).permitted,
  }));
  const possible = pool.map(({ roles }) => roles);
  const { shares, spare } = allocate(claims, possible, site.limits.reserve.machines);

  const roles = new Map<RoleName, RoleDecision>();
  const charts = new Map<RoleName, ChartSnapshot>();
  for (const role of ticked) {
    const share = shares.get(role.policy.role) ?? { count: 0, reasons: [] };
    const reasons = chainOfReasons(role, share);
    const committed = step(chart, role.chart, { type: "COMMIT", count: share.count, reasons });
    charts.set(role.policy.role, committed);
    roles.set(role.policy.role, describeRole(role, committed, counts.get(role.policy.role) ?? NO_COUNTS));
  }
  const held = poolHolds(site, state, observation, assignment).map(({ why }) => why);
  const lazy = new Map(ticked.flatMap(({ policy, lazy }) => (lazy === null ? [] : [[policy.role, lazy] as const])));
  return { atMs: observation.wallMs, roles, spareDesired: spare, charts, lazy, held };
}

type RoleContextOf = ReturnType<typeof roleContext>;

interface Ticked extends Wish {
  readonly floor: EffectiveFloor;
  readonly chart: ChartSnapshot;
}

/** One role's chart is told its wish, and all else that bears on it. */
function tick(
  wish: Wish,
  chart: Chart<AnyStateMachine>,
  { observation, site, assignment, state }: WishPremises,
): Ticked {
  const { policy, serving, arriving, others, stuck } = wish;
  const force = assignment.orders.forcedRoles.get(policy.role);
  const floor = effectiveFloor(policy, observation.schedules, site.machines.size, force);
  const wanted = withRoom(wish, floor.floor, { site, state, observation });
  const assigned = serving.length + arriving.length;
  const able = assigned + others.length;
  const ceiling = Math.min(policy.machines.max ?? able, able);
  const counted = { wanted, floor: floor.floor, ceiling, assigned, stuck };
  const evidence = evidenceOf(policy, assignment.orders, observation, counted);
  const before = state.roles.get(policy.role) ?? begin(chart);
  return { ...wish, wanted, floor, chart: step(chart, before, { type: "TICK", evidence }) };
}

/** What explain shows, in the order in which it was decided. */
function chainOfReasons({ wanted, floor, chart }: Ticked, share: Share): string[] {
  const { permitted } = chart.context as RoleContextOf;
  const wants = wanted.count === null ? "demand unknown" : `wants ${wanted.hungry ? "the rest" : wanted.count}`;
  return [
    wanted.reason,
    floor.reason,
    ...permitted.reasons,
    ...share.reasons,
    `desired ${share.count}: floor ${floor.floor}, ${wants}, pool gives ${share.count}`,
  ];
}

function describeRole(
  { policy, demand, wanted, needed, floor }: Ticked,
  chart: ChartSnapshot,
  counts: RoleCounts,
): RoleDecision {
  const { permitted, desired, reasons } = roleContext(chart);
  return {
    role: policy.role,
    demand,
    wanted,
    needed,
    permitted: { min: permitted.min, max: permitted.max, reasons: permitted.reasons },
    desired: desired ?? 0,
    state: String(chart.value),
    floor: floor.floor,
    counts,
    reasons,
  };
}
