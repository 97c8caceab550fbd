/** A preview's shapes: what can be asked, and what is answered. */
import type { MachineName, OperationId, Placement, RoleName } from "../core/domain/names.ts";
import type { OverrideAct, OverrideScope } from "../core/domain/override.ts";
import type { NotDone } from "../core/domain/plan.ts";
import type { RolloutRequest } from "../core/rollout/begin-rollout.ts";

/**
 * What can be previewed: what sets an override, what ends one, a machine's way out of quarantine, an order
 * about a file server or a roll-out.
 */
export type PreviewedAct =
  | OverrideAct
  | { readonly kind: "resume"; readonly scope: OverrideScope }
  | { readonly kind: "unpin" | "unforceMachine" | "endMaintenance" | "unquarantine"; readonly machine: MachineName }
  | { readonly kind: "unforceRole"; readonly role: RoleName }
  | { readonly kind: "failOver" | "failBack"; readonly server: string }
  | { readonly kind: "pauseRollout" | "resumeRollout"; readonly role: RoleName }
  | { readonly kind: "abortRollout"; readonly role: RoleName; readonly keep: boolean }
  | ({ readonly kind: "startRollout" } & Omit<RolloutRequest, "author" | "reason">);

export interface PreviewRequest {
  readonly act: PreviewedAct;
  readonly author: string;
  readonly reason: string;
  readonly expiresMs: number | null;
  readonly overrideFloor: boolean;
}

export interface PreviewedMove {
  readonly machine: MachineName;
  readonly from: Placement;
  readonly to: Placement;
  readonly why: string;
}

/** The desired counts of one role, without and with the change. */
export interface PreviewedRole {
  readonly role: RoleName;
  /** The higher of the floors before and after: an overridden one is still shown. */
  readonly floor: number;
  readonly before: number;
  readonly after: number;
  /** The fewest that count for the floor while these moves are made. */
  readonly lowest: number;
  /** Machines above the floor afterwards; below 0: under it. */
  readonly margin: number;
}

/** What differs, with the change and without it. */
export interface Found {
  /** What would begin in the next tick, and would not without the change. */
  readonly moves: readonly PreviewedMove[];
  /** What would begin without it, and does not with it. */
  readonly prevented: readonly PreviewedMove[];
  readonly cancels: readonly { readonly operation: OperationId; readonly machine: MachineName; readonly why: string }[];
  readonly notDone: readonly NotDone[];
  readonly roles: readonly PreviewedRole[];
  /** What it contradicts, or what keeps it from taking effect: one sentence each. */
  readonly conflicts: readonly string[];
  /** Machines that come to another place, or are rebooted, in all; those that limits put off included. */
  readonly machines: number;
}

export interface Preview extends Found {
  /**
   * Asked twice: what is about the whole pool or a file server, reboots a whole role, overrides a floor, takes a role to its floor or below, or moves more than 3
   * machines or a tenth of the pool.
   */
  readonly severe: boolean;
  /** What must be typed before a severe change: the role's or the machine's name, or `pool`. */
  readonly confirm: string | null;
  /** All of that but the conflicts, in sentences. */
  readonly text: readonly string[];
}
