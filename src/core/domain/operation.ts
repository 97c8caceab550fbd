/** One machine's way to another role, or through a reboot to its own again, from its reason to its end. */
import type { ImageName, MachineName, OperationId, Placement, PlanId } from "./names.ts";

/** A statechart's state as it is stored: schema-checked and migrated when read back. */
export interface ChartSnapshot {
  readonly version: number;
  readonly value: unknown;
  readonly context: unknown;
}

/**
 * How a machine leaves what it runs. `usual`: drained, then softly off. `hard`: neither, for a machine whose file system is
 * dead can do neither; its power is cut. `drainOnly`: drained, and left as it runs, for somebody to work on.
 */
export type Manner = "usual" | "hard" | "drainOnly";

export interface Operation {
  readonly id: OperationId;
  readonly machine: MachineName;
  readonly from: Placement;
  readonly to: Placement;
  /** What the machine ran, so that an undo can restore the link; `null` when it was off with no link. */
  readonly fromImage: ImageName | null;
  /** What it shall run; `null` for a spare that is only switched off. */
  readonly toImage: ImageName | null;
  readonly manner: Manner;
  readonly reason: string;
  readonly plan: PlanId;
  readonly startedMs: number;
  readonly chart: ChartSnapshot;
}

/** `stranded`: past its power-off, the file server that it was to boot from died. It is no failure of the machine's. */
export type OperationOutcome = "done" | "undone" | "quarantined" | "stranded";

export interface FinishedOperation {
  readonly operation: Operation;
  readonly outcome: OperationOutcome;
  readonly why: string;
  readonly endedMs: number;
}
