/**
 * The loop of retask, one turn of it: observe → judge → decide → plan → act.
 *
 * Observe gathers facts and decides nothing; one deadline covers it all. Judge, decide and plan are pure functions of what
 * was seen and what is remembered: live, in a dry run, in advise mode, for `retask plan` and in the simulator the very same
 * ones run. Act makes no choices. It stores what was concluded, starts at most one effect for each operation, journaled
 * before and after, and waits for none of them: a soft power-off lasts minutes, and the next observation tells its outcome.
 *
 * Observing happens outside the lock, so that an operator's pause never waits for a slow BMC; from judging to acting nothing
 * else may change the pool's state.
 */
import { assignMachines } from "../core/decide/assignment.ts";
import { decide } from "../core/decide/decide.ts";
import type { Observation } from "../core/domain/observation.ts";
import type { Site } from "../core/domain/site.ts";
import { judge } from "../core/operate/judge.ts";
import { makePlan } from "../core/plan/make-plan.ts";
import { act } from "./act.ts";
import type { Controller, Tick } from "./controller.ts";
import { observe } from "./observe.ts";

/**
 * `full`: every machine and every load; otherwise only the machines in operation, the rest as last seen. Where another
 * configuration came into force meanwhile all is seen anew: by the old one, records of machines that have just joined would go.
 */
export async function reconcile(controller: Controller, scope: "full" | "operations"): Promise<Tick> {
  const beganMs = controller.world.clock.monotonicMs();
  for (;;) {
    const site = controller.configured.site();
    const observation = await observe(controller, site, scope);
    const tick = await controller.exclusively(async () =>
      controller.configured.site().digest === site.digest ? conclude(controller, site, observation, beganMs) : null,
    );
    if (tick !== null) return tick;
  }
}

async function conclude(controller: Controller, site: Site, observation: Observation, beganMs: number): Promise<Tick> {
  const { clock } = controller.world;
  const judgement = judge({ state: controller.state, observation, site });
  const assignment = assignMachines(site, judgement.state, observation);
  const forecasts = controller.forecasts.follow(site, observation);
  const lazy = controller.last?.decision.lazy ?? new Map();
  const decision = decide({ state: judgement.state, observation, site, assignment, forecasts, lazy });
  const state = { ...judgement.state, roles: decision.charts };
  const plan = makePlan({ state, observation, site, assignment, decision });
  await act(controller, { site, observation, judgement: { ...judgement, state }, decision, plan });

  const tick = { observation, decision, plan, forecasts, tookMs: clock.monotonicMs() - beganMs };
  controller.last = tick;
  for (const watcher of controller.watchers) watcher.onTick?.(tick, controller);
  return tick;
}
