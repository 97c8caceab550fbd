/** What keeps a fresh override from being done as it says: answered at once, before any tick. */
import { isAdvising } from "../core/decide/mode.statechart.ts";
import type { RoleName } from "../core/domain/names.ts";
import type { OverrideAct } from "../core/domain/override.ts";
import type { NotDone } from "../core/domain/plan.ts";
import type { Controller, Tick } from "./controller.ts";
import { planNow } from "./plan-now.ts";

/**
 * Decides and plans with the overrides as they are now, on what the last tick saw, by the same pure functions; nothing of it
 * is kept. Empty: nothing stands in the way, or nothing was seen yet.
 */
export function heldBack(controller: Controller, act: OverrideAct): readonly NotDone[] {
  const { last, state } = controller;
  if (last === null || act.kind === "pause") return [];
  const { decision, plan } = planNow(controller, last);
  const subject = act.kind === "forceCount" ? act.role : act.machine;
  const held = plan.notDone.filter((one) => one.subject === subject);
  if (act.kind === "forceCount") held.push(...notGiven(decision, act.role, act.count));
  if (act.kind !== "pin" && isAdvising(state.mode)) {
    held.push({ subject, what: "be re-tasked", why: "retask only advises: nothing is started", notBeforeMs: null });
  }
  return held;
}

/** A count that floor, maximum or pool do not allow. */
function notGiven({ roles }: Tick["decision"], role: RoleName, count: number): NotDone[] {
  const decided = roles.get(role);
  if (decided === undefined || decided.desired === count) return [];
  const why = decided.permitted.reasons.slice(1).join("; ") || `the pool has ${decided.desired} for it`;
  return [{ subject: role, what: `have ${count} machines`, why: `${why}: gets ${decided.desired}`, notBeforeMs: null }];
}
