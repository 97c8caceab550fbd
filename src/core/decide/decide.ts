/**
 * Decide: how many machines each role should have, and why. Pure. In this order: wanted counts from demand, permitted
 * ranges from the role charts, the allocation of the pool within them, and the charts commit what each role gets.
 */
import type { AnyStateMachine } from "xstate";
import { begin, type Chart, step } from "../domain/chart.ts";
import type { Decision, RoleCounts, RoleDecision, Wanted } from "../domain/decision.ts";
import { type RoleName, SPARE } from "../domain/names.ts";
import type { Observation } from "../domain/observation.ts";
import type { ChartSnapshot } from "../domain/operation.ts";
import type { Policy } from "../domain/policy.ts";
import type { PoolState } from "../domain/pool-state.ts";
import { type Reading, unknown } from "../domain/reading.ts";
import type { Site } from "../domain/site.ts";
import { shareOf } from "../domain/units.ts";
import type { Forecast } from "../forecast/forecast.ts";
import { allocate, type Share } from "./allocate.ts";
import { type Assignment, possibleRoles } from "./assignment.ts";
import { countRoles, NO_COUNTS } from "./counts.ts";
import { type EffectiveFloor, effectiveFloor } from "./floor.ts";
import { forecastWanted } from "./forecast-wanted.ts";
import { heldReasons } from "./held.ts";
import { orderTimes } from "./order-times.ts";
import { roleChart, roleContext } from "./role.statechart.ts";
import { evidenceOf } from "./role-evidence.ts";
import { wantedCount } from "./wanted.ts";

export interface DecideInput {
  readonly state: PoolState;
  readonly observation: Observation;
  readonly site: Site;
  /** Made once, for decide and plan: both see the same machines in the same places. */
  readonly assignment: Assignment;
  /** What is to be expected of roles whose policy decides ahead; a role of which too little is known is not there. */
  readonly forecasts?: ReadonlyMap<RoleName, Forecast>;
}

/** The chart is a parameter so that a test can prove that it decides: with another one, other counts come out. */
export function decide(input: DecideInput, chart: Chart<AnyStateMachine> = roleChart): Decision {
  const { state, observation, site, assignment } = input;
  const counts = countRoles(site, assignment);
  const pool = poolOf(assignment, site);

  const ticked = [...site.policies.values()].map((policy) => {
    const asked = ask(policy, pool, input);
    const before = state.roles.get(policy.role) ?? begin(chart);
    return { ...asked, policy, chart: step(chart, before, { type: "TICK", evidence: asked.evidence }) };
  });

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
  const held = heldReasons(site, state, observation, assignment);
  return { atMs: observation.wallMs, roles, spareDesired: spare, charts, held };
}

type RoleContextOf = ReturnType<typeof roleContext>;

interface PoolMachine {
  readonly assigned: Assignment["machines"][number];
  readonly roles: readonly RoleName[];
}

/** The machines that can be shared out: not unknown, quarantined, stray or retiring. */
function poolOf(assignment: Assignment, site: Site): PoolMachine[] {
  return assignment.machines
    .filter(({ home }) => home !== null)
    .map((assigned) => ({ assigned, roles: possibleRoles(assigned, site) }));
}

interface Asked {
  readonly demand: Reading;
  readonly wanted: Wanted;
  readonly floor: EffectiveFloor;
  readonly evidence: ReturnType<typeof evidenceOf>;
}

interface Ticked extends Asked {
  readonly policy: Policy;
  readonly chart: ChartSnapshot;
}

/** One role's wanted count, and all else that its chart is told. */
function ask(policy: Policy, pool: readonly PoolMachine[], input: DecideInput): Asked {
  const { observation, site, assignment, state, forecasts } = input;
  const { role } = policy;
  const own = pool.filter(({ assigned }) => assigned.home === role);
  const able = pool.filter(({ roles }) => roles.includes(role));
  const others = able.filter(({ assigned }) => assigned.home !== role);
  const serving = own.filter(({ assigned }) => assigned.standing.asCapacity);

  const demand = observation.demand.get(role)?.demand ?? unknown(absentDemand(policy));
  const forecast = forecasts?.get(role);
  const ahead =
    forecast === undefined
      ? null
      : forecastWanted(policy, demand, forecast, {
          serving: serving.map(capacityOf),
          arriving: own.filter(({ assigned }) => !assigned.standing.asCapacity).map(capacityOf),
          others: others.map(capacityOf),
          available: others.filter(({ assigned }) => assigned.stuck === null && isSpareOrRest(assigned, site)).length,
          atOnce: shareOf(site.limits.atOnce, pool.length),
          orders: orderTimes(observation.schedules, observation.wallMs),
          bootMs: [...state.machines.values()].flatMap(({ bootMs }) => bootMs),
        });
  const wanted =
    ahead ??
    wantedCount(policy.demand, demand, {
      own: own.map(capacityOf),
      others: others.map(capacityOf),
      loads: serving.map(({ assigned }) => assigned.facts?.distcc ?? null),
    });
  const floor = effectiveFloor(policy, observation.schedules, site.machines.size);
  const evidence = evidenceOf(policy, assignment.orders, observation, {
    wanted,
    floor: floor.floor,
    ceiling: Math.min(policy.machines.max ?? able.length, able.length),
    assigned: own.length,
    stuck: own.filter(({ assigned }) => assigned.stuck !== null).length,
  });
  return { demand, wanted, floor, evidence };
}

const capacityOf = ({ assigned }: PoolMachine): number => assigned.machine.capacity;

const isSpareOrRest = ({ home }: Assignment["machines"][number], site: Site): boolean =>
  home === SPARE || (home !== null && site.policies.get(home)?.demand.kind === "rest");

const absentDemand = ({ demand }: Policy): string =>
  demand.kind === "rest" ? "it takes the rest, so nothing is measured" : "not measured in this tick";

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
  { policy, demand, wanted, floor }: Ticked,
  chart: ChartSnapshot,
  counts: RoleCounts,
): RoleDecision {
  const { permitted, desired, reasons } = roleContext(chart);
  return {
    role: policy.role,
    demand,
    wanted,
    permitted: { min: permitted.min, max: permitted.max, reasons: permitted.reasons },
    desired: desired ?? 0,
    state: String(chart.value),
    floor: floor.floor,
    counts,
    reasons,
  };
}
