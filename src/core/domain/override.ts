/** An operator's word: a pause, a pin or a force. Each has an author, a reason and an expiry, and survives restarts (S12). */
import type { MachineName, OverrideId, Placement, RoleName } from "./names.ts";

export type OverrideScope =
  | { readonly kind: "pool" }
  | { readonly kind: "role"; readonly role: RoleName }
  | { readonly kind: "machine"; readonly machine: MachineName };

export type OverrideAct =
  /** Blocks new operations in its scope; those in flight reach a safe state. */
  | { readonly kind: "pause"; readonly scope: OverrideScope }
  /** "Do not touch this machine." */
  | { readonly kind: "pin"; readonly machine: MachineName }
  | { readonly kind: "forceMachine"; readonly machine: MachineName; readonly to: Placement }
  | { readonly kind: "forceCount"; readonly role: RoleName; readonly count: number };

export interface Override {
  readonly id: OverrideId;
  readonly act: OverrideAct;
  readonly author: string;
  readonly reason: string;
  readonly createdMs: number;
  readonly expiresMs: number;
  /** Said on purpose: this force may go below a floor. Audited. */
  readonly overrideFloor: boolean;
}
