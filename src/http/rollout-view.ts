/** Roll-outs as the API shows them: what was ordered, where it stands, and which machines it has reached. */

import type { Controller } from "../control/controller.ts";
import { describeState } from "../control/rollout-actions.ts";
import type { Rollout } from "../core/domain/rollout.ts";
import { isUnderWay } from "../core/rollout/judge-rollouts.ts";
import { rolloutContext, rolloutState } from "../core/rollout/rollout.statechart.ts";
import { describeRollout } from "../core/rollout/rollout-renewals.ts";
import { stoppedByItself } from "../core/rollout/stopped-by-itself.ts";
import { type Survey, survey } from "../core/rollout/survey.ts";

export function rolloutView(controller: Controller, rollout: Rollout) {
  const { role, aim, canaries, wavesPercent, soakMs, author, reason, startedMs, endedMs, chart } = rollout;
  const { stage, lastStage, soakedMs, why, byItself } = rolloutContext(chart);
  const state = rolloutState(chart);
  const { renewed, targets, pending, old, left } = found(controller, rollout);
  return {
    role,
    what: describeRollout(rollout),
    image: aim.kind === "image" ? aim.image : null,
    previous: aim.kind === "image" ? aim.previous : null,
    state,
    stateText: describeState(state),
    why,
    waits: waitsFor(controller, rollout),
    byItself,
    stage: { number: stage, last: lastStage, machines: targets.length, pending },
    canaries,
    wavesPercent,
    soakMs,
    soakedMs: state === "soaking" || state === "paused" ? soakedMs : 0,
    renewed,
    old,
    left: [...rollout.left, ...left],
    author,
    reason,
    startedMs,
    endedMs,
  };
}

/** Why the machines that are next have not begun, as the last plan says it. */
function waitsFor({ last }: Controller, rollout: Rollout): string | null {
  if (last === null || !isUnderWay(rollout)) return null;
  const what = describeRollout(rollout);
  const waiting = last.plan.notDone.filter((one) => one.subject === rollout.role && one.what.endsWith(`: ${what}`));
  const whys = waiting.map(({ why }) => why).filter((why) => why !== rolloutContext(rollout.chart).why);
  return whys.length === 0 ? null : whys.join("; ");
}

/** Before the first tick nothing was seen. */
function found({ configured, state, last }: Controller, rollout: Rollout): Survey {
  const site = configured.site();
  if (last !== null) return survey(rollout, { site, state, observation: last.observation });
  return { renewed: [], targets: [], pending: [], old: [], left: [], operations: [], isAwaitingOld: false, failed: [] };
}

/** The one under way of each role, or its last one. */
export const rolloutViews = (controller: Controller) =>
  controller.state.rollouts.map((rollout) => rolloutView(controller, rollout));

/** Those under way, and those that stopped by themselves and are still news. */
export const rolloutsToShow = (controller: Controller) => {
  const nowMs = controller.world.clock.wallMs();
  return controller.state.rollouts
    .filter((rollout) => isUnderWay(rollout) || stoppedByItself(rollout, nowMs) !== null)
    .map((rollout) => rolloutView(controller, rollout));
};
