/** Room for reboots: a role that has no more than its floor could never spare a machine for a roll-out, nor for a fail-back. */
import type { Wanted } from "../domain/decision.ts";
import type { RoleName } from "../domain/names.ts";
import { isUnderWay } from "../rollout/judge-rollouts.ts";
import { rolloutState } from "../rollout/rollout.statechart.ts";
import { awayFrom, type StoragePremises } from "../storage/machines.ts";
import { storageView } from "../storage/storage-view.ts";

/**
 * One machine more than the floor, for as long as it lasts: wished for like any other, after every role's floor and behind
 * the role's own holds. Unknown demand stays unknown, and a hungry role takes what it gets anyway.
 */
export function withRoom(wanted: Wanted, role: RoleName, floor: number, premises: StoragePremises): Wanted {
  if (wanted.count === null || wanted.hungry || wanted.count > floor) return wanted;
  const what = isRolledOut(role, premises) ? "roll-out" : goesHome(role, premises) ? "fail-back" : null;
  if (what === null) return wanted;
  const count = floor + 1;
  return { ...wanted, count, reason: `${wanted.reason}; its ${what} wants ${count}, one more than its floor` };
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
