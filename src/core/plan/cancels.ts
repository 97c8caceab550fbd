/** Cancellations: operations that are called off while they still can be, because an order or the load says so. */
import { signed } from "../decide/orders.ts";
import { SPARE } from "../domain/names.ts";
import type { Operation } from "../domain/operation.ts";
import { canCancel } from "../operate/can-cancel.ts";
import { rolloutCancels } from "../rollout/rollout-renewals.ts";
import { type Draft, deficitAt, desiredAt, shift, surplusAt } from "./draft.ts";

/** The youngest first: it has drained the least. */
export function planCancels(draft: Draft): void {
  const stopped = new Map(rolloutCancels(draft.input).map((cancel) => [cancel.operation, cancel]));
  draft.cancels.push(...stopped.values());
  const live = [...draft.input.state.operations.values()].filter(
    ({ chart, id }) => chart.value !== "undoing" && !stopped.has(id),
  );
  live.sort((a, b) => b.startedMs - a.startedMs || (a.machine < b.machine ? -1 : 1));
  for (const operation of live) {
    const order = orderAgainst(draft, operation);
    if (order !== null) cancelByOrder(draft, operation, order);
    else if (canCancel(operation) && loadReturned(draft, operation)) cancelByLoad(draft, operation);
  }
}

interface Contrary {
  readonly what: string;
  readonly why: string;
  /** The machine is the operation's source's again; an order may send it somewhere else instead. */
  readonly returns: boolean;
}

/** A pause is none: it blocks what is new, and what is in flight reaches a safe state by itself. */
function orderAgainst({ assignment: { orders } }: Draft, { machine, from, to }: Operation): Contrary | null {
  const pin = orders.pinned.get(machine);
  if (pin !== undefined) return { what: "stay where it was", why: signed("pinned", pin), returns: true };
  const maintained = orders.maintained.get(machine);
  if (maintained !== undefined) {
    if (to === SPARE) return null;
    return { what: "be kept out", why: signed("maintenance", maintained.override), returns: false };
  }
  const force = orders.forcedMachines.get(machine);
  if (force === undefined || force.value === to) return null;
  return { what: `go to ${force.value}`, why: signed("forced", force.override), returns: force.value === from };
}

function cancelByOrder(draft: Draft, operation: Operation, { what, why, returns }: Contrary): void {
  const { id, machine, from, to } = operation;
  if (!canCancel(operation)) {
    const tooLate = `${why}; but its operation to ${to} can no longer be undone`;
    draft.notDone.push({ subject: machine, what, why: tooLate, notBeforeMs: null });
    return;
  }
  draft.cancels.push({ operation: id, reason: why });
  const home = draft.assignment.machines.find((assigned) => assigned.machine.name === machine)?.home;
  if (returns && home === to) shift(draft, to, from);
}

/**
 * The source wants it back even when all that leave are counted as gone, and the destination has one too many: with less,
 * the next tick might send the same machine off again.
 */
function loadReturned(draft: Draft, { machine, from, to }: Operation): boolean {
  const assigned = draft.assignment.machines.find((one) => one.machine.name === machine);
  if (from === SPARE || assigned === undefined || assigned.home !== to || assigned.stuck !== null) return false;
  return deficitAt(draft, from) >= 1 && surplusAt(draft, to) >= 1;
}

function cancelByLoad(draft: Draft, { id, from, to }: Operation): void {
  const reason = `${from} wants ${desiredAt(draft, from)} again, and ${to} can do without`;
  draft.cancels.push({ operation: id, reason });
  shift(draft, to, from);
}
