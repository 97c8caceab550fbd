/** Several roles look ahead to more machines than there are: one flow weighs the marginal machine of each against the others'. */
import type { Wanted } from "../domain/decision.ts";
import type { RoleName } from "../domain/names.ts";
import type { Forecast } from "../forecast/forecast.ts";
import { effectiveFloor } from "./floor.ts";
import { moveMinutes } from "./forecast-wanted.ts";
import { DEFAULT_WEAR } from "./horizon/costs.ts";
import { horizonShape } from "./horizon/shape.ts";
import { orderTimes } from "./order-times.ts";
import { forecastNeeds } from "./rota/forecast-needs.ts";
import type { RotaInput, RotaRole, RotaUse } from "./rota/rota-input.ts";
import { leastUsual, machinesForUsual, mostUsual, usualMachines } from "./rota/usual-machines.ts";
import { wantedByFlow } from "./rota/wanted-by-flow.ts";
import type { Wish, WishPremises } from "./wish.ts";

export interface Contest extends WishPremises {
  readonly wishes: readonly Wish[];
  /** Machines that can be shared out, and those of them in no role. */
  readonly pool: number;
  readonly spares: number;
}

type Shape = Pick<RotaInput, "slots" | "slotMinutes" | "moveMinutes">;

/** Wanted counts in machines, of every role. */
export function weighContest(contest: Contest): ReadonlyMap<RoleName, Wanted> {
  const { wishes, state, observation, site, pool, spares } = contest;
  const bootMinutes = moveMinutes([...state.machines.values()].flatMap(({ bootMs }) => bootMs));
  const { steps, stepMinutes, mayOrder } = horizonShape(
    bootMinutes,
    orderTimes(observation.schedules, observation.wallMs),
  );
  const shape: Shape = { slots: steps, slotMinutes: stepMinutes, moveMinutes: bootMinutes };
  const wanted = wantedByFlow({
    ...shape,
    wear: DEFAULT_WEAR,
    roles: wishes.map((wish) => roleOf(wish, shape, contest)),
    spare: { present: spares, arriving: [], reserve: site.limits.reserve.machines, powerPrice: 0 },
    // Limits spread the moves over time by themselves; a wish that was cut to them would be cut twice.
    moves: (mayOrder ?? [true]).map((open) => (open ? pool : 0)),
  });
  return new Map(
    wishes.flatMap(({ policy: { role }, serving, arriving, others }) => {
      const own = wanted.get(role);
      if (own?.count === null || own === undefined) return [];
      const count = machinesForUsual(own.count, { own: [...serving, ...arriving], others });
      return [[role, { ...own, count }] as const];
    }),
  );
}

/** A role whose demand is not known keeps what it has, and no role gives up a machine that can't leave. */
function roleOf(wish: Wish, shape: Shape, { site, observation, assignment, forecasts }: WishPremises): RotaRole {
  const { policy, wanted, serving, arriving, others, stuck } = wish;
  const capacities = { own: [...serving, ...arriving], others };
  const present = usualMachines(serving);
  const own = usualMachines(capacities.own);
  const able = usualMachines([...capacities.own, ...others]);
  const force = assignment.orders.forcedRoles.get(policy.role);
  const inForce = effectiveFloor(policy, observation.schedules, site.machines.size, force);
  const floor = leastUsual(inForce.floor, capacities);
  const keep = wanted.count === null ? own : leastUsual(stuck, capacities);
  const max = policy.machines.max === undefined ? able : mostUsual(policy.machines.max, capacities);
  return {
    role: policy.role,
    use: useOf(wish, own, forecasts?.get(policy.role), shape),
    present,
    arriving: own > present ? [{ machines: own - present, inMinutes: shape.moveMinutes }] : [],
    able,
    ranges: [{ keep, floor, min: Math.max(keep, floor), max: Math.max(keep, max) }],
  };
}

function useOf(wish: Wish, own: number, forecast: Forecast | undefined, shape: Shape): RotaUse {
  const { policy, wanted } = wish;
  const { demand, shortageCost } = policy;
  if (demand.kind === "rest" || wanted.hungry) return { kind: "rest", needs: null };
  const isAhead = forecast !== undefined && wanted.ahead !== undefined && demand.kind !== "distcc";
  const needs = isAhead ? forecastNeeds({ near: forecast, far: null }, demand.perMachine, shape) : null;
  return { kind: "measured", shortageCost, needs: needs ?? [Float64Array.of(wanted.count ?? own)] };
}
