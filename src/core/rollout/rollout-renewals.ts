/** What roll-outs ask of the plan: the next machines of each stage, or those that go back; and what they call off. Pure. */
import { type ImageName, type RoleName, sameVersion } from "../domain/names.ts";
import type { PlannedCancel } from "../domain/plan.ts";
import type { PoolState } from "../domain/pool-state.ts";
import type { Renewal } from "../domain/renewal.ts";
import type { Rollout } from "../domain/rollout.ts";
import { canCancel } from "../operate/can-cancel.ts";
import { failOverFirst } from "../storage/fail-over-first.ts";
import { isUnderWay } from "./judge-rollouts.ts";
import { rolloutContext, rolloutState } from "./rollout.statechart.ts";
import { isLastStage, type RolloutPremises, returningFrom, survey } from "./survey.ts";

/** As reasons name it: `roll-out of web.2026-11`. */
export const describeRollout = ({ aim, role }: Pick<Rollout, "aim" | "role">): string =>
  aim.kind === "image" ? `roll-out of ${aim.image}` : `rolling reboot of ${role}`;

export function rolloutRenewals(premises: RolloutPremises): Renewal[] {
  return premises.state.rollouts.flatMap((rollout) => {
    switch (rolloutState(rollout.chart)) {
      case "canary":
      case "wave":
        return forward(rollout, premises);
      case "rollingBack":
        return back(rollout, premises);
      default:
        return [];
    }
  });
}

function forward(rollout: Rollout, premises: RolloutPremises): Renewal[] {
  const { aim, startedMs, chart } = rollout;
  const { why, unclearMs, sickMs } = rolloutContext(chart);
  const doubt = unclearMs > 0 || sickMs > 0 ? (why ?? "its health is not clear") : null;
  const waits = failOverFirst(premises) ?? doubt;
  return survey(rollout, premises).pending.flatMap((machine) => {
    const image = aim.kind === "image" ? aim.image : (premises.state.machines.get(machine)?.image ?? null);
    if (image === null) return [];
    const cause = describeRollout(rollout);
    const renewal: Renewal = { machine, image, cause, manner: "usual", orderedMs: startedMs };
    return [waits === null ? renewal : { ...renewal, waits }];
  });
}

/** Urgent: what they serve is what the roll-out was stopped for. */
function back(rollout: Rollout, premises: RolloutPremises): Renewal[] {
  const { aim, startedMs } = rollout;
  if (aim.kind !== "image") return [];
  const cause = `back to ${aim.previous}: ${rolloutContext(rollout.chart).why ?? "aborted"}`;
  return returningFrom(rollout, premises).map((machine): Renewal => {
    return { machine, image: aim.previous, cause, manner: "usual", orderedMs: startedMs, isUrgent: true };
  });
}

/** Machines that are on their way to the image of a roll-out that has stopped, and can still turn round. */
export function rolloutCancels(premises: RolloutPremises): PlannedCancel[] {
  return premises.state.rollouts.flatMap((rollout) => {
    if (rolloutState(rollout.chart) !== "stopping") return [];
    const reason = `the ${describeRollout(rollout)} has stopped: ${rolloutContext(rollout.chart).why ?? "aborted"}`;
    return survey(rollout, premises)
      .operations.filter((operation) => operation.chart.value !== "undoing" && canCancel(operation))
      .map(({ id }) => ({ operation: id, reason }));
  });
}

/** The version that a machine of the role boots when it has to boot anew for another reason: not what its roll-out gives up. */
export function versionToKeep(role: RoleName, image: ImageName, { rollouts }: PoolState): ImageName {
  const rollout = rollouts.find((one) => one.role === role);
  if (rollout?.aim.kind !== "image" || !sameVersion(image, rollout.aim.image)) return image;
  return rolloutState(rollout.chart) === "rollingBack" ? rollout.aim.previous : image;
}

/**
 * What a machine that comes into the role boots while a roll-out is under way: the previous image until the last wave, for
 * the new one is not proven, and the new one from then on, for it would only have to boot again. While it is paused nothing
 * more boots the new one. Null: what production means.
 */
export function imageForNewcomer(role: RoleName, { rollouts }: PoolState): ImageName | null {
  const rollout = rollouts.find((one) => one.role === role && isUnderWay(one));
  if (rollout === undefined || rollout.aim.kind !== "image") return null;
  const state = rolloutState(rollout.chart);
  const isHeld = state === "paused" && rolloutContext(rollout.chart).pausedIn !== "promoting";
  const isGoingBack = state === "stopping" || state === "rollingBack";
  return isLastStage(rollout) && !isHeld && !isGoingBack ? rollout.aim.image : rollout.aim.previous;
}
