/** A roll-out that stopped, or waits, without being told to: somebody has to hear of it. Pure. */
import type { Rollout } from "../domain/rollout.ts";
import { rolloutContext, rolloutState } from "./rollout.statechart.ts";
import { describeRollout } from "./rollout-renewals.ts";

/** A day is enough for everybody to have heard of one that is over. */
const OLD_NEWS_MS = 86_400_000;

/** What happened, in one line; null: nothing that anybody has to be told, for who aborts one knows. `nowMs`: wall clock. */
export function stoppedByItself(rollout: Rollout, nowMs: number): string | null {
  const { why, byItself } = rolloutContext(rollout.chart);
  const { endedMs } = rollout;
  if (!byItself || (endedMs !== null && Math.abs(nowMs - endedMs) >= OLD_NEWS_MS)) return null;
  return `the ${describeRollout(rollout)} ${isWaiting(rollout) ? "waits" : "has stopped"}: ${why}`;
}

export const isWaiting = ({ chart }: Rollout): boolean => rolloutState(chart) === "paused";
