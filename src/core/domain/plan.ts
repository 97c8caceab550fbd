/** Immutable, ordered intent: what to start, what to call off, and what was not done and why. Act makes no choices. */
import type { ImageName, MachineName, OperationId, Placement, PlanId, RoleName } from "./names.ts";
import type { Manner } from "./operation.ts";

export interface PlannedMove {
  readonly machine: MachineName;
  readonly from: Placement;
  readonly to: Placement;
  readonly fromImage: ImageName | null;
  readonly toImage: ImageName | null;
  readonly manner: Manner;
  readonly reason: string;
}

export interface PlannedCancel {
  readonly operation: OperationId;
  readonly reason: string;
}

export interface NotDone {
  /** The role that goes without, or the machine that stays. */
  readonly subject: RoleName | MachineName | "spare" | "pool";
  readonly what: string;
  readonly why: string;
  /** Wall-clock ms from which it may be done, where that is known. */
  readonly notBeforeMs: number | null;
}

export interface Plan {
  /** A digest of what it would do: a plan for the same acts has the same id. */
  readonly id: PlanId;
  readonly atMs: number;
  readonly moves: readonly PlannedMove[];
  readonly cancels: readonly PlannedCancel[];
  readonly notDone: readonly NotDone[];
}
