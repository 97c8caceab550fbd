/** The permitted range of a role in each state of its chart, and the sentence that explains it. */
import type { PermittedRange } from "../domain/decision.ts";
import { describeDuration } from "../domain/units.ts";
import { type RoleEvidence, wish } from "./role-evidence.ts";
import type { Holds } from "./role-holds.ts";

export type RoleState =
  | "steady"
  | "pressed"
  | "growing"
  | "slack"
  | "shrinking"
  | "cooling"
  | "blind"
  | "suspect"
  | "forced"
  | "paused";

/**
 * `min` is what holds before other roles' wishes are met, `max` is all that the role may get; both count machines that are
 * the role's already or on their way to it, and the allocation chooses between them.
 */
export interface Permit extends PermittedRange {
  /**
   * Machines that not even another role's floor may take: those of a role whose demand is unknown or suspect, or that is
   * paused.
   */
  readonly keep: number;
  /** What the role asks for by its demand. Above it, up to `max`, a hungry role takes only what nobody else wants. */
  readonly asks: number;
  /** What demand wants, whatever hold is on: its weight against roles whose shortage costs as much. */
  readonly wish: number;
}

interface Span {
  readonly min: number;
  readonly max: number;
  readonly reason: string;
}

/** Operators' orders stand over demand and its holds: a force first, then a pause, which leaves of the force what it may. */
export function permit(state: RoleState, holds: Holds, desired: number | null, evidence: RoleEvidence): Permit {
  const own = state === "forced" ? permitForced(evidence) : permitAsOf(state, holds, desired, evidence);
  return state === "paused" ? own : closedOneWay(withinForced(own, evidence), evidence);
}

function permitAsOf(
  state: Exclude<RoleState, "forced">,
  holds: Holds,
  desired: number | null,
  evidence: RoleEvidence,
): Permit {
  const { assigned, floor, stuck, wanted } = evidence;
  const keep = state === "blind" || state === "suspect" || state === "paused" ? assigned : 0;
  const least = state === "paused" ? assigned : Math.max(floor, stuck);
  const span = stepped(spanOf(state, holds, desired, evidence), evidence);
  // A floor waits neither for a hold nor for a step (S1).
  const min = Math.max(span.min, least);
  const max = Math.max(span.max, min);
  const asks = wanted.hungry && !keep ? Math.max(min, Math.min(wish(evidence) ?? min, max)) : max;
  const reasons = [span.reason];
  if (assigned < least) reasons.push(`its floor of ${floor} waits for no hold`);
  if (stuck > span.max) reasons.push(`${stuck} machines can't leave it`);
  return { min, max, keep, asks, wish: wish(evidence) ?? assigned, reasons };
}

function spanOf(
  state: Exclude<RoleState, "forced">,
  holds: Holds,
  desired: number | null,
  evidence: RoleEvidence,
): Span {
  const { assigned, floor, ceiling, wanted, policy } = evidence;
  const wished = wish(evidence) ?? assigned;
  const most = wanted.hungry ? Math.max(ceiling, floor) : wished;
  const held = { min: assigned, max: assigned };
  switch (state) {
    case "steady":
      return { min: floor, max: most, reason: evidence.rest ? "takes the rest" : `has the ${assigned} that it wants` };
    case "pressed":
      return { min: floor, max: assigned, reason: `hold up: ${elapsed(holds.upMs, policy.holdUpMs)}` };
    case "growing":
      return { min: floor, max: most, reason: `may grow from ${assigned} to ${most}` };
    case "slack":
      return { ...held, reason: `hold down: ${elapsed(holds.downMs, policy.holdDownMs)}` };
    case "shrinking":
      return { min: floor, max: wished, reason: `may shrink from ${assigned} to ${wished}` };
    case "cooling": {
      const kept = desired ?? assigned;
      // A role that takes the rest never keeps a costlier one waiting for its own rest.
      const min = wanted.hungry ? floor : Math.min(assigned, kept);
      return { min, max: kept, reason: `cooling at ${kept}: ${elapsed(holds.coolMs ?? 0, policy.coolMs)}` };
    }
    case "blind":
      return permitBlind(holds, evidence);
    case "suspect":
      return { ...held, reason: describeSuspicion(holds, evidence) };
    case "paused":
      return { ...held, reason: describePaused(evidence) };
  }
}

/** Unknown is not zero: a dead Prometheus never drains a role (S2). */
function permitBlind(holds: Holds, { assigned, ceiling, policy }: RoleEvidence): Span {
  if (policy.blind === "hold") return { min: assigned, max: assigned, reason: `demand unknown, holding ${assigned}` };
  if (holds.blindMs < policy.holdUpMs) {
    const reason = `demand unknown, may grow after ${elapsed(holds.blindMs, policy.holdUpMs)}`;
    return { min: assigned, max: assigned, reason };
  }
  const max = Math.max(assigned, ceiling);
  return { min: assigned, max, reason: `demand unknown, may grow from ${assigned} to ${max}` };
}

function describeSuspicion(holds: Holds, { level, confirm, assigned, policy }: RoleEvidence): string {
  const trusted = holds.trustedLevel ?? 0;
  const percent = trusted > 0 ? Math.round(100 * (1 - (level ?? 0) / trusted)) : 100;
  const other = confirm === null ? "nothing confirms it" : "the confirming signal does not show it";
  const held = elapsed(holds.suspectMs, policy.suspectForMs ?? 0);
  return `demand fell by ${percent} % from ${Math.round(trusted)} and ${other}: holding ${assigned}, ${held}`;
}

/** The step limits one decision's change, in both directions. */
function stepped(span: Span, { assigned, policy }: RoleEvidence): Span {
  if (policy.step === null) return span;
  const [low, high] = [assigned - policy.step, assigned + policy.step];
  const max = Math.max(low, Math.min(span.max, high));
  const min = Math.min(max, Math.max(span.min, low));
  const limited = max === span.max ? "" : `, at most ${policy.step} at a time`;
  return { min, max, reason: `${span.reason}${limited}` };
}

const describePaused = ({ paused, forced, assigned }: RoleEvidence): string =>
  `${paused?.why}, staying at ${assigned}${forced === null ? "" : `; until then ${forced.why} waits`}`;

/** An operator's count replaces every hold, but its floor and its maximum stay. */
function permitForced({ forced, floor, ceiling, stuck, assigned }: RoleEvidence): Permit {
  const asked = forced?.min ?? assigned;
  const count = Math.max(floor, Math.min(asked, ceiling));
  const reasons = [forced?.why ?? "forced"];
  if (count > asked) reasons.push(`held back by its floor of ${floor}`);
  if (count < asked) reasons.push(`held back by its maximum of ${ceiling}`);
  const min = Math.max(count, stuck);
  if (min > count) reasons.push(`${stuck} machines can't leave it`);
  return { min, max: min, keep: 0, asks: min, wish: min, reasons };
}

/** Demand and its holds go on within a forced range; to its ends no hold is waited for. */
function withinForced(own: Permit, { forced, floor, ceiling, stuck }: RoleEvidence): Permit {
  if (forced === null || forced.min === forced.max) return own;
  const low = Math.min(forced.min, ceiling);
  const high = Math.max(forced.max, floor, stuck, low);
  const reasons = [...own.reasons, forced.why];
  if (low < forced.min) reasons.push(`held back by its maximum of ${ceiling}`);
  if (high > forced.max)
    reasons.push(stuck > floor ? `${stuck} machines can't leave it` : `held back by its floor of ${floor}`);
  return { ...bounded(own, low, high), reasons };
}

/** A pause that closes the role one way: what it has is the most, or the least, that it may have. */
function closedOneWay(own: Permit, { paused, assigned }: RoleEvidence): Permit {
  if (paused === null) return own;
  const reasons = [...own.reasons, paused.why];
  if (paused.direction === "in") return { ...bounded(own, 0, assigned), reasons };
  return { ...bounded(own, assigned, Number.POSITIVE_INFINITY), keep: assigned, reasons };
}

function bounded(own: Permit, low: number, high: number): Permit {
  const within = (count: number): number => Math.max(low, Math.min(count, high));
  const { min, max, keep, asks, wish } = own;
  return {
    ...own,
    min: within(min),
    max: within(max),
    keep: Math.min(keep, high),
    asks: within(asks),
    wish: within(wish),
  };
}

const elapsed = (ms: number, ofMs: number): string => `${describeDuration(ms)} of ${describeDuration(ofMs)}`;
