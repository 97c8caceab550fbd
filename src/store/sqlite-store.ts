/** The record on SQLite: one file, one writer, every commit synced before its promise resolves. */
import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type Database from "better-sqlite3";
import type { Logger } from "pino";
import type { MachineName, OperationId, RoleName } from "../core/domain/names.ts";
import type { PoolState } from "../core/domain/pool-state.ts";
import type { Clock, Enrolment } from "../world/ports.ts";
import { decode } from "./codec.ts";
import type { LastDecision } from "./decision-record.ts";
import { type Documents, describeRow, openDocuments, parseDocument } from "./documents.ts";
import { openAudit, openDecisions, openDemand, openFinished } from "./history.ts";
import { type Journal, openJournal } from "./journal.ts";
import { type OpenDatabase, openDatabase } from "./open-database.ts";
import { changedRows, readPoolState } from "./pool-rows.ts";
import { pruneSteps, type Retention } from "./retention.ts";
import { acceptedShape, apiTokenShape, enrolmentShape } from "./shapes.ts";
import type { AcceptedConfiguration, ApiToken, AuditEntry, Intent, IntentResult, Store } from "./store.ts";
import { accessing, type StoreCode, storeCodeOf } from "./store-error.ts";

export interface SqliteStoreOptions extends Retention {
  readonly file: string;
  readonly logger: Logger;
  readonly clock: Pick<Clock, "wallMs">;
  /** How long to wait for another process to let go of the store. */
  readonly busyTimeoutMs?: number | undefined;
  /** The most that the file may grow to; beyond it writes fail as on a full disk. */
  readonly maxBytes?: number | undefined;
}

export type OpenedStore =
  | { readonly ok: true; readonly store: Store }
  | { readonly ok: false; readonly code: StoreCode; readonly why: string };

/** Everything that retask would act upon is read and checked here: what is damaged refuses to start. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<OpenedStore> {
  const { file, logger, busyTimeoutMs = 2_000, maxBytes = 8 * 1024 ** 3 } = options;
  let opened: OpenDatabase | undefined;
  try {
    opened = openDatabase({ file, logger, busyTimeoutMs, maxBytes });
    const store = new SqliteStore(opened, options);
    return { ok: true, store };
  } catch (error) {
    opened?.close();
    const code = storeCodeOf(error);
    if (code === null) throw error;
    return { ok: false, code, why: `cannot open the store ${file}: ${(error as Error).message}; ${ADVICE[code]}` };
  }
}

const ADVICE: Record<StoreCode, string> = {
  RTK_STORE_LOCKED:
    "another process has it open. retask does not start, so that no two controllers act on one pool; stop the other one first",
  RTK_STORE_NEWER: "retask does not start; install the newer retask again, or restore the copy made before the upgrade",
  RTK_STORE_CORRUPT:
    "retask does not start, because it could repeat a power command; move the file and its -wal away, and start: machines keep serving, and the state is rebuilt from links and beacons in advise mode",
  RTK_STORE_UNWRITABLE:
    "retask does not start, because it may not act without writing down what it does; check the directory, its owner, the mount and free space",
  RTK_STORE_FOREIGN: "retask does not start and leaves it as it is; check store.file in retask.yaml",
};

class SqliteStore implements Store {
  readonly #opened: OpenDatabase;
  readonly #db: Database.Database;
  readonly #retention: Retention;
  readonly #documents: Documents;
  readonly #journal: Journal;
  readonly #decisions;
  readonly #finished;
  readonly #demand;
  readonly #audit;
  readonly #enrolments = new Map<string, Enrolment>();
  readonly #id: string;
  #lastState: PoolState | null = null;
  #lastDecision: LastDecision | null;

  constructor(opened: OpenDatabase, { clock, logger, keepDecisionsMs, keepDemandMs }: SqliteStoreOptions) {
    const { db } = opened;
    this.#opened = opened;
    this.#db = db;
    this.#retention = { keepDecisionsMs, keepDemandMs };
    this.#documents = openDocuments(db);
    this.#journal = openJournal(db);
    this.#decisions = openDecisions(db, logger);
    this.#finished = openFinished(db);
    this.#demand = openDemand(db);
    this.#audit = openAudit(db);
    this.#lastDecision = this.#decisions.last();

    readPoolState(this.#documents);
    this.#journal.open();
    for (const [machine, text] of this.#documents.texts("enrolment")) {
      this.#enrolments.set(machine, parseDocument(enrolmentShape, text, describeRow("enrolment", machine)));
    }
    this.#id = identify(this.#documents);
    // A write at every start: a full or read-only disk shows now, and not at the first power command.
    this.#documents.save("identity", "openedMs", clock.wallMs());
  }

  async storeId(): Promise<string> {
    return this.#id;
  }

  async loadState(): Promise<PoolState | null> {
    return readPoolState(this.#documents);
  }

  async saveTick(tick: Parameters<Store["saveTick"]>[0]): Promise<void> {
    const changes = changedRows(tick.state, this.#lastState, this.#documents);
    let lastDecision = this.#lastDecision;
    const write = this.#db.transaction(() => {
      this.#documents.write(changes);
      for (const finished of tick.finished) {
        this.#finished.write(finished);
        this.#journal.close(finished.operation.id);
      }
      if (tick.decision !== null) lastDecision = this.#decisions.write(tick.decision, lastDecision);
      for (const [role, reading] of tick.demand) this.#demand.write(role, tick.atMs, reading);
    });
    accessing("save the tick", () => write.immediate());
    // Only now: after a failed commit the next tick must write all of it again.
    this.#documents.remember(changes);
    this.#lastState = tick.state;
    this.#lastDecision = lastDecision;
  }

  async beginIntent(intent: Omit<Intent, "id" | "result">): Promise<number> {
    const what = `record the intent ${intent.effect} of ${intent.machine}, so it must not be done`;
    return accessing(what, () => this.#journal.begin(intent));
  }

  async settleIntent(id: number, result: IntentResult): Promise<void> {
    accessing(`record the result of intent ${id}`, () => this.#journal.settle(id, result));
  }

  async openIntents(): Promise<readonly Intent[]> {
    return accessing("read the open intents", () => this.#journal.open());
  }

  async intentsOf(operation: OperationId): Promise<readonly Intent[]> {
    return accessing(`read the intents of ${operation}`, () => this.#journal.of(operation));
  }

  async enrolment(machine: MachineName): Promise<Enrolment | null> {
    return this.#enrolments.get(machine) ?? null;
  }

  async saveEnrolment(machine: MachineName, enrolment: Enrolment): Promise<void> {
    accessing(`record the enrolment of ${machine}`, () => this.#documents.save("enrolment", machine, enrolment));
    this.#enrolments.set(machine, enrolment);
  }

  async acceptedConfiguration(): Promise<AcceptedConfiguration | null> {
    const text = this.#documents.texts("accepted").get("");
    return text === undefined ? null : parseDocument(acceptedShape, text, describeRow("accepted", "configuration"));
  }

  async saveAcceptedConfiguration(accepted: AcceptedConfiguration): Promise<void> {
    accessing("record the accepted configuration", () => this.#documents.save("accepted", "", accepted));
  }

  async saveToken(token: ApiToken): Promise<void> {
    const checked = apiTokenShape.parse(token);
    accessing(`record the token ${token.name}`, () => this.#documents.save("token", checked.name, checked));
  }

  async tokens(): Promise<readonly ApiToken[]> {
    const texts = [...this.#documents.texts("token")];
    return texts.map(([name, text]) => parseDocument(apiTokenShape, text, describeRow("token", name)));
  }

  async revokeToken(name: string): Promise<boolean> {
    return accessing(`revoke the token ${name}`, () => this.#documents.remove("token", name));
  }

  async setting(key: string): Promise<unknown> {
    const text = this.#documents.texts("setting").get(key);
    return text === undefined ? null : decode(text);
  }

  async saveSetting(key: string, value: unknown): Promise<void> {
    accessing(`record ${key}`, () => this.#documents.save("setting", key, value));
  }

  async audit(entry: Omit<AuditEntry, "id">): Promise<void> {
    accessing("write the audit log", () => this.#audit.write(entry));
  }

  async auditLog(page: Parameters<Store["auditLog"]>[0]): ReturnType<Store["auditLog"]> {
    return accessing("read the audit log", () => this.#audit.page(page.limit, page.beforeId));
  }

  async decisions(page: Parameters<Store["decisions"]>[0]): ReturnType<Store["decisions"]> {
    return accessing("read the decisions", () => this.#decisions.page(page));
  }

  async finishedOperations(page: Parameters<Store["finishedOperations"]>[0]): ReturnType<Store["finishedOperations"]> {
    return accessing("read the finished operations", () => this.#finished.page(page));
  }

  async demandHistory(role: RoleName, fromMs: number, toMs: number): ReturnType<Store["demandHistory"]> {
    return accessing(`read the demand of ${role}`, () => this.#demand.between(role, fromMs, toMs));
  }

  async prune(nowMs: number): Promise<void> {
    const steps = pruneSteps(this.#db, this.#retention, nowMs);
    const next = (): IteratorResult<void> => accessing("delete what retention no longer keeps", () => steps.next());
    // The loop ticks on in between, and a store that was closed meanwhile is left alone.
    while (this.#db.open && next().done !== true) await setImmediate();
  }

  async close(): Promise<void> {
    this.#opened.close();
  }
}

/** Made once: after it was lost, the owner file beside the links names a store that is no longer there. */
function identify(documents: Documents): string {
  const text = documents.texts("identity").get("id");
  if (text !== undefined) return String(decode(text));
  const id = randomUUID();
  documents.save("identity", "id", id);
  return id;
}
