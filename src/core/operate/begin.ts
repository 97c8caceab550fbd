/** From a planned move to an operation, and from the operator's word to the machines' first records. */
import type { MachineName, OperationId, PlanId } from "../domain/names.ts";
import { SPARE } from "../domain/names.ts";
import type { MachineFacts, Observation } from "../domain/observation.ts";
import type { Operation } from "../domain/operation.ts";
import type { Plan, PlannedMove } from "../domain/plan.ts";
import type { MachineRecord, PoolState } from "../domain/pool-state.ts";
import type { Site } from "../domain/site.ts";
import { cancelOperation, newOperationChart } from "./operation.statechart.ts";
import { heardSince } from "./operation-facts.ts";

/** Readable: the machine, and the moment in base 36. */
export const operationId = (machine: MachineName, atMs: number): OperationId =>
  `${machine}-${Math.floor(atMs).toString(36)}` as OperationId;

/** The moment that names a machine's operation: unique for ever, also where the clock was set back to an earlier one's. */
const namingMs = (before: MachineRecord | undefined, wallMs: number): number =>
  Math.max(Math.floor(wallMs), (before?.lastNamedMs ?? 0) + 1);

function beginOperation(move: PlannedMove, plan: PlanId, observation: Observation, state: PoolState): Operation {
  const facts = observation.machines.get(move.machine);
  return {
    id: operationId(move.machine, namingMs(state.machines.get(move.machine), observation.wallMs)),
    machine: move.machine,
    from: move.from,
    to: move.to,
    fromImage: move.fromImage,
    toImage: move.toImage,
    manner: move.manner,
    reason: move.reason,
    plan,
    startedMs: observation.wallMs,
    chart: newOperationChart({
      fromBootId: state.machines.get(move.machine)?.bootId ?? null,
      startsOff: move.from === SPARE && isOff(facts),
      endsOff: move.toImage === null && move.manner !== "drainOnly",
      manner: move.manner,
    }),
  };
}

/** Off as `poweringOff` would prove it. A beacon that was heard hours ago, in its last role, is no sign of life. */
const isOff = (facts: MachineFacts | undefined): boolean =>
  facts?.power.kind === "off" && facts.power.readings >= 2 && !heardSince(facts.beacon, facts.power.ageMs);

/** The pool's state once the plan is begun: new operations, their share of the limits, and cancellations. */
export function beginPlan(state: PoolState, plan: Plan, observation: Observation, site: Site): PoolState {
  if (plan.moves.length === 0 && plan.cancels.length === 0) return state;
  const operations = new Map(state.operations);
  for (const { operation: id, reason } of plan.cancels) {
    const operation = operations.get(id);
    if (operation !== undefined) operations.set(id, { ...operation, chart: cancelOperation(operation.chart, reason) });
  }
  const machines = new Map(state.machines);
  for (const { machine } of plan.moves) {
    const before = machines.get(machine);
    if (before !== undefined) machines.set(machine, { ...before, lastNamedMs: namingMs(before, observation.wallMs) });
  }
  const begun = plan.moves.map((move) => beginOperation(move, plan.id, observation, state));
  for (const operation of begun) operations.set(operation.id, operation);
  const spent = begun.map((operation) => ({
    operation: operation.id,
    machine: operation.machine,
    domains: site.machines.get(operation.machine)?.domains ?? {},
    ageMs: 0,
    ...(operation.manner === "hard" && { hard: true }),
  }));
  return { ...state, machines, operations, spent: [...state.spent, ...spent] };
}
