/** The record in memory: for tests, the demo, the dry run and the simulator. It keeps what it is given, and copies nothing. */
import type { MachineName, OperationId, RoleName } from "../core/domain/names.ts";
import type { FinishedOperation } from "../core/domain/operation.ts";
import type { PoolState } from "../core/domain/pool-state.ts";
import type { Enrolment } from "../world/ports.ts";
import { BRIEF_FOR_MS, keepingOf, type LastDecision, noteDecision } from "./decision-record.ts";
import type { Retention } from "./retention.ts";
import { apiTokenShape } from "./shapes.ts";
import type {
  AcceptedConfiguration,
  ApiToken,
  AuditEntry,
  DemandPoint,
  HistoryPage,
  Intent,
  IntentResult,
  RecordedDecision,
  Store,
} from "./store.ts";
import { endedMessage, minuteOf, settledMessage, unknownMessage } from "./store-rules.ts";

export interface MemoryStoreOptions extends Partial<Retention> {
  readonly id?: string;
}

const DAY_MS = 86_400_000;

/** One per controller: nothing is shared, nothing outlives the process. */
export function openMemoryStore(options: MemoryStoreOptions = {}): Store {
  return new MemoryStore(options);
}

class MemoryStore implements Store {
  readonly #id: string;
  readonly #retention: Retention;
  #state: PoolState | null = null;
  #lastDecision: LastDecision | null = null;
  #decisions: { readonly record: RecordedDecision; readonly lasting: boolean }[] = [];
  readonly #finished = new Map<OperationId, FinishedOperation>();
  readonly #intents = new Map<OperationId, Intent[]>();
  readonly #operationOfIntent = new Map<number, OperationId>();
  #lastIntent = 0;
  readonly #demand = new Map<RoleName, Map<number, DemandPoint>>();
  readonly #enrolments = new Map<MachineName, Enrolment>();
  readonly #tokens = new Map<string, ApiToken>();
  readonly #settings = new Map<string, unknown>();
  readonly #audit: AuditEntry[] = [];
  #accepted: AcceptedConfiguration | null = null;

  constructor({ id = "memory", keepDecisionsMs = 90 * DAY_MS, keepDemandMs = 400 * DAY_MS }: MemoryStoreOptions) {
    this.#id = id;
    this.#retention = { keepDecisionsMs, keepDemandMs };
  }

  async storeId(): Promise<string> {
    return this.#id;
  }

  async loadState(): Promise<PoolState | null> {
    return this.#state;
  }

  async saveTick(tick: Parameters<Store["saveTick"]>[0]): Promise<void> {
    this.#state = tick.state;
    for (const finished of tick.finished) {
      const { id } = finished.operation;
      if (!this.#finished.has(id)) this.#finished.set(id, finished);
    }
    if (tick.decision !== null) this.#record(tick.decision);
    for (const [role, reading] of tick.demand) {
      const points = this.#demand.get(role) ?? new Map<number, DemandPoint>();
      this.#demand.set(role, points.set(minuteOf(tick.atMs), { atMs: tick.atMs, reading }));
    }
  }

  #record(next: RecordedDecision): void {
    const keeping = keepingOf(this.#lastDecision, next);
    if (keeping === "no") return;
    this.#decisions.push({ record: next, lasting: keeping === "lasting" });
    this.#lastDecision = noteDecision(this.#lastDecision, next, keeping);
  }

  async beginIntent(intent: Omit<Intent, "id" | "result">): Promise<number> {
    const { operation } = intent;
    if (this.#finished.has(operation)) throw new Error(endedMessage(operation));
    this.#lastIntent += 1;
    const id = this.#lastIntent;
    this.#intents.set(operation, [...(this.#intents.get(operation) ?? []), { ...intent, id, result: null }]);
    this.#operationOfIntent.set(id, operation);
    return id;
  }

  async settleIntent(id: number, result: IntentResult): Promise<void> {
    const operation = this.#operationOfIntent.get(id);
    if (operation === undefined) throw new Error(unknownMessage(id));
    const intents = this.#intents.get(operation) ?? [];
    if (intents.some((intent) => intent.id === id && intent.result !== null)) throw new Error(settledMessage(id));
    this.#intents.set(
      operation,
      intents.map((intent) => (intent.id === id ? { ...intent, result } : intent)),
    );
  }

  async openIntents(): Promise<readonly Intent[]> {
    const open = [...this.#intents].filter(([operation]) => !this.#finished.has(operation));
    return open.flatMap(([, intents]) => intents).sort((a, b) => a.id - b.id);
  }

  async intentsOf(operation: OperationId): Promise<readonly Intent[]> {
    return this.#intents.get(operation) ?? [];
  }

  async enrolment(machine: MachineName): Promise<Enrolment | null> {
    return this.#enrolments.get(machine) ?? null;
  }

  async saveEnrolment(machine: MachineName, enrolment: Enrolment): Promise<void> {
    this.#enrolments.set(machine, enrolment);
  }

  async acceptedConfiguration(): Promise<AcceptedConfiguration | null> {
    return this.#accepted;
  }

  async saveAcceptedConfiguration(accepted: AcceptedConfiguration): Promise<void> {
    this.#accepted = accepted;
  }

  async saveToken(token: ApiToken): Promise<void> {
    this.#tokens.set(token.name, apiTokenShape.parse(token));
  }

  async tokens(): Promise<readonly ApiToken[]> {
    return [...this.#tokens.values()];
  }

  async revokeToken(name: string): Promise<boolean> {
    return this.#tokens.delete(name);
  }

  async setting(key: string): Promise<unknown> {
    return this.#settings.get(key) ?? null;
  }

  async saveSetting(key: string, value: unknown): Promise<void> {
    this.#settings.set(key, value);
  }

  async audit(entry: Omit<AuditEntry, "id">): Promise<void> {
    this.#audit.push({ ...entry, id: this.#audit.length + 1 });
  }

  async auditLog(page: Parameters<Store["auditLog"]>[0]): ReturnType<Store["auditLog"]> {
    const before = page.beforeId ?? Number.POSITIVE_INFINITY;
    const end = Math.max(0, Math.min(this.#audit.length, before - 1));
    return this.#audit.slice(Math.max(0, end - page.limit), end).reverse();
  }

  async decisions(page: Parameters<Store["decisions"]>[0]): ReturnType<Store["decisions"]> {
    const kept = page.lasting === true ? this.#decisions.filter(({ lasting }) => lasting) : this.#decisions;
    return wholePage(
      kept.map(({ record }) => record),
      (record) => record.atMs,
      page,
    );
  }

  async finishedOperations(page: Parameters<Store["finishedOperations"]>[0]): ReturnType<Store["finishedOperations"]> {
    const all = [...this.#finished.values()];
    const { machine } = page;
    const asked = machine === undefined ? all : all.filter(({ operation }) => operation.machine === machine);
    return wholePage(asked, ({ endedMs }) => endedMs, page);
  }

  async demandHistory(role: RoleName, fromMs: number, toMs: number): ReturnType<Store["demandHistory"]> {
    const points = [...(this.#demand.get(role)?.values() ?? [])];
    return points.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs).sort((a, b) => a.atMs - b.atMs);
  }

  async prune(nowMs: number): Promise<void> {
    const oldestMs = nowMs - this.#retention.keepDecisionsMs;
    this.#decisions = this.#decisions.filter(
      ({ record, lasting }) => record.atMs >= (lasting ? oldestMs : Math.max(oldestMs, nowMs - BRIEF_FOR_MS)),
    );
    for (const [operation, { endedMs }] of this.#finished) {
      if (endedMs < oldestMs) this.#forget(operation);
    }
    for (const [operation, intents] of this.#intents) {
      const held = this.#finished.has(operation) || this.#state?.operations.has(operation) === true;
      if (!held && intents.every(({ atMs }) => atMs < oldestMs)) this.#forget(operation);
    }
    for (const points of this.#demand.values()) {
      for (const [minute, { atMs }] of points) if (atMs < nowMs - this.#retention.keepDemandMs) points.delete(minute);
    }
  }

  #forget(operation: OperationId): void {
    for (const { id } of this.#intents.get(operation) ?? []) this.#operationOfIntent.delete(id);
    this.#intents.delete(operation);
    this.#finished.delete(operation);
  }

  async close(): Promise<void> {}
}

/** Newest first, and of what shares the last one's time all: see `Store.decisions`. */
function wholePage<T>(all: readonly T[], timeOf: (item: T) => number, { limit, beforeMs }: HistoryPage): T[] {
  const before = beforeMs ?? Number.POSITIVE_INFINITY;
  const newestFirst = all
    .filter((item) => timeOf(item) < before)
    .reverse()
    .sort((a, b) => timeOf(b) - timeOf(a));
  const last = newestFirst[limit - 1];
  return last === undefined ? newestFirst : newestFirst.filter((item) => timeOf(item) >= timeOf(last));
}
