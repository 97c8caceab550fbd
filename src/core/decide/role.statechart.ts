/**
 * The role chart: from what a role would like to what it may have, and in the end to what it gets. One chart per role.
 *
 * Each tick asks one ordered list of questions, and the first that fits names the state: an operator's word comes first
 * (paused, forced), then doubt (blind, suspect), then rest after a change (cooling), and only then demand, which must last
 * for its hold before it is followed. The state and the elapsed holds give the permitted range. After the allocation has
 * shared the pool within all ranges, COMMIT writes the desired count; it exists nowhere else.
 *
 * Time is watched time, added up tick by tick in the context: a restart loses no hold, and downtime adds nothing to one.
 */
import { assign, setup } from "xstate";
import { z } from "zod";
import { begin, type Chart, step } from "../domain/chart.ts";
import type { ChartSnapshot } from "../domain/operation.ts";
import { type RoleEvidence, wantsFewer, wantsMore } from "./role-evidence.ts";
import { holdsSchema, newHolds, nextHolds } from "./role-holds.ts";
import { permit, type RoleState } from "./role-permits.ts";

export const roleContextSchema = z.object({
  holds: holdsSchema,
  permitted: z.object({
    min: z.number(),
    max: z.number(),
    keep: z.number(),
    asks: z.number(),
    wish: z.number(),
    reasons: z.array(z.string()).readonly(),
  }),
  /** Machines, those on their way included; null until the first decision. */
  desired: z.number().nullable(),
  reasons: z.array(z.string()).readonly(),
});

export type RoleContext = z.output<typeof roleContextSchema>;
export type RoleEvent =
  | { readonly type: "TICK"; readonly evidence: RoleEvidence }
  | { readonly type: "COMMIT"; readonly count: number; readonly reasons: readonly string[] };

interface Seen {
  readonly context: RoleContext;
  readonly event: RoleEvent;
}

/** Guards and permits are asked on TICK only; COMMIT carries no evidence. */
const evidenceIn = ({ event }: Seen): RoleEvidence => {
  if (event.type !== "TICK") throw new Error(`${event.type} carries no evidence`);
  return event.evidence;
};
const holdsAfter = (seen: Seen) => nextHolds(seen.context.holds, evidenceIn(seen));

export const roleGuards = {
  isPaused: (seen: Seen) => evidenceIn(seen).paused?.direction === "both",
  /** A range is a bound on what demand decides; one count leaves nothing to decide. */
  isForced: (seen: Seen) => {
    const { forced } = evidenceIn(seen);
    return forced !== null && forced.min === forced.max;
  },
  isBlind: (seen: Seen) => evidenceIn(seen).wanted.count === null,
  isSuspect: (seen: Seen) => wantsFewer(evidenceIn(seen)) && holdsAfter(seen).suspectMs > 0,
  isCooling: (seen: Seen) => holdsAfter(seen).coolMs !== null,
  holdUpIsOver: (seen: Seen) =>
    wantsMore(evidenceIn(seen)) && holdsAfter(seen).upMs >= evidenceIn(seen).policy.holdUpMs,
  wantsMore: (seen: Seen) => wantsMore(evidenceIn(seen)),
  holdDownIsOver: (seen: Seen) =>
    wantsFewer(evidenceIn(seen)) && holdsAfter(seen).downMs >= evidenceIn(seen).policy.holdDownMs,
  wantsFewer: (seen: Seen) => wantsFewer(evidenceIn(seen)),
};

export const permitAs = (seen: Seen, as: RoleState): Partial<RoleContext> => {
  const holds = holdsAfter(seen);
  return { holds, permitted: permit(as, holds, seen.context.desired, evidenceIn(seen)) };
};

/** A change starts the cooling; a first decision is none. */
export const commitDesired = ({ context, event }: Seen): Partial<RoleContext> => {
  if (event.type !== "COMMIT") return {};
  const changed = context.desired !== null && context.desired !== event.count;
  const holds = changed ? { ...context.holds, coolMs: 0 } : context.holds;
  return { desired: event.count, reasons: event.reasons, holds };
};

export const roleMachine = setup({
  types: { context: {} as RoleContext, events: {} as RoleEvent },
  guards: roleGuards,
  actions: {
    permit: assign((seen: Seen, { as }: { as: RoleState }) => permitAs(seen, as)),
    commit: assign(commitDesired),
  },
}).createMachine({
  id: "role",
  context: {
    holds: newHolds(),
    permitted: { min: 0, max: 0, keep: 0, asks: 0, wish: 0, reasons: [] },
    desired: null,
    reasons: [],
  },
  initial: "steady",
  on: {
    TICK: [
      { guard: "isPaused", target: ".paused", actions: { type: "permit", params: { as: "paused" } } },
      { guard: "isForced", target: ".forced", actions: { type: "permit", params: { as: "forced" } } },
      { guard: "isBlind", target: ".blind", actions: { type: "permit", params: { as: "blind" } } },
      { guard: "isSuspect", target: ".suspect", actions: { type: "permit", params: { as: "suspect" } } },
      { guard: "isCooling", target: ".cooling", actions: { type: "permit", params: { as: "cooling" } } },
      { guard: "holdUpIsOver", target: ".growing", actions: { type: "permit", params: { as: "growing" } } },
      { guard: "wantsMore", target: ".pressed", actions: { type: "permit", params: { as: "pressed" } } },
      { guard: "holdDownIsOver", target: ".shrinking", actions: { type: "permit", params: { as: "shrinking" } } },
      { guard: "wantsFewer", target: ".slack", actions: { type: "permit", params: { as: "slack" } } },
      { target: ".steady", actions: { type: "permit", params: { as: "steady" } } },
    ],
    COMMIT: { actions: "commit" },
  },
  states: {
    steady: {},
    pressed: {},
    growing: {},
    slack: {},
    shrinking: {},
    cooling: {},
    blind: {},
    suspect: {},
    forced: {},
    paused: {},
  },
});

export const roleChart: Chart<typeof roleMachine> = { version: 1, machine: roleMachine, context: roleContextSchema };

export const newRole = (): ChartSnapshot => begin(roleChart);
export const stepRole = (role: ChartSnapshot, event: RoleEvent): ChartSnapshot => step(roleChart, role, event);
export const roleContext = (role: ChartSnapshot): RoleContext => role.context as RoleContext;
