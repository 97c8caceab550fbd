/** What changed in a tick, as values; control writes each as one log line. */
import type { MachineName, OperationId } from "../domain/names.ts";

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
      readonly kind: "selfReboot" | "unmanageable" | "manageable" | "released";
      readonly machine: MachineName;
      readonly why: string;
    };
