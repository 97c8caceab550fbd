/** What the API answers, by the types of the very functions that make the answers. Types only: nothing of them runs here. */

import type { Override } from "../../core/domain/override.ts";
import type { NotDone, Plan } from "../../core/domain/plan.ts";
import type { TimelineAnswer } from "../../http/timeline-route.ts";
import type { finishedView, machineViews, recordedView, rotaView, statusView } from "../../http/views.ts";
import type { ApiToken, AuditEntry } from "../../store/store.ts";

export type { TimelineAnswer };
export type StatusAnswer = ReturnType<typeof statusView>;
/** Once a tick has ended. */
export type PoolStatus = Extract<StatusAnswer, { readonly mode: unknown }>;
export type RoleAnswer = PoolStatus["roles"][number];
export type OperationAnswer = PoolStatus["operations"][number];
export type RolloutAnswer = PoolStatus["rollouts"][number];
export type StorageAnswer = PoolStatus["storage"][number];
export type FinishedAnswer = ReturnType<typeof finishedView>;
export type OverrideAnswer = Override;
export type PlanAnswer = Plan;
export type NotDoneAnswer = NotDone;
export type DecisionAnswer = ReturnType<typeof recordedView>;
export type RotaAnswer = ReturnType<typeof rotaView>;
export type AuditAnswer = AuditEntry;
export type OwnTokenAnswer = Pick<ApiToken, "name" | "scope" | "expiresMs">;
export type TimelineRole = TimelineAnswer["roles"][number];

export type MachineAnswer = ReturnType<typeof machineViews>[number] & { readonly history: readonly FinishedAnswer[] };

export interface OperationsAnswer {
  readonly operations: readonly OperationAnswer[];
  readonly finished: readonly FinishedAnswer[];
}

export interface RolloutsAnswer {
  readonly rollouts: readonly RolloutAnswer[];
}

export const isTicking = (status: StatusAnswer | null): status is PoolStatus => status !== null && "mode" in status;
