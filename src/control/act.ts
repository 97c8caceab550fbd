/**
 * Act: makes what was concluded durable, then starts at most one effect for each operation and waits for none of them.
 * New operations begin only when retask may act at all; those in flight always go on to a safe state.
 */
import type { Logger } from "pino";
import { isAdvising } from "../core/decide/mode.statechart.ts";
import type { Decision } from "../core/domain/decision.ts";
import type { Observation } from "../core/domain/observation.ts";
import type { Operation } from "../core/domain/operation.ts";
import type { Plan } from "../core/domain/plan.ts";
import type { PoolState } from "../core/domain/pool-state.ts";
import type { Site } from "../core/domain/site.ts";
import { standingsOf } from "../core/domain/standing.ts";
import { assumeAdopted } from "../core/operate/adopt.ts";
import { beginPlan } from "../core/operate/begin.ts";
import type { PoolEvent } from "../core/operate/events.ts";
import type { Judgement } from "../core/operate/judge.ts";
import { nextEffect } from "../core/operate/next-effect.ts";
import { operationFacts, type Premises } from "../core/operate/operation-facts.ts";
import type { Controller } from "./controller.ts";
import { isStale, runEffect } from "./run-effect.ts";

export interface Conclusion {
  readonly site: Site;
  readonly observation: Observation;
  readonly judgement: Judgement;
  readonly decision: Decision;
  readonly plan: Plan;
}

export async function act(controller: Controller, conclusion: Conclusion): Promise<void> {
  const { site, observation, judgement, decision, plan } = conclusion;
  const before = judgement.state;
  const mayBegin = !controller.dryRun && !isAdvising(before.mode) && decision.held.length === 0;
  const begun = mayBegin ? plan : { ...plan, moves: [] };
  const state = beginPlan(before, begun, observation, site);

  logConclusion(controller, judgement.events, begun, state);
  // No act without a durable record: should this throw, nothing below happens, and the next tick tries again.
  await save(controller, conclusion, state);
  controller.state = controller.dryRun ? assumeAdopted(state, observation, site) : state;
  for (const finished of judgement.finished) controller.effects.forget(finished.operation.id);
  tell(controller, judgement, begun);
  if (controller.dryRun) return;
  if (isStale(controller.world.clock, observation.wallMs)) {
    controller.logger.warn(
      "the process stood still or the clock was set since the observation: looking anew before any act",
    );
    return;
  }

  await startEffects(controller, { site, state, observation });
  controller.traffic.start({ site, state, observation });
  controller.rolloutEffects.start({ site, state, observation });
}

async function startEffects(controller: Controller, tick: Omit<Premises, "standings">): Promise<void> {
  const { site, state, observation } = tick;
  if (state.operations.size === 0) return;
  const premises = { ...tick, standings: standingsOf(site, state, observation) };
  for (const operation of state.operations.values()) await startNext(controller, operation, premises);
}

async function save(controller: Controller, conclusion: Conclusion, state: PoolState): Promise<void> {
  const { observation, judgement, decision, plan } = conclusion;
  const atMs = observation.wallMs;
  const demand = new Map([...observation.demand].map(([role, facts]) => [role, facts.demand]));
  // What the lazy rule remembers changes with every tick, and explains nothing to anybody.
  const record = { atMs, decision: { ...decision, lazy: new Map() }, plan };
  await auditOwnActs(controller, judgement.events, atMs);
  await controller.store.saveTick({ state, finished: judgement.finished, decision: record, demand, atMs });
}

/** Nobody asked for it, and yet a machine counts again, or a file server's machines move: whoever looks back must find when. */
async function auditOwnActs({ store }: Controller, events: readonly PoolEvent[], atMs: number): Promise<void> {
  for (const event of events) {
    const by = { atMs, who: "retask", from: "daemon", refused: null };
    if (event.kind === "released") {
      const { machine, why } = event;
      await store.audit({ ...by, action: `release ${machine}`, why, before: "quarantined", after: null });
    }
    if (event.kind === "storage" && event.from === "dead" && event.to === "failedOver") {
      const { server, from, to } = event;
      await store.audit({ ...by, action: `fail over ${server}`, why: "failOver: auto", before: from, after: to });
    }
  }
}

async function startNext(controller: Controller, operation: Operation, premises: Premises): Promise<void> {
  const machine = premises.site.machines.get(operation.machine);
  if (machine === undefined) return;
  const next = nextEffect(operation, operationFacts(operation, premises));
  if (next.kind === "wait") return;
  const { effect } = next;
  const { site } = premises;
  const seenMs = premises.observation.wallMs;
  const log = controller.logger.child({ operation: operation.id, machine: operation.machine, effect });
  await controller.effects.start(operation, effect, async () => {
    const outcome = await runEffect(controller, { operation, machine, effect, site, seenMs });
    if (outcome.ok) log.info("effect succeeded");
    else log.warn({ code: outcome.code, why: outcome.detail }, "effect failed");
    for (const watcher of controller.watchers) watcher.onEffect?.(operation, effect, outcome);
    controller.wake();
    return outcome;
  });
}

function tell({ watchers }: Controller, { events, finished }: Judgement, { moves }: Plan): void {
  for (const watcher of watchers) {
    watcher.onEvents?.(events);
    for (const end of finished) watcher.onFinished?.(end);
    watcher.onBegin?.(moves);
  }
}

const STOPS: ReadonlySet<string> = new Set(["stopping", "paused", "stopped", "rolledBack"]);

function logEvent(logger: Logger, event: PoolEvent): void {
  if ("override" in event) {
    const { override, what, kind } = event;
    const ends = kind === "overrideEnding" ? "ends soon" : "has ended";
    const { id, author, reason, expiresMs } = override;
    logger[kind === "overrideEnding" ? "warn" : "info"]({ override: id, author, reason, expiresMs }, `${what} ${ends}`);
    return;
  }
  if (event.kind === "storage") {
    const { server, from, to } = event;
    logger[to === "well" ? "info" : "warn"]({ server }, `file server: ${from} to ${to}`);
    return;
  }
  if (event.kind === "rollout") {
    const { role, from, to, why } = event;
    logger[STOPS.has(to) ? "warn" : "info"]({ role, why }, `roll-out: ${from} to ${to}`);
    return;
  }
  const { kind, ...fields } = event;
  logger.info(fields, kind === "operation" ? `operation: ${event.from} to ${event.to}` : `machine: ${kind}`);
}

function logConclusion({ logger }: Controller, events: readonly PoolEvent[], plan: Plan, state: PoolState): void {
  for (const event of events) logEvent(logger, event);
  for (const { machine, from, to, reason } of plan.moves)
    logger.info({ machine, from, to, reason, plan: plan.id }, "begin");
  for (const { operation, reason } of plan.cancels) {
    logger.info({ operation, machine: state.operations.get(operation)?.machine, reason, plan: plan.id }, "cancel");
  }
}
