/** The floor that holds now: the policy's own, or the highest that an open schedule raises it to. */
import type { Policy } from "../domain/policy.ts";
import type { ScheduleFacts } from "../domain/schedule.ts";

export interface EffectiveFloor {
  /** Machines. */
  readonly floor: number;
  readonly reason: string;
}

/** Schedules only raise, never above the role's maximum or the pool. */
export function effectiveFloor(policy: Policy, schedules: ScheduleFacts, poolSize: number): EffectiveFloor {
  const own = policy.machines.floor;
  const facts = schedules.raisedFloors.get(policy.role) ?? [];
  const open = policy.machines.raiseFloor.filter((_, index) => facts[index]?.open === true);
  const raised = Math.max(own, ...open.map((schedule) => schedule.floor));
  if (raised === own) return { floor: own, reason: `floor ${own}` };

  const ceiling = Math.min(policy.machines.max ?? poolSize, poolSize);
  const floor = Math.max(own, Math.min(raised, ceiling));
  const capped = floor < raised ? `, capped at ${floor}` : "";
  return { floor, reason: `floor ${own}, raised to ${raised} by schedule${capped}` };
}
