/**
 * Judge: holds what was intended against what is now seen, and never trusts an exit code. It moves every operation's chart
 * by one observation, closes those that ended, and keeps the machines' records: boots, unmanageable BMCs, quarantine.
 */

import { breakerOpen, isForgotten, trialsOf } from "../decide/breaker.ts";
import { stepMode } from "../decide/mode.statechart.ts";
import { ordersInForce } from "../decide/orders.ts";
import { type MachineName, type OperationId, SPARE } from "../domain/names.ts";
import type { EffectKind, Observation } from "../domain/observation.ts";
import type { FinishedOperation, Operation, OperationOutcome } from "../domain/operation.ts";
import type { Failure, MachineRecord, PoolState, Spend } from "../domain/pool-state.ts";
import { newMachineRecord } from "../domain/pool-state.ts";
import type { Site } from "../domain/site.ts";
import { standingsOf } from "../domain/standing.ts";
import { judgeRollouts } from "../rollout/judge-rollouts.ts";
import { judgeStorage } from "../storage/judge-storage.ts";
import type { PoolEvent } from "./events.ts";
import { judgeOverrides } from "./judge-overrides.ts";
import { judgeRecord } from "./machine-record.ts";
import { contextOf, type OperationState, observeOperation, stateOf } from "./operation.statechart.ts";
import { operationFacts } from "./operation-facts.ts";

export interface Judgement {
  readonly state: PoolState;
  readonly finished: readonly FinishedOperation[];
  /** What changed, for the log: one line each. */
  readonly events: readonly PoolEvent[];
}

/** What a machine failed at, by the state that it was in: an image is not to blame for a machine that never switched off. */
const BLAMED: Readonly<Partial<Record<OperationState, EffectKind>>> = {
  poweringOff: "hardOff",
  poweringOn: "powerOn",
  verifying: "powerOn",
  warming: "trafficOn",
};

const HOUR_MS = 3_600_000;

export function judge(input: { state: PoolState; observation: Observation; site: Site }): Judgement {
  const { observation, site } = input;
  const events: PoolEvent[] = [];
  const overrides = judgeOverrides(input.state.overrides, observation.wallMs, events);
  const aged = ageLedgers({ ...input.state, overrides }, observation, site);
  const machines = judgeMachines(aged, observation, site, events);
  const recorded = { ...aged, machines, failures: overcome(aged.failures, ({ machine }) => !isOut(machines, machine)) };

  // Only an operation asks who else stands where.
  const standings = recorded.operations.size === 0 ? new Map() : standingsOf(site, recorded, observation);
  const operations = new Map<OperationId, Operation>();
  const finished: FinishedOperation[] = [];
  const failedAt = new Map<OperationId, EffectKind>();
  for (const operation of recorded.operations.values()) {
    const facts = operationFacts(operation, { site, state: recorded, observation, standings });
    const judged = { ...operation, chart: observeOperation(operation.chart, observation.deltaMs, facts) };
    noteTransition(operation, judged, events);
    const outcome = outcomeOf(judged);
    if (outcome === null) operations.set(judged.id, judged);
    else finished.push({ operation: judged, outcome, why: endReason(judged), endedMs: observation.wallMs });
    const effect = BLAMED[stateOf(operation.chart)];
    if (outcome === "quarantined" && effect !== undefined) failedAt.set(judged.id, effect);
  }
  const state = finished.reduce<PoolState>((next, end) => close(next, end, { site, observation, failedAt }), {
    ...recorded,
    operations,
  });
  const rolled = judgeRollouts(state, observation, site, events);
  const settled = { ...rolled, recoveringMs: recovering(state, observation, site) };
  const storage = judgeStorage(settled, observation, site, events);
  return { state: { ...settled, storage, mode: judgeMode(settled, observation, site) }, finished, events };
}

/** Whether retask may begin anything, by what is in force now. */
export function judgeMode(
  state: PoolState,
  { operator, wallMs }: Pick<Observation, "operator" | "wallMs">,
  site: Site,
): PoolState["mode"] {
  const { pausedPool } = ordersInForce(state.overrides, wallMs);
  return stepMode(state.mode, {
    configured: operator.configuredMode,
    adopted: state.adopted,
    paused:
      pausedPool === null
        ? null
        : `${pausedPool.reason} (${pausedPool.author})${pausedPool.expiresMs === null ? ", until resumed" : ""}`,
    tripped: breakerOpen(state.failures, site.limits, trialsOf(state, site)).pool,
    stopped: operator.stopped,
  });
}

/** Limits and failures age by watched time alone: neither a restart nor a clock that jumps refills them (S5, S15). */
function ageLedgers(state: PoolState, { deltaMs }: Observation, site: Site): PoolState {
  const age = <T extends Spend | Failure>(entries: readonly T[], isOver: (entry: T) => boolean): readonly T[] =>
    entries.length === 0
      ? entries
      : entries.map((entry) => ({ ...entry, ageMs: entry.ageMs + deltaMs })).filter((entry) => !isOver(entry));
  return {
    ...state,
    spent: age(state.spent, ({ ageMs }) => ageMs >= HOUR_MS),
    failures: age(state.failures, (failure) => isForgotten(failure, site.limits)),
  };
}

function judgeMachines(state: PoolState, observation: Observation, site: Site, events: PoolEvent[]) {
  const busy = new Set([...state.operations.values()].map((operation) => operation.machine));
  const machines = new Map<MachineName, MachineRecord>();
  for (const machine of site.machines.values()) {
    const before = state.machines.get(machine.name) ?? newMachineRecord();
    const facts = observation.machines.get(machine.name);
    const premises = { site, wallMs: observation.wallMs, inOperation: busy.has(machine.name) };
    machines.set(machine.name, facts === undefined ? before : judgeRecord(machine, before, facts, premises, events));
  }
  return machines;
}

function outcomeOf(operation: Operation): OperationOutcome | null {
  const state = stateOf(operation.chart);
  const ended = state === "done" || state === "undone" || state === "quarantined" || state === "stranded";
  return ended ? state : null;
}

const endReason = (operation: Operation): string =>
  contextOf(operation.chart).why ?? `${operation.machine} serves as ${operation.to}, verified`;

function noteTransition(before: Operation, after: Operation, events: PoolEvent[]): void {
  const [from, to] = [stateOf(before.chart), stateOf(after.chart)];
  if (from === to) return;
  const { why } = contextOf(after.chart);
  events.push({ kind: "operation", operation: after.id, machine: after.machine, from, to, why });
}

interface Closing {
  readonly site: Site;
  readonly observation: Observation;
  readonly failedAt: ReadonlyMap<OperationId, EffectKind>;
}

/** What an ended operation leaves behind: the machine's new record, and a failure where there was one. */
function close(state: PoolState, end: FinishedOperation, { site, observation, failedAt }: Closing): PoolState {
  const { operation, outcome, why, endedMs } = end;
  const before = state.machines.get(operation.machine);
  if (outcome === "undone") return { ...state, spent: state.spent.map((one) => noteUndone(one, end)) };
  if (before === undefined) return state;
  const beacon = observation.machines.get(operation.machine)?.beacon;
  const record = { ...before, bootId: beacon?.kind === "heard" ? beacon.report.bootId : before.bootId };
  const machines = new Map(state.machines);
  if (outcome === "stranded") {
    // As if it had come up there before the server died: on the mirror it comes up in its new role.
    machines.set(operation.machine, { ...record, placement: operation.to, image: operation.toImage });
    return { ...state, machines };
  }
  if (outcome === "done") {
    const { bootMs } = contextOf(operation.chart);
    machines.set(operation.machine, {
      ...record,
      placement: operation.to,
      image: operation.toImage,
      bootMs: bootMs === null ? record.bootMs : [...record.bootMs, bootMs].slice(-20),
    });
    const { machine, toImage } = operation;
    const hasProven = (failure: Failure) =>
      (toImage !== null && failure.image === toImage) ||
      failure.rack === (site.machines.get(machine)?.domains.rack ?? "");
    return { ...state, machines, failures: overcome(state.failures, hasProven) };
  }
  const expected = { placement: operation.to, image: operation.toImage };
  machines.set(operation.machine, {
    ...record,
    quarantine: { why, sinceMs: endedMs, operation: operation.id, expected },
  });
  const rack = site.machines.get(operation.machine)?.domains.rack ?? null;
  const failure = {
    machine: operation.machine,
    image: operation.toImage,
    rack,
    effect: failedAt.get(operation.id) ?? null,
    why,
    ageMs: 0,
    overcome: false,
  };
  return { ...state, machines, failures: [...state.failures, failure] };
}

/** Failures that are no reason to pause any more: what failed did well since, or somebody mended the machine. */
const overcome = (failures: readonly Failure[], by: (failure: Failure) => boolean): readonly Failure[] =>
  failures.map((failure) => (failure.overcome || !by(failure) ? failure : { ...failure, overcome: true }));

const isOut = (machines: PoolState["machines"], name: MachineName): boolean =>
  (machines.get(name)?.quarantine ?? null) !== null;

const noteUndone = (spend: Spend, { operation, why }: FinishedOperation): Spend =>
  spend.operation === operation.id ? { ...spend, undone: why } : spend;

/** After a lost store retask holds until it has seen every machine, or for a quarter of an hour. */
function recovering(state: PoolState, observation: Observation, site: Site): number | null {
  if (state.recoveringMs === null) return null;
  const left = state.recoveringMs - observation.deltaMs;
  const allSeen = [...site.machines.keys()].every((name) => isSeen(name, state, observation));
  return allSeen || left <= 0 ? null : left;
}

/** A cold spare that is off has no beacon to be heard, and nothing more to be seen. */
function isSeen(name: MachineName, { machines }: PoolState, observation: Observation): boolean {
  const facts = observation.machines.get(name);
  const isSpare = machines.get(name)?.placement === SPARE;
  return facts?.beacon.kind === "heard" || (isSpare && facts?.power.kind === "off");
}
