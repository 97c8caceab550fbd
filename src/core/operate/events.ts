/** What changed in a tick, as values; control writes each as one log line. */
import type { MachineName, OperationId, RoleName } from "../domain/names.ts";
import type { Override } from "../domain/override.ts";

export type PoolEvent =
  | {
      readonly kind: "operation";
      readonly operation: OperationId;
      readonly machine: MachineName;
      readonly from: string;
      readonly to: string;
      readonly why: string | null;
    }
  | {
      readonly kind: "rollout";
      readonly role: RoleName;
      readonly from: string;
      readonly to: string;
      readonly why: string | null;
    }
  | {
      readonly kind: "selfReboot" | "unmanageable" | "manageable" | "released";
      readonly machine: MachineName;
      readonly why: string;
    }
  /** A file server changed its state, by the storage chart's names. */
  | { readonly kind: "storage"; readonly server: string; readonly from: string; readonly to: string }
  /** Its end comes soon, told once; or it came by itself. An operator's own end of it is in the audit log. */
  | {
      readonly kind: "overrideEnding" | "overrideEnded";
      readonly override: Override;
      /** `pause of the whole pool`. */
      readonly what: string;
    };
