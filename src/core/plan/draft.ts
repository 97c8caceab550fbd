/** A plan while it is being made: what stands where once it has run, and what it says so far. */
import { type Assignment, countAssigned } from "../decide/assignment.ts";
import type { Placement, PlanId } from "../domain/names.ts";
import { SPARE } from "../domain/names.ts";
import type { NotDone, Plan, PlannedCancel, PlannedMove } from "../domain/plan.ts";
import type { Ask, Refusal } from "./ask.ts";
import { type Ledger, openLedger, type PlanInput } from "./ledger.ts";
import { planId } from "./plan-id.ts";

export interface Draft {
  readonly input: PlanInput;
  readonly assignment: Assignment;
  readonly ledger: Ledger;
  /** Machines by place, once this plan has run. */
  readonly assigned: Map<Placement, number>;
  readonly moved: Set<string>;
  readonly moves: PlannedMove[];
  readonly cancels: PlannedCancel[];
  readonly notDone: NotDone[];
}

export function beginDraft(input: PlanInput): Draft {
  const { assignment } = input;
  return {
    input,
    assignment,
    ledger: openLedger(input),
    assigned: countAssigned(assignment),
    moved: new Set(),
    moves: [],
    cancels: [],
    notDone: [],
  };
}

export function finishDraft({ input, moves, cancels, notDone }: Draft): Plan {
  const content = { moves, cancels, notDone };
  const id: PlanId = planId(content);
  return { id, atMs: input.observation.wallMs, ...content };
}

/** Plans the move if all limits allow it; else why not. */
export function tryMove(draft: Draft, ask: Ask, reason: string): Refusal | null {
  const allowed = draft.ledger.allow(ask);
  if (!allowed.ok) return allowed.refusal;
  const { machine, facts } = ask.assigned;
  // An undo restores what the link says now, not what was once recorded.
  const fromImage = facts?.link.kind === "image" ? facts.link.image : null;
  const { from, to, manner } = ask;
  draft.moves.push({ machine: machine.name, from, to, fromImage, toImage: allowed.image, manner, reason });
  draft.moved.add(machine.name);
  draft.ledger.spend(ask, allowed.image);
  return null;
}

/** Whose count this place is after the plan; a vanished role wants none. */
export function desiredAt({ input: { decision } }: Draft, place: Placement): number {
  return place === SPARE ? decision.spareDesired : (decision.roles.get(place)?.desired ?? 0);
}

export const assignedAt = ({ assigned }: Draft, place: Placement): number => assigned.get(place) ?? 0;
export const deficitAt = (draft: Draft, place: Placement): number => desiredAt(draft, place) - assignedAt(draft, place);
export const surplusAt = (draft: Draft, place: Placement): number => -deficitAt(draft, place);

export function shift({ assigned }: Draft, from: Placement, to: Placement): void {
  assigned.set(from, (assigned.get(from) ?? 0) - 1);
  assigned.set(to, (assigned.get(to) ?? 0) + 1);
}
