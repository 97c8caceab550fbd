/** What an operator decides about roll-outs: to start one, to hold it, to let it go on, and to take it back. */
import type { RoleName } from "../core/domain/names.ts";
import type { PoolState } from "../core/domain/pool-state.ts";
import type { Rollout } from "../core/domain/rollout.ts";
import { beginRollout, type RolloutRequest } from "../core/rollout/begin-rollout.ts";
import { type RolloutState, rolloutState, stepRollout } from "../core/rollout/rollout.statechart.ts";
import { describeRollout } from "../core/rollout/rollout-renewals.ts";
import type { RolloutEvent } from "../core/rollout/rollout-steps.ts";
import type { Controller } from "./controller.ts";
import { NOT_OBSERVED } from "./operator-actions.ts";
import { type Applied, type Asker, changeState } from "./operator-change.ts";

export function startRollout(controller: Controller, asker: Asker, request: RolloutRequest) {
  return changeState<Rollout>(controller, asker, {
    action: request.image === null ? `reboot ${request.role}` : `roll ${request.image} out to ${request.role}`,
    why: request.reason,
    show: (state) => shown(state, request.role),
    apply: (state) => withRollout(controller, state, request),
  });
}

/** The state with this roll-out begun, not in force yet. It replaces the role's last one. */
export function withRollout(controller: Controller, state: PoolState, request: RolloutRequest): Applied<Rollout> {
  const { last } = controller;
  if (last === null) return NOT_OBSERVED;
  // A channel that was moved a moment ago is what a roll-out goes back to.
  const now = { ...controller.observer.catalogue, wallMs: controller.world.clock.wallMs() };
  const observation = { ...last.observation, ...now };
  const begun = beginRollout(request, { site: controller.configured.site(), state, observation });
  if (!begun.ok) return begun;
  const others = state.rollouts.filter(({ role }) => role !== request.role);
  return { ok: true, value: { state: { ...state, rollouts: [...others, begun.rollout] }, value: begun.rollout } };
}

export type RolloutOrder = Exclude<RolloutEvent, { readonly type: "OBSERVE" | "ROLE_GONE" }>;

const WORDS: Readonly<Record<RolloutOrder["type"], string>> = { PAUSE: "pause", RESUME: "resume", ABORT: "abort" };

export function orderRollout(controller: Controller, asker: Asker, role: RoleName, order: RolloutOrder) {
  return changeState<Rollout>(controller, asker, {
    action: `${WORDS[order.type]} the roll-out of ${role}`,
    why: order.why,
    show: (state) => shown(state, role),
    apply: (state) => withRolloutOrder(state, role, order, asker.author),
  });
}

/** The state with the order given; refused where it would change nothing. */
export function withRolloutOrder(
  state: PoolState,
  role: RoleName,
  { why: said, ...order }: RolloutOrder,
  author: string,
): Applied<Rollout> {
  const before = state.rollouts.find((rollout) => rollout.role === role);
  if (before === undefined || before.endedMs !== null) {
    return { ok: false, code: "RTK_NO_ROLLOUT", why: `no roll-out of ${role} is under way` };
  }
  const told = { ...order, why: `${WORDS[order.type]} by ${author}: ${said}` };
  const after = { ...before, chart: stepRollout(before.chart, told) };
  const was = rolloutState(before.chart);
  if (rolloutState(after.chart) === was) {
    const why = `the ${describeRollout(before)} is ${describeState(was)}: there is nothing to ${WORDS[order.type]}`;
    return { ok: false, code: "RTK_ROLLOUT_STATE", why };
  }
  const rollouts = state.rollouts.map((rollout) => (rollout === before ? after : rollout));
  return { ok: true, value: { state: { ...state, rollouts }, value: after } };
}

const STATES: Readonly<Record<RolloutState, string>> = {
  canary: "renewing its canaries",
  wave: "renewing a wave",
  soaking: "soaking",
  paused: "paused",
  promoting: "promoting the image",
  stopping: "stopping",
  rollingBack: "rolling back",
  done: "done",
  stopped: "stopped",
  rolledBack: "rolled back",
};
/** As a person reads it. */
export const describeState = (state: RolloutState): string => STATES[state];

const shown = ({ rollouts }: PoolState, role: RoleName): unknown => {
  const rollout = rollouts.find((one) => one.role === role);
  return rollout === undefined ? null : { aim: rollout.aim, state: rolloutState(rollout.chart) };
};
