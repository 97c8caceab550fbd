/** The record, as a port: what must survive a kill -9. SQLite implements it; a networked store could, all is asynchronous. */
import type { Decision } from "../core/domain/decision.ts";
import type { MachineName, OperationId, RoleName } from "../core/domain/names.ts";
import type { EffectKind } from "../core/domain/observation.ts";
import type { Operation, OperationOutcome } from "../core/domain/operation.ts";
import type { Plan } from "../core/domain/plan.ts";
import type { PoolState } from "../core/domain/pool-state.ts";
import type { Reading } from "../core/domain/reading.ts";
import type { Enrolment } from "../world/ports.ts";

/** One effect of one operation: written and flushed before the act; the result is added after it (S7). */
export interface Intent {
  readonly id: number;
  readonly operation: OperationId;
  readonly machine: MachineName;
  readonly effect: EffectKind;
  readonly attempt: number;
  readonly atMs: number;
  /** `null` until the effect has settled; still `null` after a crash. */
  readonly result: IntentResult | null;
}

export interface IntentResult {
  readonly ok: boolean;
  readonly code: string | null;
  readonly detail: string | null;
  readonly atMs: number;
}

export interface AuditEntry {
  readonly id: number;
  readonly atMs: number;
  readonly who: string;
  /** `http 127.0.0.1`, `cli`, `daemon`. */
  readonly from: string;
  readonly action: string;
  readonly why: string;
  readonly before: unknown;
  readonly after: unknown;
  /** Why it was refused; `null` when it was done. */
  readonly refused: string | null;
}

export interface FinishedOperation {
  readonly operation: Operation;
  readonly outcome: OperationOutcome;
  readonly why: string;
  readonly endedMs: number;
}

/** A finished tick, as explain and the page read it back. */
export interface RecordedDecision {
  readonly atMs: number;
  readonly decision: Decision;
  readonly plan: Plan;
}

export interface AcceptedConfiguration {
  readonly digest: string;
  readonly acceptedMs: number;
  /** path → text, as they were read. */
  readonly files: ReadonlyMap<string, string>;
}

export interface Store {
  /** `null`: a new or lost store; everything starts in advise mode. */
  loadState(): Promise<PoolState | null>;
  /** All that one tick changed, in one transaction, flushed. */
  saveTick(tick: {
    readonly state: PoolState;
    readonly finished: readonly FinishedOperation[];
    /** Recorded only when it differs from the last one recorded, but at least every ten minutes. */
    readonly decision: RecordedDecision | null;
    readonly demand: ReadonlyMap<RoleName, Reading>;
    readonly atMs: number;
  }): Promise<void>;

  /** Flushed to disk when the promise resolves; throws when it cannot be, and then nothing may be done. */
  beginIntent(intent: Omit<Intent, "id" | "result">): Promise<number>;
  settleIntent(id: number, result: IntentResult): Promise<void>;
  /** All intents of the unfinished operations, oldest first. */
  openIntents(): Promise<readonly Intent[]>;
  intentsOf(operation: OperationId): Promise<readonly Intent[]>;

  enrolment(machine: MachineName): Promise<Enrolment | null>;
  saveEnrolment(machine: MachineName, enrolment: Enrolment): Promise<void>;

  acceptedConfiguration(): Promise<AcceptedConfiguration | null>;
  saveAcceptedConfiguration(accepted: AcceptedConfiguration): Promise<void>;

  audit(entry: Omit<AuditEntry, "id">): Promise<void>;
  auditLog(page: { readonly limit: number; readonly beforeId?: number | undefined }): Promise<readonly AuditEntry[]>;

  decisions(page: {
    readonly limit: number;
    readonly beforeMs?: number | undefined;
  }): Promise<readonly RecordedDecision[]>;
  finishedOperations(page: {
    readonly limit: number;
    readonly beforeMs?: number | undefined;
    readonly machine?: MachineName | undefined;
  }): Promise<readonly FinishedOperation[]>;
  demandHistory(role: RoleName, fromMs: number, toMs: number): Promise<readonly { atMs: number; reading: Reading }[]>;

  /** Deletes what retention no longer keeps. */
  prune(nowMs: number): Promise<void>;
  close(): Promise<void>;
}
