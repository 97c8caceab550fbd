/** The floor that holds now: the policy's own, the highest that an open schedule raises it to, or an operator's. */
import { forcedRange, type RoleForce } from "../domain/override.ts";
import type { Policy } from "../domain/policy.ts";
import type { ScheduleFacts } from "../domain/schedule.ts";
import { type Order, signed } from "./orders.ts";

export interface EffectiveFloor {
  /** Machines. */
  readonly floor: number;
  readonly reason: string;
}

/**
 * Schedules only raise, never above the role's maximum or the pool; so does a forced floor. A force lowers the floor only
 * where that was said on purpose: then what it forces is the floor for as long as it holds.
 */
export function effectiveFloor(
  policy: Policy,
  schedules: ScheduleFacts,
  poolSize: number,
  force: Order<RoleForce> | undefined,
): EffectiveFloor {
  const scheduled = scheduledFloor(policy, schedules, poolSize);
  if (force === undefined) return scheduled;
  const { value, override } = force;
  const { min } = forcedRange(value);
  if (override.overrideFloor && min < scheduled.floor) {
    return { floor: min, reason: `${scheduled.reason}, overridden to ${min}: ${signed("forced", override)}` };
  }
  if (value.kind !== "forceFloor" || min <= scheduled.floor) return scheduled;
  const floor = Math.max(scheduled.floor, Math.min(min, ceilingOf(policy, poolSize)));
  const capped = floor < min ? `, capped at ${floor}` : "";
  return { floor, reason: `${scheduled.reason}, ${signed(`forced to ${min}${capped}`, override)}` };
}

function scheduledFloor(policy: Policy, schedules: ScheduleFacts, poolSize: number): EffectiveFloor {
  const own = policy.machines.floor;
  const facts = schedules.raisedFloors.get(policy.role) ?? [];
  const open = policy.machines.raiseFloor.filter((_, index) => facts[index]?.open === true);
  const raised = Math.max(own, ...open.map((schedule) => schedule.floor));
  if (raised === own) return { floor: own, reason: `floor ${own}` };

  const floor = Math.max(own, Math.min(raised, ceilingOf(policy, poolSize)));
  const capped = floor < raised ? `, capped at ${floor}` : "";
  return { floor, reason: `floor ${own}, raised to ${raised} by schedule${capped}` };
}

const ceilingOf = ({ machines }: Policy, poolSize: number): number => Math.min(machines.max ?? poolSize, poolSize);
