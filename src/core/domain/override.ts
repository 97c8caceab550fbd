/** An operator's word: a pause, a pin, a force or a maintenance. Each has an author, a reason and an expiry, and survives restarts (S12). */
import type { MachineName, OverrideId, Placement, RoleName } from "./names.ts";

export type OverrideScope =
  | { readonly kind: "pool" }
  | { readonly kind: "role"; readonly role: RoleName }
  | { readonly kind: "machine"; readonly machine: MachineName };

/** Which way a pause closes a role: no machine may come in, none may go out, or both. Of pool and machine always both. */
export type Direction = "in" | "out" | "both";

/** What a role is forced to, in machines. */
export type RoleForce =
  | { readonly kind: "forceCount"; readonly role: RoleName; readonly count: number }
  /** Demand decides within it; both ends included. */
  | { readonly kind: "forceRange"; readonly role: RoleName; readonly min: number; readonly max: number }
  /** The role's floor for a time: it waits for no hold, and no drain goes below it. */
  | { readonly kind: "forceFloor"; readonly role: RoleName; readonly floor: number };

export type OverrideAct =
  /** Blocks new operations in its scope; those in flight reach a safe state. */
  | { readonly kind: "pause"; readonly scope: OverrideScope; readonly direction: Direction }
  /** "Do not touch this machine." */
  | { readonly kind: "pin"; readonly machine: MachineName }
  | { readonly kind: "forceMachine"; readonly machine: MachineName; readonly to: Placement }
  /** Somebody works on the machine: it is drained and kept out, switched off or left as it runs. */
  | { readonly kind: "maintain"; readonly machine: MachineName; readonly power: "off" | "on" }
  | RoleForce;

export interface Override {
  readonly id: OverrideId;
  readonly act: OverrideAct;
  readonly author: string;
  readonly reason: string;
  readonly createdMs: number;
  /** Wall-clock ms; null: until it is ended. Only a pause of the pool may lack an end, when that was said on purpose. */
  readonly expiresMs: number | null;
  /** Said on purpose: this force may go below a floor. Audited. */
  readonly overrideFloor: boolean;
  /** That it ends soon was told; once, over every restart. */
  readonly warned?: boolean | undefined;
}

/** Expiry counts by the wall clock, downtime included: an order of last night must not bind tomorrow (S12). */
export const isInForce = ({ expiresMs }: Pick<Override, "expiresMs">, wallMs: number): boolean =>
  expiresMs === null || expiresMs > wallMs;

/** An override is told of so long before it ends, or a tenth of its life before where that is less. */
const LONGEST_WARNING_MS = 900_000;

/** From then on it is said to end soon. */
export function endsSoon({ createdMs, expiresMs }: Override, wallMs: number): boolean {
  if (expiresMs === null) return false;
  return expiresMs - wallMs <= Math.min(LONGEST_WARNING_MS, (expiresMs - createdMs) / 10);
}

/** What an override is about, in words; two with the same aim can't both hold. */
export const aim = {
  pause: (scope: OverrideScope): string => {
    if (scope.kind === "pool") return "pause pool";
    return scope.kind === "role" ? `pause role ${scope.role}` : `pause machine ${scope.machine}`;
  },
  pin: (machine: MachineName): string => `pin machine ${machine}`,
  forceMachine: (machine: MachineName): string => `force machine ${machine}`,
  maintain: (machine: MachineName): string => `maintain machine ${machine}`,
  forceRole: (role: RoleName): string => `force role ${role}`,
} as const;

export function aimOf(act: OverrideAct): string {
  switch (act.kind) {
    case "pause":
      return aim.pause(act.scope);
    case "pin":
      return aim.pin(act.machine);
    case "forceMachine":
      return aim.forceMachine(act.machine);
    case "maintain":
      return aim.maintain(act.machine);
    case "forceCount":
    case "forceRange":
    case "forceFloor":
      return aim.forceRole(act.role);
  }
}

export const isRoleForce = (act: OverrideAct): act is RoleForce =>
  act.kind === "forceCount" || act.kind === "forceRange" || act.kind === "forceFloor";

/** Machines between which a force holds its role; `max` null: as many as it otherwise may have. */
export function forcedRange(force: RoleForce): { readonly min: number; readonly max: number | null } {
  switch (force.kind) {
    case "forceCount":
      return { min: force.count, max: force.count };
    case "forceRange":
      return { min: force.min, max: force.max };
    case "forceFloor":
      return { min: force.floor, max: null };
  }
}
