/** What the API shows: the last tick and the pool's state, as plain JSON. Nothing is worked out here that the core did not. */

import type { ConfigurationStatus } from "../control/configuration/keeper.ts";
import type { Controller, Tick } from "../control/controller.ts";
import { driftOf } from "../control/drift.ts";
import { isAdvising, modeValue } from "../core/decide/mode.statechart.ts";
import type { Decision, RoleDecision } from "../core/domain/decision.ts";
import type { Machine } from "../core/domain/fleet.ts";
import type { FinishedOperation, Operation } from "../core/domain/operation.ts";
import { describeReading } from "../core/domain/reading.ts";
import { type Standing, standingsOf } from "../core/domain/standing.ts";
import { nextEffect } from "../core/operate/next-effect.ts";
import { contextOf, stateOf } from "../core/operate/operation.statechart.ts";
import { operationFacts } from "../core/operate/operation-facts.ts";

/** Healthy, or why not: the first line of `retask status`. */
export function statusView(controller: Controller, configuration: ConfigurationStatus | null) {
  const { state, last } = controller;
  if (last === null) return { health: "starting", reasons: ["no tick has ended yet"] } as const;
  const site = controller.configured.site();
  const reasons = [...last.decision.held, ...configurationReasons(configuration), ...roleReasons(last.decision)];
  return {
    health:
      last.decision.held.length > 0
        ? ("holding" as const)
        : reasons.length > 0
          ? ("degraded" as const)
          : ("healthy" as const),
    reasons,
    mode: isAdvising(state.mode) ? ("advise" as const) : ("auto" as const),
    modes: modeValue(state.mode),
    dryRun: controller.dryRun,
    adopted: state.adopted,
    atMs: last.observation.wallMs,
    tickMs: Math.round(last.tookMs),
    roles: [...last.decision.roles.values()].map(roleView),
    spareDesired: last.decision.spareDesired,
    machines: countStandings(controller, last),
    operations: [...state.operations.values()].map((operation) => operationView(controller, operation)),
    quarantined: [...state.machines].flatMap(([machine, { quarantine }]) =>
      quarantine === null ? [] : [{ machine, why: quarantine.why, sinceMs: quarantine.sinceMs }],
    ),
    unmanageable: [...state.machines].flatMap(([machine, { unmanageable }]) =>
      unmanageable === null ? [] : [{ machine, why: unmanageable }],
    ),
    drift: driftOf(site, state, last.observation),
    overrides: state.overrides,
    configuration,
    planId: last.plan.id,
    notDone: last.plan.notDone,
  };
}

function configurationReasons(configuration: ConfigurationStatus | null): string[] {
  if (configuration === null) return [];
  const { problems, pending } = configuration;
  const wrong =
    problems.length === 0
      ? []
      : [`configuration files are rejected (${problems.length} problems), the accepted one stays in force`];
  return pending === null
    ? wrong
    : [...wrong, `a configuration waits for: retask accept ${pending.digest.slice(0, 12)}`];
}

const roleReasons = ({ roles }: Decision): string[] =>
  [...roles.values()].flatMap(({ role, demand, counts, floor }) => [
    ...(demand.kind === "unknown" ? [`${role}: demand ${describeReading(demand)}, holding`] : []),
    ...(counts.forFloor < floor ? [`${role}: ${counts.forFloor} healthy machines, the floor is ${floor}`] : []),
  ]);

export function roleView(role: RoleDecision) {
  return { ...role, demandText: describeReading(role.demand) };
}

function countStandings(controller: Controller, { observation }: Tick): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of standingsOf(controller.configured.site(), controller.state, observation).values()) {
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** Every machine: what is recorded, what was observed, and how it counts. */
export function machineViews(controller: Controller) {
  const { last, state } = controller;
  const site = controller.configured.site();
  const standings = last === null ? new Map<string, Standing>() : standingsOf(site, state, last.observation);
  return [...site.machines.values()].map((machine) => machineView(controller, machine, standings.get(machine.name)));
}

function machineView({ state, last }: Controller, machine: Machine, standing: Standing | undefined) {
  const { name, ip, mac, domains, roles, capacity, loader, status, bmc } = machine;
  const operation = [...state.operations.values()].find((one) => one.machine === name);
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
    standing: standing ?? null,
    recorded: state.machines.get(name) ?? null,
    observed: last?.observation.machines.get(name) ?? null,
    operation: operation?.id ?? null,
  };
}

export function operationView(controller: Controller, operation: Operation) {
  const { chart, ...fields } = operation;
  const { last, state } = controller;
  const site = controller.configured.site();
  const context = contextOf(chart);
  const facts =
    last === null
      ? null
      : operationFacts(operation, {
          site,
          state,
          observation: { ...last.observation, effects: controller.effects.facts() },
          standings: standingsOf(site, state, last.observation),
        });
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
export function decisionView(decision: Decision) {
  const { charts: _, roles, ...fields } = decision;
  return { ...fields, roles: [...roles.values()].map(roleView) };
}
