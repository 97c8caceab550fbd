/** What keeps an override from being done as it says: answered at once, before any tick. */
import { conflictsOf } from "../core/decide/conflicts.ts";
import { isAdvising } from "../core/decide/mode.statechart.ts";
import { isRoleForce, type Override, type OverrideAct } from "../core/domain/override.ts";
import type { NotDone } from "../core/domain/plan.ts";
import type { Controller } from "./controller.ts";
import { type PlanNow, planNow } from "./plan-now.ts";

export interface InTheWay {
  /** What floors, limits and windows keep from being done. */
  readonly heldBack: readonly NotDone[];
  /** What it contradicts, and who wins: one sentence each. */
  readonly conflicts: readonly string[];
}

/** Of an override that is in force; nothing, while no tick has ended that it could be held against. */
export function inTheWay(controller: Controller, { act, overrideFloor }: Override): InTheWay {
  const { last } = controller;
  if (last === null) return { heldBack: [], conflicts: [] };
  const now = planNow(controller, last);
  return { heldBack: heldBack(now, act), conflicts: conflictsOf({ act, overrideFloor }, now) };
}

/** `now`: with the override in it. Empty: nothing stands in the way. A pause keeps back, and is kept back by nothing. */
export function heldBack({ state, plan }: PlanNow, act: OverrideAct): readonly NotDone[] {
  if (act.kind === "pause") return [];
  const subject = isRoleForce(act) ? act.role : act.machine;
  const held = plan.notDone.filter((one) => one.subject === subject);
  if (act.kind !== "pin" && isAdvising(state.mode)) {
    held.push({ subject, what: "be re-tasked", why: "retask only advises: nothing is started", notBeforeMs: null });
  }
  return held;
}
