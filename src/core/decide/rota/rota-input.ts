/**
 * What a rota is made from. Counts are of usual machines (`usual-machines.ts`); slots are of equal length and count from now. A
 * list by slot may be shorter than the rota: its last element holds on.
 */
import type { RoleName } from "../../domain/names.ts";

export interface RotaInput {
  readonly slotMinutes: number;
  readonly slots: number;
  /** The upper quantile of what a move takes; the machine serves nobody meanwhile. */
  readonly moveMinutes: number;
  /** One move beyond the minutes that it takes, in machine-hours of the rest role. */
  readonly wear: number;
  readonly roles: readonly RotaRole[];
  readonly spare: RotaSpare;
  /** The most moves that may begin, by slot; 0 where the windows are closed. Absent: any number. */
  readonly moves?: readonly number[];
}

export interface RotaRole {
  readonly role: RoleName;
  readonly use: RotaUse;
  /** Machines that are there now, and those on their way; the latter can't be called back. */
  readonly present: number;
  readonly arriving: readonly Arrival[];
  /** All that may take the role, present and arriving ones included: never more are planned. */
  readonly able: number;
  /** By slot. */
  readonly ranges: readonly RotaRange[];
}

export interface Arrival {
  readonly machines: number;
  readonly inMinutes: number;
}

/** What machines are good for. Costs in machine-hours of the rest role. */
export type RotaUse =
  | {
      readonly kind: "measured";
      /** One machine-hour short. */
      readonly shortageCost: number;
      /** By slot: equally likely needs in machines, rising. A role that only holds its count needs just that. */
      readonly needs: readonly Float64Array[];
    }
  | {
      readonly kind: "rest";
      /** As above, where its own need is measured; null: it could use any number. */
      readonly needs: readonly Float64Array[] | null;
    };

/**
 * What a role should have in a slot, machines. Where not all of it can be had, `max` and `min` give way first, then `floor`, and
 * `keep` last: that is what not even another role's floor may take.
 */
export interface RotaRange {
  readonly keep: number;
  readonly floor: number;
  readonly min: number;
  readonly max: number;
}

/** Machines in no role. */
export interface RotaSpare {
  readonly present: number;
  readonly arriving: readonly Arrival[];
  /** Machines that no role gets while every demand is met. */
  readonly reserve: number;
  /** What the power of a machine costs while it is on, in machine-hours of the rest role an hour; 0 where spare ones stay on. */
  readonly powerPrice: number;
}

/** The element for a slot of a list whose last element holds on. */
export function inSlot<T>(list: readonly T[], slot: number): T | undefined {
  return list[Math.min(slot, list.length - 1)];
}
