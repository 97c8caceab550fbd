/** The record, as a port: what must survive a kill -9. SQLite implements it; a networked store could, all is asynchronous. */
import type { Decision } from "../core/domain/decision.ts";
import type { MachineName, OperationId, RoleName } from "../core/domain/names.ts";
import type { EffectKind } from "../core/domain/observation.ts";
import type { FinishedOperation } from "../core/domain/operation.ts";
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

/** An API token. The token itself (256 random bits) is shown once and kept nowhere; only its SHA-256 is at rest. */
export interface ApiToken {
  readonly name: string;
  /** SHA-256 of the token, 64 lower-case hex digits. */
  readonly hash: string;
  readonly scope: "read" | "write";
  readonly createdMs: number;
  /** Wall-clock ms from which it opens nothing any more; `null`: never. */
  readonly expiresMs: number | null;
}

/** What a page of history asks for: newest first, strictly before `beforeMs`. */
export interface HistoryPage {
  readonly limit: number;
  readonly beforeMs?: number | undefined;
}

export interface DemandPoint {
  readonly atMs: number;
  readonly reading: Reading;
}

/** Every method throws a `StoreError` when the record cannot be read or written; then nothing may be done on its word. */
export interface Store {
  /** A random id, made once with the store: names it in the owner file of the TFTP root (S6). */
  storeId(): Promise<string>;

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

  /**
   * Flushed to disk when the promise resolves; throws when it cannot be, and then nothing may be done. Ids only grow, also
   * over restarts and retention. Throws for an operation that has ended: nothing may act for it any more.
   */
  beginIntent(intent: Omit<Intent, "id" | "result">): Promise<number>;
  /** The first result stands; a second one, or one of an unknown intent, is a bug and throws. */
  settleIntent(id: number, result: IntentResult): Promise<void>;
  /** All intents of the unfinished operations, oldest first. */
  openIntents(): Promise<readonly Intent[]>;
  intentsOf(operation: OperationId): Promise<readonly Intent[]>;

  enrolment(machine: MachineName): Promise<Enrolment | null>;
  saveEnrolment(machine: MachineName, enrolment: Enrolment): Promise<void>;

  acceptedConfiguration(): Promise<AcceptedConfiguration | null>;
  saveAcceptedConfiguration(accepted: AcceptedConfiguration): Promise<void>;

  /** A token of the same name is replaced. Throws unless `hash` is a SHA-256, so that no token itself can land here. */
  saveToken(token: ApiToken): Promise<void>;
  tokens(): Promise<readonly ApiToken[]>;
  /** `false`: there is no token of this name. */
  revokeToken(name: string): Promise<boolean>;

  /** Small learned things, as JSON (Maps and Infinity survive too); `null` when never saved. The reader checks the shape. */
  setting(key: string): Promise<unknown>;
  saveSetting(key: string, value: unknown): Promise<void>;

  /** Append-only. */
  audit(entry: Omit<AuditEntry, "id">): Promise<void>;
  auditLog(page: { readonly limit: number; readonly beforeId?: number | undefined }): Promise<readonly AuditEntry[]>;

  /** A page never splits equal times, so it may be longer than `limit`: paging by `beforeMs` loses nothing. */
  decisions(page: HistoryPage): Promise<readonly RecordedDecision[]>;
  /** As `decisions`; by the time of their end. */
  finishedOperations(
    page: HistoryPage & { readonly machine?: MachineName | undefined },
  ): Promise<readonly FinishedOperation[]>;
  /** One point a minute at most, the minute's last reading; both ends included, oldest first. */
  demandHistory(role: RoleName, fromMs: number, toMs: number): Promise<readonly DemandPoint[]>;

  /** Deletes what retention no longer keeps. */
  prune(nowMs: number): Promise<void>;
  close(): Promise<void>;
}
