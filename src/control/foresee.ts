/** What retask would conclude from another state of the pool, on what the last tick saw; nothing of it is kept. */
import { type Assignment, assignMachines } from "../core/decide/assignment.ts";
import { decide } from "../core/decide/decide.ts";
import type { Decision } from "../core/domain/decision.ts";
import type { Observation } from "../core/domain/observation.ts";
import type { Plan } from "../core/domain/plan.ts";
import type { PoolState } from "../core/domain/pool-state.ts";
import { judge } from "../core/operate/judge.ts";
import { makePlan } from "../core/plan/make-plan.ts";
import type { Controller, Tick } from "./controller.ts";

export interface Foreseen {
  /** Judged: its mode chart knows of a pause. */
  readonly state: PoolState;
  readonly observation: Observation;
  readonly assignment: Assignment;
  readonly decision: Decision;
  readonly plan: Plan;
}

/** By the same pure functions as a tick, without a moment passing. */
export function foresee(controller: Controller, last: Tick, from: PoolState): Foreseen {
  const site = controller.configured.site();
  const wallMs = controller.world.clock.wallMs();
  const observation = { ...last.observation, deltaMs: 0, wallMs, effects: controller.effects.facts() };
  const judged = judge({ state: from, observation, site }).state;
  const assignment = assignMachines(site, judged, observation);
  const premises = { observation, site, assignment };
  const { forecasts, decision: before } = last;
  const decision = decide({ ...premises, state: judged, forecasts, lazy: before.lazy });
  const state = { ...judged, roles: decision.charts };
  return { state, observation, assignment, decision, plan: makePlan({ ...premises, state, decision }) };
}
