/** A preview: what an operator's change would do, worked out on a copy of the pool's state. Changes nothing. */
import { conflictsOf } from "../core/decide/conflicts.ts";
import { aim, type OverrideAct } from "../core/domain/override.ts";
import type { NotDone, Plan } from "../core/domain/plan.ts";
import type { PoolState } from "../core/domain/pool-state.ts";
import { returningFrom } from "../core/rollout/survey.ts";
import type { Controller } from "./controller.ts";
import { heldBack } from "./held-back.ts";
import { NOT_OBSERVED, released } from "./operator-actions.ts";
import type { ActionResult, Applied } from "./operator-change.ts";
import { withOverride, withoutOverride } from "./override-actions.ts";
import { type PlanNow, planNow } from "./plan-now.ts";
import { previewText } from "./preview-text.ts";
import type { Found, Preview, PreviewedAct, PreviewedMove, PreviewedRole, PreviewRequest } from "./previewed.ts";
import { withRollout, withRolloutOrder } from "./rollout-actions.ts";
import { withStorageOrder } from "./storage-actions.ts";

export function preview(controller: Controller, request: PreviewRequest): ActionResult<Preview> {
  const { last } = controller;
  if (last === null) return NOT_OBSERVED;
  const changed = stateWith(controller, request);
  if (!changed.ok) return changed;
  const before = planNow(controller, last);
  const after = planNow(controller, last, changed.value);

  const found = compare(request, before, after);
  const severe = isSevere(request, found, after.site.machines.size);
  const text = previewText(found, request);
  return { ok: true, value: { ...found, severe, confirm: severe ? nameOf(request.act) : null, text } };
}

function compare(request: PreviewRequest, before: PlanNow, after: PlanNow): Found {
  const { act, overrideFloor } = request;
  const moves = movesOnlyIn(after.plan, before.plan);
  const roles = rolesOf(before, after, moves);
  const more = roles.reduce((sum, role) => sum + Math.max(0, role.after - role.before), 0);
  const freed = Math.max(0, after.decision.spareDesired - before.decision.spareDesired);
  return {
    moves,
    prevented: movesOnlyIn(before.plan, after.plan),
    cancels: cancelsOf(before, after),
    notDone: notDoneOf(act, before, after),
    roles,
    conflicts: isSetting(act) ? conflictsOf({ act, overrideFloor }, after) : [],
    machines: Math.max(moves.length, more + freed, renewedBy(act, after)),
  };
}

/** Machines that a roll-out reboots, or that one which is taken back does. */
function renewedBy(act: PreviewedAct, after: PlanNow): number {
  if (act.kind !== "startRollout" && act.kind !== "abortRollout") return 0;
  const rollout = after.state.rollouts.find(({ role }) => role === act.role);
  if (rollout === undefined) return 0;
  if (act.kind === "startRollout") return rollout.order.length;
  return act.keep ? 0 : returningFrom(rollout, after).length;
}

function stateWith(controller: Controller, request: PreviewRequest): ActionResult<PoolState> {
  const { act, author, ...said } = request;
  const changed = isSetting(act)
    ? withOverride(controller, controller.state, { ...said, act }, author)
    : otherwise(controller, act, { author, reason: request.reason });
  return changed.ok ? { ok: true, value: changed.value.state } : changed;
}

function otherwise(
  controller: Controller,
  act: Exclude<PreviewedAct, OverrideAct>,
  said: Pick<PreviewRequest, "author" | "reason">,
): Applied<unknown> {
  const { state } = controller;
  switch (act.kind) {
    case "startRollout":
      return withRollout(controller, state, { ...act, ...said });
    case "pauseRollout":
      return withRolloutOrder(state, act.role, { type: "PAUSE", why: said.reason }, said.author);
    case "resumeRollout":
      return withRolloutOrder(state, act.role, { type: "RESUME", why: said.reason }, said.author);
    case "abortRollout":
      return withRolloutOrder(state, act.role, { type: "ABORT", why: said.reason, keeps: act.keep }, said.author);
    case "resume":
      return withoutOverride(controller, state, aim.pause(act.scope));
    case "unpin":
      return withoutOverride(controller, state, aim.pin(act.machine));
    case "unforceMachine":
      return withoutOverride(controller, state, aim.forceMachine(act.machine));
    case "endMaintenance":
      return withoutOverride(controller, state, aim.maintain(act.machine));
    case "unforceRole":
      return withoutOverride(controller, state, aim.forceRole(act.role));
    case "unquarantine":
      return released(controller, state, act.machine);
    case "failOver":
    case "failBack":
      return withStorageOrder(controller, state, act, { by: said.author, why: said.reason });
  }
}

const OTHERS: ReadonlySet<PreviewedAct["kind"]> = new Set([
  ...(["resume", "unpin", "unforceMachine", "endMaintenance", "unforceRole", "unquarantine"] as const),
  ...(["startRollout", "pauseRollout", "resumeRollout", "abortRollout", "failOver", "failBack"] as const),
]);
const isSetting = (act: PreviewedAct): act is OverrideAct => !OTHERS.has(act.kind);

function movesOnlyIn(one: Plan, other: Plan): PreviewedMove[] {
  const isThere = new Set(other.moves.map(({ machine, to }) => `${machine} ${to}`));
  return one.moves
    .filter(({ machine, to }) => !isThere.has(`${machine} ${to}`))
    .map(({ machine, from, to, reason }) => ({ machine, from, to, why: reason }));
}

function cancelsOf(before: PlanNow, after: PlanNow): Preview["cancels"] {
  const known = new Set(before.plan.cancels.map(({ operation }) => operation));
  return after.plan.cancels.flatMap(({ operation, reason }) => {
    const machine = after.state.operations.get(operation)?.machine;
    return machine === undefined || known.has(operation) ? [] : [{ operation, machine, why: reason }];
  });
}

/** What is told of the act itself, and what else can't be done because of it. */
function notDoneOf(act: PreviewedAct, before: PlanNow, after: PlanNow): NotDone[] {
  const own = isSetting(act) ? heldBack(after, act) : [];
  const known = new Set([...before.plan.notDone, ...own].map(sayNotDone));
  return [...own, ...after.plan.notDone.filter((one) => !known.has(sayNotDone(one)))];
}
const sayNotDone = ({ subject, what, why }: NotDone): string => `${subject} ${what} ${why}`;

function rolesOf(before: PlanNow, after: PlanNow, moves: readonly PreviewedMove[]): PreviewedRole[] {
  const standings = new Map(after.assignment.machines.map(({ machine, standing }) => [machine.name, standing]));
  return [...after.decision.roles.values()].map(({ role, desired, counts, ...decided }) => {
    const old = before.decision.roles.get(role);
    const floor = Math.max(decided.floor, old?.floor ?? 0);
    const leaving = moves.filter(({ machine, from }) => from === role && standings.get(machine)?.forFloor === true);
    const lowest = Math.min(counts.forFloor - leaving.length, desired);
    return { role, floor, before: old?.desired ?? 0, after: desired, lowest, margin: desired - floor };
  });
}

/** So many machines, or this share of the pool, are no small thing any more. */
const MANY_MACHINES = 3;
const MANY_SHARE = 0.1;

function isSevere({ act, overrideFloor }: PreviewRequest, found: Found, pool: number): boolean {
  const { moves, roles, machines } = found;
  if (("scope" in act && act.scope.kind === "pool") || "server" in act) return true;
  if (act.kind === "startRollout") return true;
  if (overrideFloor && act.kind.startsWith("force")) return true;
  if (machines > Math.min(MANY_MACHINES, Math.max(1, MANY_SHARE * pool))) return true;
  return roles.some(({ role, floor, before, after, lowest }) => {
    const givesAway = after < before || moves.some(({ from }) => from === role);
    return givesAway && Math.min(after, lowest) <= floor;
  });
}

function nameOf(act: PreviewedAct): string {
  if ("machine" in act) return act.machine;
  if ("role" in act) return act.role;
  if ("server" in act) return act.server;
  return act.scope.kind === "pool" ? "pool" : act.scope.kind === "role" ? act.scope.role : act.scope.machine;
}
