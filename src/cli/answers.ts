/** What the API answers, by the types of the very functions that make the answers. */
import type { InTheWay } from "../control/held-back.ts";
import type { StorageServerStatus } from "../control/storage-status.ts";
import type { Override } from "../core/domain/override.ts";
import type { rolloutView } from "../http/rollout-view.ts";
import type { tokenView } from "../http/token-routes.ts";
import type { finishedView, machineViews, rotaView, statusView } from "../http/views.ts";

export type StatusAnswer = ReturnType<typeof statusView>;
/** Once a tick has ended. */
export type PoolStatus = Extract<StatusAnswer, { readonly mode: unknown }>;
export type RoleAnswer = PoolStatus["roles"][number];
export type OperationAnswer = PoolStatus["operations"][number];

export type MachineAnswer = ReturnType<typeof machineViews>[number];
export interface MachineWithHistory extends MachineAnswer {
  readonly history: readonly ReturnType<typeof finishedView>[];
}
export interface MachinesAnswer {
  readonly machines: readonly MachineAnswer[];
}

export type RolloutAnswer = ReturnType<typeof rolloutView>;
export type RotaAnswer = ReturnType<typeof rotaView>;

export type TokenAnswer = ReturnType<typeof tokenView>;
export interface TokenMade extends TokenAnswer {
  /** Shown this once. */
  readonly token: string;
}

export interface StorageAnswer {
  readonly servers: readonly StorageServerStatus[];
}

export interface OverrideSet extends Override, InTheWay {}

export const isTicking = (status: StatusAnswer): status is PoolStatus => "mode" in status;
