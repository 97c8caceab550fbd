/**
 * Room for reboots: a role that has no more than its floor could never spare a machine for a roll-out, nor for a fail-back; and
 * one that has no more than its load fills would serve worse for each.
 */
import type { Wanted } from "../domain/decision.ts";
import type { RoleName } from "../domain/names.ts";
import { isUnderWay } from "../rollout/judge-rollouts.ts";
import { rolloutState } from "../rollout/rollout.statechart.ts";
import { awayFrom, type StoragePremises } from "../storage/machines.ts";
import { storageView } from "../storage/storage-view.ts";
import type { Wish } from "./wish.ts";

/**
 * One machine more than the floor and than the load needs, for as long as it lasts: wished for like any other, after every role's floor and behind
 * the role's own holds. Unknown demand stays unknown, and a hungry role takes what it gets anyway.
 */
export function withRoom({ policy: { role }, wanted, needed }: Wish, floor: number, premises: StoragePremises): Wanted {
  const kept = Math.max(floor, needed ?? 0);
  if (wanted.count === null || wanted.hungry || wanted.count > kept) return wanted;
  const what = isRolledOut(role, premises) ? "roll-out" : goesHome(role, premises) ? "fail-back" : null;
  if (what === null) return wanted;
  const count = kept + 1;
  const than = kept === floor ? "its floor" : "its load needs";
  return { ...wanted, count, reason: `${wanted.reason}; its ${what} wants ${count}, one more than ${than}` };
}

function isRolledOut(role: RoleName, { state: { rollouts } }: StoragePremises): boolean {
  const rollout = rollouts.find((one) => one.role === role && isUnderWay(one));
  return rollout !== undefined && rolloutState(rollout.chart) !== "paused";
}

/** Some of its machines still have to be taken back to a file server that is well again. */
function goesHome(role: RoleName, premises: StoragePremises): boolean {
  const { site, state, observation } = premises;
  const view = storageView(site, state, observation);
  return view.servers.some((server) => {
    if (view.stateOf(server) !== "failingBack") return false;
    return awayFrom(server, premises, view).some((name) => state.machines.get(name)?.placement === role);
  });
}
