/** Room for a roll-out: a role that has no more than its floor could never spare a machine for a reboot. */
import type { Wanted } from "../domain/decision.ts";
import type { RoleName } from "../domain/names.ts";
import type { PoolState } from "../domain/pool-state.ts";
import { isUnderWay } from "../rollout/judge-rollouts.ts";
import { rolloutState } from "../rollout/rollout.statechart.ts";

/**
 * One machine more than the floor, for as long as it lasts: wished for like any other, after every role's floor and behind
 * the role's own holds. Unknown demand stays unknown, and a hungry role takes what it gets anyway.
 */
export function withRoom(wanted: Wanted, role: RoleName, floor: number, { rollouts }: PoolState): Wanted {
  const rollout = rollouts.find((one) => one.role === role && isUnderWay(one));
  const needsRoom = rollout !== undefined && rolloutState(rollout.chart) !== "paused";
  if (!needsRoom || wanted.count === null || wanted.hungry || wanted.count > floor) return wanted;
  const count = floor + 1;
  return { ...wanted, count, reason: `${wanted.reason}; its roll-out wants ${count}, one more than its floor` };
}
