/** A dead file server's machines go first: while any of them still has to be moved, a roll-out takes no machine away. Pure. */
import { type Orders, ordersInForce } from "../decide/orders.ts";
import type { Machine } from "../domain/fleet.ts";
import { isRole } from "../domain/names.ts";
import type { MachineRecord, PoolState } from "../domain/pool-state.ts";
import type { StorageServer } from "../domain/storage.ts";
import type { StoragePremises } from "./machines.ts";
import { copyFor, type StorageView, storageView } from "./storage-view.ts";

/**
 * Why whatever can wait should, in words; null: nothing keeps it waiting. What no fail-over moves, for it is pinned, worked on,
 * switched off or has no copy elsewhere, is not waited for.
 */
export function failOverFirst(premises: StoragePremises): string | null {
  const { site, state, observation } = premises;
  // Most sites have no file server in trouble, and none is looked for there.
  const view = storageView(site, state, observation);
  for (const server of view.servers) {
    const is = view.stateOf(server);
    if (is !== "dead" && is !== "failedOver") continue;
    const orders = ordersInForce(state.overrides, observation.wallMs);
    const left = [...site.machines.values()].filter((machine) => hasToMove(machine, server, view, premises, orders));
    if (left.length === 0) continue;
    const machines = left.length === 1 ? "1 machine has" : `${left.length} machines have`;
    const what = is === "dead" ? "is dead" : "is failed over";
    return `file server ${server.name} ${what}, and ${machines} to be moved off it first`;
  }
  return null;
}

function hasToMove(
  machine: Machine,
  server: StorageServer,
  view: StorageView,
  { state, observation }: StoragePremises,
  { pinned, pausedMachines, maintained }: Orders,
): boolean {
  const { name, status } = machine;
  const record = state.machines.get(name);
  const isKept = status !== "active" || pinned.has(name) || pausedMachines.has(name) || maintained.has(name);
  if (record === undefined || isKept || !isMovable(record) || view.serverOf(record.image) !== server) return false;
  if (observation.machines.get(name)?.power.kind === "off" && !isInOperation(state, name)) return false;
  // One that nothing was decided about yet waits for that decision, copy or no copy.
  return view.stateOf(server) === "dead" || hasCopyElsewhere(machine, record, server, view);
}

const isMovable = ({ adopted, placement, quarantine, unmanageable }: MachineRecord): boolean =>
  adopted && placement !== null && isRole(placement) && quarantine === null && unmanageable === null;

const isInOperation = ({ operations }: PoolState, name: Machine["name"]): boolean =>
  [...operations.values()].some(({ machine }) => machine === name);

function hasCopyElsewhere(machine: Machine, { image }: MachineRecord, server: StorageServer, view: StorageView) {
  return image !== null && view.serverOf(copyFor(machine, image, view, new Map())) !== server;
}
