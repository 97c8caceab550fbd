/** What the API shows: the last tick and the pool's state, as plain JSON. Nothing is worked out here that the core did not. */

import type { ConfigurationKeeper, ConfigurationStatus } from "../control/configuration/keeper.ts";
import type { Controller } from "../control/controller.ts";
import { driftOf } from "../control/drift.ts";
import type { ComingRota } from "../core/decide/coming-rota.ts";
import { isAdvising, modeValue } from "../core/decide/mode.statechart.ts";
import type { RoleDecision } from "../core/domain/decision.ts";
import type { Machine } from "../core/domain/fleet.ts";
import type { MachineName, OperationId } from "../core/domain/names.ts";
import type { FinishedOperation, Operation } from "../core/domain/operation.ts";
import { isInForce, type Override } from "../core/domain/override.ts";
import { describeReading } from "../core/domain/reading.ts";
import type { Standing } from "../core/domain/standing.ts";
import { nextEffect } from "../core/operate/next-effect.ts";
import { contextOf, stateOf } from "../core/operate/operation.statechart.ts";
import { type OperationFacts, operationFacts, type Premises } from "../core/operate/operation-facts.ts";
import type { RecordedDecision } from "../store/store.ts";
import { healthView, STARTING } from "./health-view.ts";
import { remembered, standingsNow } from "./remembered.ts";
import { rolloutsToShow } from "./rollout-view.ts";
import { storageNow } from "./storage-view.ts";
import { type Tagged, taggedJson } from "./tags.ts";

/** The pool at a glance. */
export function statusView(controller: Controller, configuration: ConfigurationStatus | null) {
  const { state, last } = controller;
  if (last === null) return { health: "starting" as const, reasons: [STARTING] };
  return {
    ...healthView(controller, configuration),
    mode: isAdvising(state.mode) ? ("advise" as const) : ("auto" as const),
    modes: modeValue(state.mode),
    dryRun: controller.dryRun,
    simulated: controller.world.simulated === true,
    adopted: state.adopted,
    atMs: last.observation.wallMs,
    tickMs: Math.round(last.tookMs),
    roles: [...last.decision.roles.values()].map(roleView),
    spareDesired: last.decision.spareDesired,
    machines: countStandings(controller),
    operations: operationViews(controller),
    quarantined: [...state.machines].flatMap(([machine, { quarantine }]) =>
      quarantine === null ? [] : [{ machine, why: quarantine.why, sinceMs: quarantine.sinceMs }],
    ),
    unmanageable: [...state.machines].flatMap(([machine, { unmanageable }]) =>
      unmanageable === null ? [] : [{ machine, why: unmanageable }],
    ),
    drift: driftNow(controller),
    rollouts: rolloutsToShow(controller),
    storage: storageNow(controller),
    overrides: overridesInForce(controller),
    configuration,
    planId: last.plan.id,
    notDone: last.plan.notDone,
  };
}

export function roleView(role: RoleDecision) {
  return { ...role, demandText: describeReading(role.demand) };
}

function countStandings(controller: Controller): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of standingsNow(controller).values()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** Every machine: what is recorded, what was observed, and how it counts. */
export function machineViews(controller: Controller) {
  const { machines } = controller.configured.site();
  const standings = standingsNow(controller);
  const operations = new Map([...controller.state.operations.values()].map(({ machine, id }) => [machine, id]));
  return [...machines.values()].map((machine) => {
    const { name } = machine;
    return machineView(controller, machine, standings.get(name) ?? null, operations.get(name) ?? null);
  });
}

const allMachines = remembered(machineViews);

/** Those that follow one in the fleet's order, or the first ones; null: it is gone from the fleet, and nothing follows it. */
export function machinesAfter(controller: Controller, name: MachineName | null, limit: number) {
  const all = allMachines(controller);
  const first = name === null ? 0 : all.findIndex((machine) => machine.name === name) + 1;
  if (name !== null && first === 0) return null;
  return { machines: all.slice(first, first + limit), isLast: first + limit >= all.length };
}

/** All of them, as JSON. */
export const machinesJson = remembered((controller) => taggedJson({ machines: machineViews(controller), next: null }));

export function oneMachineView(controller: Controller, machine: Machine) {
  const operation = [...controller.state.operations.values()].find((one) => one.machine === machine.name);
  const standing = standingsNow(controller).get(machine.name);
  return machineView(controller, machine, standing ?? null, operation?.id ?? null);
}

const driftNow = remembered(({ last, state, configured }) =>
  last === null ? [] : driftOf(configured.site(), state, last.observation),
);

/** An expired one binds nothing any more, though only the next tick takes it off the list. */
export function overridesInForce({ state, world }: Controller): readonly Override[] {
  const nowMs = world.clock.wallMs();
  return state.overrides.filter((override) => isInForce(override, nowMs));
}

export const configurationJson = (keeper: ConfigurationKeeper | null): Tagged => taggedJson(keeper?.status() ?? null);

export const overridesJson = (controller: Controller): Tagged =>
  taggedJson({ overrides: overridesInForce(controller) });

function machineView(
  { state, last }: Controller,
  machine: Machine,
  standing: Standing | null,
  operation: OperationId | null,
) {
  const { name, ip, mac, domains, roles, capacity, loader, status, bmc } = machine;
  return {
    name,
    ip,
    mac,
    bmc: `${bmc.address}:${bmc.port}`,
    domains,
    roles,
    capacity,
    loader,
    status,
    standing,
    recorded: state.machines.get(name) ?? null,
    observed: last?.observation.machines.get(name) ?? null,
    operation,
  };
}

/** The live ones. What they stand on is worked out once for all of them: a big pool has hundreds under way. */
export function operationViews(controller: Controller) {
  const { last, state } = controller;
  const operations = [...state.operations.values()];
  if (last === null) return operations.map((operation) => operationView(operation, null));
  const premises: Premises = {
    site: controller.configured.site(),
    state,
    observation: { ...last.observation, effects: controller.effects.facts() },
    standings: standingsNow(controller),
  };
  return operations.map((operation) => operationView(operation, operationFacts(operation, premises)));
}

function operationView(operation: Operation, facts: OperationFacts | null) {
  const { chart, ...fields } = operation;
  const context = contextOf(chart);
  const next = facts === null ? null : nextEffect(operation, facts);
  return {
    ...fields,
    phase: stateOf(chart),
    phaseMs: context.elapsedMs,
    why: context.why,
    waitsFor: next === null ? null : next.kind === "wait" ? next.why : `about to: ${next.effect}`,
    effects: facts?.effects ?? {},
  };
}

export function finishedView({ operation, outcome, why, endedMs }: FinishedOperation) {
  const { chart: _, ...fields } = operation;
  return { ...fields, phase: outcome, outcome, why, endedMs };
}

/** Decisions hold Maps; JSON knows only objects. Chart snapshots stay inside. */
/** A decision goes by the time of its tick. */
export function recordedView({ atMs, decision, plan }: RecordedDecision) {
  const { charts: _charts, lazy: _lazy, roles, ...fields } = decision;
  return { id: String(atMs), atMs, decision: { ...fields, roles: [...roles.values()].map(roleView) }, plan };
}

/** The planned counts of the coming hours, with each role's expected demand where it is forecast. */
export function rotaView({ roles, demand, ...rota }: ComingRota) {
  return { ...rota, roles: roles.map((line) => ({ ...line, demand: demand.get(line.role) ?? null })) };
}
