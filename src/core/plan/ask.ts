/** A move that the plan asks its limits about, and their refusal. */
import type { AssignedMachine } from "../decide/assignment.ts";
import type { ImageName, Placement } from "../domain/names.ts";
import type { Manner } from "../domain/operation.ts";

export interface Refusal {
  readonly why: string;
  /** Wall-clock ms from which this reason no longer holds, where known. */
  readonly notBeforeMs: number | null;
}

/** For as long as it is so. */
export const now = (why: string): Refusal => ({ why, notBeforeMs: null });

export interface Ask {
  readonly assigned: AssignedMachine;
  readonly from: Placement;
  readonly to: Placement;
  readonly manner: Manner;
  /** The version that it shall boot, null: none, it is switched off; absent: what the place's channel means now. */
  readonly image?: ImageName | null;
  /** When an operator ordered it, wall-clock ms; null: nobody did. */
  readonly orderedMs: number | null;
  /** An operator's order, or a machine on its way out of the fleet: it need not have kept its role for long. */
  readonly ignoresDwell: boolean;
  /** Ordered with --override-floor. */
  readonly overridesFloor: boolean;
}
