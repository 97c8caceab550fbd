/** Machines that shall boot from another file server: away from one that died, or home to one that is well again. */
import type { AssignedMachine } from "../decide/assignment.ts";
import { isRole } from "../domain/names.ts";
import type { Renewal } from "../domain/renewal.ts";
import type { PlanInput } from "../plan/ledger.ts";
import { versionToKeep } from "../rollout/rollout-renewals.ts";
import { hangs, isUsed, serverLoad } from "./machines.ts";
import { ITSELF, storageContextOf } from "./storage.statechart.ts";
import { copyFor, type StorageView, storageView } from "./storage-view.ts";

export interface StorageRenewals {
  /** Of machines that hang. */
  readonly hard: readonly Renewal[];
  /** Of machines that still answer, and of those that go home. */
  readonly usual: readonly Renewal[];
}

/** Each in the order of what its role's shortage costs. */
export function storageRenewals(input: PlanInput): StorageRenewals {
  const { site, state, observation, assignment } = input;
  const view = storageView(site, state, observation);
  const moving = view.servers.some((server) => ["failedOver", "failingBack"].includes(view.stateOf(server)));
  if (!moving) return { hard: [], usual: [] };
  const load = serverLoad(state, view).machines;
  const found = assignment.machines.flatMap((assigned) => {
    const renewal = renewalOf(assigned, input, view, load);
    if (renewal === null) return [];
    const role = state.machines.get(assigned.machine.name)?.placement ?? null;
    const cost = role !== null && isRole(role) ? (site.policies.get(role)?.shortageCost ?? 0) : 0;
    return [{ renewal, cost }];
  });
  // Stable: machines of the same cost stay in the order of their names.
  const renewals = found.sort((a, b) => b.cost - a.cost).map(({ renewal }) => renewal);
  return {
    hard: renewals.filter(({ manner }) => manner === "hard"),
    usual: renewals.filter(({ manner }) => manner !== "hard"),
  };
}

function renewalOf(
  assigned: AssignedMachine,
  { site, state, assignment }: PlanInput,
  view: StorageView,
  load: ReadonlyMap<string, number>,
): Renewal | null {
  const { machine } = assigned;
  // Somebody has their hands in it.
  if (assignment.orders.maintained.has(machine.name)) return null;
  const record = state.machines.get(machine.name);
  if (record?.adopted !== true || record.quarantine !== null || record.image === null) return null;
  const { placement } = record;
  if (placement === null || machine.status === "retiring" || !isUsed(record, assigned.facts)) return null;
  const from = view.serverOf(record.image);
  const version = isRole(placement) ? versionToKeep(placement, record.image, state) : record.image;
  const image = copyFor(machine, version, view, load);
  const to = view.serverOf(image);
  if (from === null || to === null) return null;

  const leaves = view.stateOf(from) === "failedOver";
  const returns = from !== to && view.homeOf(machine) === to && view.stateOf(to) === "failingBack";
  if (!leaves && !returns) return null;
  const chart = state.storage.get((leaves ? from : to).name);
  const order = chart === undefined ? null : storageContextOf(chart).order;
  return {
    machine: machine.name,
    image,
    cause: leaves ? `fail-over of ${from.name}` : `fail-back to ${to.name}`,
    manner: leaves && hangs(assigned, record, site, view) ? "hard" : "usual",
    orderedMs: order === null || order.by === ITSELF ? null : order.atMs,
  };
}
