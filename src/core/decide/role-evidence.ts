/** What a role chart is told in a tick: plain numbers and words, so that the chart needs no observation to be tested. */

import type { Wanted } from "../domain/decision.ts";
import { describeForce } from "../domain/describe-override.ts";
import type { Observation } from "../domain/observation.ts";
import { type Direction, forcedRange, type RoleForce } from "../domain/override.ts";
import type { Policy } from "../domain/policy.ts";
import type { Reading } from "../domain/reading.ts";
import { describePause, type Order, type Orders, signed } from "./orders.ts";

export interface RoleEvidence {
  /** Watched ms since the previous tick: what holds grow by. */
  readonly deltaMs: number;
  readonly wanted: Pick<Wanted, "count" | "hungry">;
  /** The role takes the rest: nothing of its own to hold for. */
  readonly rest: boolean;
  /** The demand itself, in its own unit, and the signal that confirms a drop (S18); null: unknown, or not measured. */
  readonly level: number | null;
  readonly confirm: number | null;
  /** Machines that count as the role's, those on their way here included. */
  readonly assigned: number;
  /** Of those, the ones that can't leave: pinned, unmanageable, forced here. */
  readonly stuck: number;
  readonly floor: number;
  /** The role's maximum, or all machines that may take it. */
  readonly ceiling: number;
  readonly paused: { readonly direction: Direction; readonly why: string } | null;
  /** Machines that an operator wants it to have, both ends included; a forced floor is in `floor` already. */
  readonly forced: ForcedRange | null;
  readonly policy: RoleHoldPolicy;
}

export interface ForcedRange {
  readonly min: number;
  readonly max: number;
  readonly why: string;
}

export interface RoleHoldPolicy {
  readonly holdUpMs: number;
  readonly holdDownMs: number;
  readonly coolMs: number;
  /** How long an unconfirmed drop is held; null where demand measures itself and nothing could confirm it. */
  readonly suspectForMs: number | null;
  /** Machines by which one decision may change the role; null: any number. */
  readonly step: number | null;
  readonly blind: "hold" | "grow";
}

/** The part of the evidence that policy, orders and readings tell; counts are the caller's. */
export function evidenceOf(
  policy: Policy,
  orders: Orders,
  observation: Observation,
  counted: Pick<RoleEvidence, "wanted" | "assigned" | "stuck" | "floor" | "ceiling">,
): RoleEvidence {
  const { wanted, assigned, stuck, floor, ceiling } = counted;
  const { demand, hold, machines, blind } = policy;
  const measured = observation.demand.get(policy.role);
  const pause = orders.pausedRoles.get(policy.role);
  const isSeries = demand.kind === "series" || demand.kind === "expression";
  return {
    deltaMs: observation.deltaMs,
    wanted,
    rest: demand.kind === "rest",
    level: wanted.count === null ? null : levelOf(measured?.demand),
    confirm: levelOf(measured?.confirm ?? undefined),
    assigned,
    stuck,
    floor,
    ceiling,
    paused: pause === undefined ? null : { direction: pause.value, why: describePause(policy.role, pause) },
    forced: forcedBy(orders.forcedRoles.get(policy.role)),
    policy: {
      holdUpMs: hold.up,
      holdDownMs: hold.down,
      coolMs: hold.cool,
      suspectForMs: isSeries ? demand.suspectFor : null,
      step: machines.step ?? null,
      blind,
    },
  };
}

function forcedBy(force: Order<RoleForce> | undefined): ForcedRange | null {
  if (force === undefined) return null;
  const { min, max } = forcedRange(force.value);
  return max === null ? null : { min, max, why: signed(`forced ${describeForce(force.value)}`, force.override) };
}

const levelOf = (reading: Reading | undefined): number | null =>
  reading === undefined || reading.kind === "unknown" ? null : reading.value;

/** The wanted count within what the role may have at all; null while it is unknown. */
export function wish({ wanted, floor, ceiling }: RoleEvidence): number | null {
  return wanted.count === null ? null : Math.max(floor, Math.min(wanted.count, ceiling));
}

export const wantsMore = (evidence: RoleEvidence): boolean => {
  if (evidence.rest) return false;
  const wished = wish(evidence);
  const most = evidence.wanted.hungry ? Math.max(evidence.ceiling, evidence.floor) : (wished ?? 0);
  return wished !== null && most > evidence.assigned;
};

export const wantsFewer = (evidence: RoleEvidence): boolean => {
  if (evidence.rest || evidence.wanted.hungry) return false;
  const wished = wish(evidence);
  return wished !== null && wished < evidence.assigned;
};
