/**
 * An operator begins the moves of a plan that was shown: in advise mode the proposals become operations, exactly as they would
 * in auto mode. The approval is for that plan alone, so the plan is made anew at this instant, under the lock, and anything
 * but the same acts is refused (S6). Floors and limits are in the plan; preflight and floor are asked again at every step.
 */
import { isAdvising, modeValue } from "../core/decide/mode.statechart.ts";
import type { MachineName, PlanId } from "../core/domain/names.ts";
import type { Operation } from "../core/domain/operation.ts";
import type { PlannedMove } from "../core/domain/plan.ts";
import type { PoolState } from "../core/domain/pool-state.ts";
import { beginPlan } from "../core/operate/begin.ts";
import type { Controller, Tick } from "./controller.ts";
import { type ActionCode, type ActionResult, type Asker, changeState, type Refused } from "./operator-change.ts";
import { type PlanNow, planNow } from "./plan-now.ts";
import { isStale } from "./run-effect.ts";

export interface PlanApproval {
  readonly plan: PlanId;
  readonly reason: string;
  /** These of its moves; absent: all of them. */
  readonly machines?: readonly MachineName[] | undefined;
  /** How many moves are meant; needed for all of more than three, as their count must be written (S3). */
  readonly confirm?: string | undefined;
}

const MOST_UNCOUNTED = 3;

/** Answers what was begun; its first effects start within the next tick. */
export async function applyPlan(
  controller: Controller,
  asker: Asker,
  approval: PlanApproval,
): Promise<ActionResult<readonly Operation[]>> {
  let moves: readonly PlannedMove[] = [];
  const begun = await changeState<readonly Operation[]>(controller, asker, {
    action: `apply plan ${approval.plan}${approval.machines === undefined ? "" : `: ${approval.machines.join(", ")}`}`,
    why: approval.reason,
    show: (state) => operationsOf(state, approval.plan).map(({ id, from, to }) => ({ id, from, to })),
    apply: (state) => {
      const { last } = controller;
      if (last === null) return { ok: false, code: "RTK_NOT_OBSERVED", why: "no tick has ended yet" };
      const now = planNow(controller, last);
      const refused = hindrance(controller, last, now) ?? otherPlan(now, approval);
      if (refused !== null) return refused;
      moves = chosen(now, approval).map((move) => ({ ...move, reason: signed(move, asker, approval) }));
      // Calling off waits for the tick, which does so in every mode.
      const after = beginPlan(state, { ...now.plan, moves, cancels: [] }, now.observation, now.site);
      const value = [...after.operations.values()].filter(({ id }) => !state.operations.has(id));
      return { ok: true, value: { state: after, value } };
    },
  });
  if (!begun.ok) return begun;
  for (const watcher of controller.watchers) watcher.onBegin?.(moves);
  for (const { machine, from, to, reason } of moves)
    controller.logger.info({ machine, from, to, reason, plan: approval.plan }, "begin");
  return begun;
}

const signed = ({ reason }: PlannedMove, { author }: Asker, { reason: why }: PlanApproval): string =>
  `applied by ${author}: ${why}; ${reason}`;

const operationsOf = ({ operations }: PoolState, plan: PlanId): Operation[] =>
  [...operations.values()].filter((operation) => operation.plan === plan);

const no = (code: ActionCode, why: string): Refused => ({ ok: false, code, why });

/** What forbids beginning anything now, each with its own code; the worst first. */
function hindrance(controller: Controller, { observation: seen }: Tick, now: PlanNow): Refused | null {
  const { state, decision } = now;
  const { stopped } = now.observation.operator;
  if (stopped !== null) return no("RTK_STOPPED", `retask is stopped: ${stopped}`);
  if (!state.adopted) return no("RTK_NOT_ADOPTED", "nothing is adopted yet: `retask adopt` comes first");
  if (!isAdvising(state.mode)) {
    return no(
      "RTK_NOT_ADVISING",
      "in auto mode every tick begins its own plan; `retask force` asks for what it does not",
    );
  }
  // By the wall clock as well: a process that was suspended saw another hour's pool (S15).
  if (isStale(controller.world.clock, seen.wallMs)) {
    return no("RTK_STALE", "the last look at the pool is too long ago; wait for the next tick");
  }
  if (decision.held.length === 0) return null;
  const { pause, breaker } = modeValue(state.mode);
  const code = pause === "paused" ? "RTK_PAUSED" : breaker === "tripped" ? "RTK_BREAKER_OPEN" : "RTK_HELD";
  return no(code, decision.held.join("; "));
}

/** Whether it is the plan that was shown, and holds all that was asked for. */
function otherPlan({ plan }: PlanNow, approval: PlanApproval): Refused | null {
  if (plan.id !== approval.plan) {
    const acts = plan.moves.map(({ machine, from, to }) => `${machine} from ${from} to ${to}`).join(", ");
    return no("RTK_PLAN_MOVED", `the plan is now ${plan.id} (${acts || "nothing to move"}); look again`);
  }
  const absent = (approval.machines ?? []).filter((name) => !plan.moves.some(({ machine }) => machine === name));
  if (absent.length > 0) return no("RTK_PLAN_MOVED", `this plan does not move ${absent.join(", ")}`);
  const { length } = chosen({ plan }, approval);
  if (length === 0) return no("RTK_PLAN_MOVED", "this plan moves nothing");
  const uncounted = approval.machines === undefined && length > MOST_UNCOUNTED;
  if ((uncounted || approval.confirm !== undefined) && approval.confirm !== String(length)) {
    return no("RTK_UNCONFIRMED", `${length} machines would move; confirm "${length}", or name the machines`);
  }
  return null;
}

/** In the plan's own order. */
const chosen = ({ plan }: Pick<PlanNow, "plan">, { machines }: PlanApproval): readonly PlannedMove[] =>
  machines === undefined ? plan.moves : plan.moves.filter(({ machine }) => machines.includes(machine));
