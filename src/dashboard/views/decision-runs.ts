/** Runs of decisions that say the same: between two changes there are hundreds of them. */
import type { DecisionAnswer } from "../data/answers.ts";

export interface Run {
  readonly newest: DecisionAnswer;
  readonly count: number;
  /** When the oldest of them was made. */
  readonly sinceMs: number;
}

/** `decisions`: newest first. A plan that moves something is always a row of its own. */
export function alike(decisions: readonly DecisionAnswer[]): Run[] {
  const runs: Run[] = [];
  let last = "";
  for (const decision of decisions) {
    const { moves, cancels } = decision.plan;
    const said = moves.length + cancels.length > 0 ? decision.id : outcome(decision);
    const run = runs.at(-1);
    if (run !== undefined && said === last) {
      runs[runs.length - 1] = { ...run, count: run.count + 1, sinceMs: decision.atMs };
    } else {
      runs.push({ newest: decision, count: 1, sinceMs: decision.atMs });
    }
    last = said;
  }
  return runs;
}

const outcome = ({ decision, plan }: DecisionAnswer): string =>
  JSON.stringify([
    decision.roles.map(({ role, desired, counts, state }) => [role, desired, counts.capacity, state]),
    decision.held,
    plan.notDone.map(({ subject, what }) => [subject, what]),
  ]);
