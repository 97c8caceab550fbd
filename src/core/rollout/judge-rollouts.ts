/** Roll-outs by one tick: each is told what was seen of its machines, and its chart decides what follows. Pure. */

import { type MachineName, sameVersion } from "../domain/names.ts";
import type { Observation } from "../domain/observation.ts";
import type { MachineRecord, PoolState } from "../domain/pool-state.ts";
import type { Rollout } from "../domain/rollout.ts";
import type { Site } from "../domain/site.ts";
import { canCancel } from "../operate/can-cancel.ts";
import type { PoolEvent } from "../operate/events.ts";
import { failOverFirst } from "../storage/fail-over-first.ts";
import { healthOf, isOnTrial } from "./health.ts";
import { rolloutContext, rolloutState, stepRollout } from "./rollout.statechart.ts";
import type { RolloutEvidence } from "./rollout-steps.ts";
import { channelToPoint, misledLinks, type RolloutPremises, returningFrom, survey } from "./survey.ts";

export const isUnderWay = ({ endedMs }: Rollout): boolean => endedMs === null;

/** The same state where no roll-out is under way. */
export function judgeRollouts(state: PoolState, observation: Observation, site: Site, events: PoolEvent[]): PoolState {
  if (!state.rollouts.some(isUnderWay)) return state;
  const premises = { site, state, observation };
  const rollouts = state.rollouts.map((rollout) =>
    isUnderWay(rollout) ? judgeRollout(rollout, premises, events) : rollout,
  );
  return { ...state, rollouts, machines: expectingPrevious(rollouts, premises) };
}

function judgeRollout(rollout: Rollout, premises: RolloutPremises, events: PoolEvent[]): Rollout {
  const { deltaMs, wallMs } = premises.observation;
  const before = rolloutState(rollout.chart);
  const chart = premises.site.policies.has(rollout.role)
    ? stepRollout(rollout.chart, { type: "OBSERVE", deltaMs, evidence: rolloutEvidence(rollout, premises) })
    : stepRollout(rollout.chart, { type: "ROLE_GONE", why: `role ${rollout.role} is gone from the policies` });
  const after = rolloutState(chart);
  const { role } = rollout;
  if (after !== before) events.push({ kind: "rollout", role, from: before, to: after, why: rolloutContext(chart).why });
  return { ...rollout, chart, endedMs: isEnd(after) ? wallMs : null };
}

const isEnd = (state: string): boolean => state === "done" || state === "stopped" || state === "rolledBack";

export function rolloutEvidence(rollout: Rollout, premises: RolloutPremises): RolloutEvidence {
  const found = survey(rollout, premises);
  const { targets, pending, operations, isAwaitingOld, failed } = found;
  const { stage, lastStage } = rolloutContext(rollout.chart);
  const isComplete = pending.length === 0 && (stage < lastStage || !isAwaitingOld);
  const [first] = failed;
  return {
    failed: first === undefined ? null : `${first.machine} did not come back: ${first.why}`,
    waits: failOverFirst(premises),
    health: isOnTrial(rollout) ? healthOf(rollout, found, premises) : { kind: "healthy", why: "" },
    // No canary is none that could have proven anything.
    isRenewed: isComplete && (stage > 0 || targets.length > 0),
    isCallingOff: operations.some((operation) => operation.chart.value === "undoing" || canCancel(operation)),
    isBack:
      operations.length === 0 &&
      returningFrom(rollout, premises).length === 0 &&
      misledLinks(rollout, premises).length === 0 &&
      channelToPoint(rollout, premises, "rollingBack") === null,
    isPromoted: channelToPoint(rollout, premises, "promoting") === null,
  };
}

/** A machine that failed with the new image and whose link was pointed back comes back, when it does, with the previous one. */
function expectingPrevious(
  rollouts: readonly Rollout[],
  { state, observation }: RolloutPremises,
): PoolState["machines"] {
  const changed = new Map<MachineName, MachineRecord>();
  for (const { role, aim, chart } of rollouts) {
    if (aim.kind !== "image" || rolloutState(chart) !== "rollingBack") continue;
    for (const [machine, record] of state.machines) {
      const { quarantine } = record;
      const link = observation.machines.get(machine)?.link;
      const isIts = quarantine?.expected?.placement === role && sameVersion(quarantine.expected.image, aim.image);
      if (!isIts || link?.kind !== "image" || !sameVersion(link.image, aim.previous)) continue;
      const expected = { placement: role, image: link.image };
      changed.set(machine, { ...record, quarantine: { ...quarantine, expected } });
    }
  }
  return changed.size === 0 ? state.machines : new Map([...state.machines, ...changed]);
}
