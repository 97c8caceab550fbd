/** Which decisions are worth a row, and for how long: the same rule for every store. */
import { isDeepStrictEqual } from "node:util";
import type { RecordedDecision } from "./store.ts";

const AT_LEAST_EVERY_MS = 600_000;
/** A decision that differs from the one before in its numbers only is kept so long; then one in ten minutes is enough. */
export const BRIEF_FOR_MS = 2 * 86_400_000;

export interface LastDecision {
  readonly record: RecordedDecision;
  /** When the last lasting one was recorded. */
  readonly lastingMs: number;
}

/** `no`: the same as the last one. `brief`: other numbers. `lasting`: another outcome, or ten minutes are over. */
export function keepingOf(last: LastDecision | null, next: RecordedDecision): "no" | "brief" | "lasting" {
  if (last === null) return "lasting";
  // By its distance, because the wall clock may have been set back.
  if (Math.abs(next.atMs - last.lastingMs) >= AT_LEAST_EVERY_MS) return "lasting";
  if (!isDeepStrictEqual(outcome(last.record), outcome(next))) return "lasting";
  return isDeepStrictEqual(timeless(last.record), timeless(next)) ? "no" : "brief";
}

export function noteDecision(
  last: LastDecision | null,
  next: RecordedDecision,
  keeping: "brief" | "lasting",
): LastDecision {
  return { record: next, lastingMs: keeping === "lasting" || last === null ? next.atMs : last.lastingMs };
}

function timeless({ decision, plan }: RecordedDecision): unknown {
  return { decision: { ...decision, atMs: 0 }, plan: { ...plan, atMs: 0 } };
}

/** What an operator would call another decision: not the demand's last digit, but what came of it. */
function outcome({ decision, plan }: RecordedDecision): unknown {
  const roles = [...decision.roles.values()].map(({ role, demand, desired, state, floor }) => [
    role,
    demand.kind,
    desired,
    state,
    floor,
  ]);
  return [roles, decision.spareDesired, decision.held, plan.moves, plan.cancels];
}
