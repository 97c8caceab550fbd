/** Whether a machine on new hardware may boot now: asked before anything is changed for it, and again when it is to begin. */
import type { RoleName } from "../../core/domain/names.ts";
import type { Plan } from "../../core/domain/plan.ts";
import type { PoolState } from "../../core/domain/pool-state.ts";
import { type Replacement, siteOnNewHardware, withNewHardware } from "../../core/operate/replacement.ts";
import type { Refusal } from "../../core/plan/ask.ts";
import { planReplacement } from "../../core/plan/plan-replacement.ts";
import type { Controller, Tick } from "../controller.ts";
import { type PlanNow, planNow } from "../plan-now.ts";

export interface BootWanted {
  readonly replacement: Replacement;
  readonly role: RoleName;
  readonly reason: string;
}

/** A plan of one move, or why it must wait; and the moment that it was made in. */
export function planBoot(
  controller: Controller,
  last: Tick,
  state: PoolState,
  { replacement, role, reason }: BootWanted,
): { readonly now: PlanNow; readonly plan: Plan | Refusal } {
  const { machine } = replacement;
  const site = siteOnNewHardware(controller.configured.site(), replacement);
  const now = planNow(controller, asReplaced(controller, last, machine), withNewHardware(state, replacement), site);
  const input = { ...now, state: { ...now.state, roles: now.decision.charts } };
  return { now, plan: planReplacement(input, { machine, role, reason }) };
}

/** What the last tick saw of the machine was the dead one: of the new one its BMC alone has spoken. */
function asReplaced({ observer }: Controller, last: Tick, machine: Replacement["machine"]): Tick {
  const before = last.observation.machines.get(machine);
  if (before === undefined) return last;
  const facts = {
    ...before,
    beacon: { kind: "silent", why: "new hardware, not booted yet" } as const,
    power: observer.power.fact(machine),
  };
  const machines = new Map(last.observation.machines).set(machine, facts);
  return { ...last, observation: { ...last.observation, machines } };
}
