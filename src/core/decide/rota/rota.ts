/** The rota: the planned counts of the coming hours, and what they are expected to cost. */
import type { RoleName } from "../../domain/names.ts";

export interface Rota {
  readonly slotMinutes: number;
  readonly roles: readonly RotaLine[];
  /** Machines in no role, and machines on their way, by slot. */
  readonly spare: readonly number[];
  readonly moving: readonly number[];
  /** Moves that begin, by slot. */
  readonly moves: readonly number[];
  readonly cost: RotaCost;
}

export interface RotaLine {
  readonly role: RoleName;
  /** What the role should have now, machines on their way to it included: what a decision of this moment orders. */
  readonly now: number;
  /** Usual machines that serve, by slot. */
  readonly counts: readonly number[];
  readonly unmet: readonly Unmet[];
  /** For the sysadmin: now, the most, the least, and what can't be held. */
  readonly summary: string;
}

/** What of a range the pool can't give, and when: slots `from` to `to`, both included. */
export interface Unmet {
  readonly what: "keep" | "floor" | "min" | "max";
  readonly from: number;
  readonly to: number;
  /** What it should be, and what it is where it is furthest from it. */
  readonly asked: number;
  readonly given: number;
}

/** Expected over all slots, in machine-hours of the rest role. */
export interface RotaCost {
  /** Machines short, weighted by each role's `shortageCost`. */
  readonly shortage: number;
  /** What the rest role could have used and does not have. */
  readonly building: number;
  readonly wear: number;
  /** Of the machines that are on. */
  readonly power: number;
}
