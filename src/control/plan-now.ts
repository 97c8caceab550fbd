/** The plan of this very moment: what would be done by the orders in force, on what the last tick saw. Changes nothing. */
import { type Assignment, assignMachines } from "../core/decide/assignment.ts";
import { decide } from "../core/decide/decide.ts";
import type { Decision } from "../core/domain/decision.ts";
import type { Observation } from "../core/domain/observation.ts";
import type { Plan } from "../core/domain/plan.ts";
import type { PoolState } from "../core/domain/pool-state.ts";
import type { Site } from "../core/domain/site.ts";
import { judgeMode } from "../core/operate/judge.ts";
import { makePlan } from "../core/plan/make-plan.ts";
import type { Controller, Tick } from "./controller.ts";

export interface PlanNow {
  readonly site: Site;
  readonly state: PoolState;
  readonly observation: Observation;
  readonly assignment: Assignment;
  readonly decision: Decision;
  readonly plan: Plan;
}

/** `from`, `site`: another state of the pool or another site, for what would be. By the same pure functions as a tick's. A stop, a pause or another configuration since then counts already. */
export function planNow(
  controller: Controller,
  last: Tick,
  from = controller.state,
  site = controller.configured.site(),
): PlanNow {
  const observation = asOfNow(controller, last);
  const state = { ...from, mode: judgeMode(from, observation, site) };
  const assignment = assignMachines(site, state, observation);
  const { forecasts, decision: before } = last;
  const decision = decide({ state, observation, site, assignment, forecasts, lazy: before.lazy });
  const plan = makePlan({ state: { ...state, roles: decision.charts }, observation, site, assignment, decision });
  return { site, state, observation, assignment, decision, plan };
}

/** No time has passed for holds: only a tick may count what it watched. */
function asOfNow(controller: Controller, { observation }: Tick): Observation {
  const stopped = controller.stopped() ?? observation.operator.stopped;
  return {
    ...observation,
    deltaMs: 0,
    wallMs: controller.world.clock.wallMs(),
    operator: { configuredMode: controller.configured.mode(), stopped },
  };
}
