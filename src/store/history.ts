/** What is looked back on: decisions, finished operations, demand, and the audit log. Nothing here is acted upon. */
import { deflateSync, inflateSync } from "node:zlib";
import type Database from "better-sqlite3";
import type { Logger } from "pino";
import type { RoleName } from "../core/domain/names.ts";
import type { FinishedOperation } from "../core/domain/operation.ts";
import { atLeast, known, type Reading, unknown } from "../core/domain/reading.ts";
import { decode, encode } from "./codec.ts";
import { keepingOf, type LastDecision, noteDecision } from "./decision-record.ts";
import { parseDocument } from "./documents.ts";
import { finishedOperationShape } from "./shapes.ts";
import type { AuditEntry, DemandPoint, HistoryPage, RecordedDecision, Store } from "./store.ts";
import { minuteOf } from "./store-rules.ts";

export interface DecisionHistory {
  /** Inside a transaction; the answer is what `last` becomes once it is committed. */
  write(next: RecordedDecision, last: LastDecision | null): LastDecision | null;
  last(): LastDecision | null;
  page(page: Parameters<Store["decisions"]>[0]): readonly RecordedDecision[];
}

interface Page {
  readonly before: number;
  readonly limit: number;
}

interface DecisionRow {
  readonly at_ms: number;
  readonly doc: Buffer;
}

export function openDecisions(db: Database.Database, logger: Logger): DecisionHistory {
  const insert = db.prepare("INSERT INTO decisions (at_ms, lasting, doc) VALUES (?, ?, ?)");
  const newest = db.prepare<[], DecisionRow>("SELECT at_ms, doc FROM decisions ORDER BY id DESC LIMIT 1");
  const lasting = db
    .prepare<[], number>("SELECT at_ms FROM decisions WHERE lasting = 1 ORDER BY id DESC LIMIT 1")
    .pluck();
  const all = db.prepare<Page, DecisionRow>(wholePage("decisions", "at_ms", "", "id DESC"));
  const lastingOnes = db.prepare<Page, DecisionRow>(wholePage("decisions", "at_ms", "lasting = 1 AND", "id DESC"));
  const read = (row: DecisionRow): RecordedDecision | null => {
    const record = readDecision(row.doc);
    // One unreadable row of history must not hide all the others.
    if (record === null) logger.warn({ atMs: row.at_ms }, "left out a recorded decision that cannot be read");
    return record;
  };
  return {
    write: (next, last) => {
      const keeping = keepingOf(last, next);
      if (keeping === "no") return last;
      insert.run(next.atMs, keeping === "lasting" ? 1 : 0, deflateSync(encode(next)));
      return noteDecision(last, next, keeping);
    },
    last: () => {
      const row = newest.get();
      const record = row === undefined ? null : read(row);
      return record === null ? null : { record, lastingMs: lasting.get() ?? record.atMs };
    },
    page: ({ limit, beforeMs, lasting: onlyLasting }) =>
      (onlyLasting === true ? lastingOnes : all)
        .all({ before: beforeMs ?? Number.MAX_VALUE, limit })
        .map(read)
        .filter((record) => record !== null),
  };
}

/** The rows before a time, newest first, with all that share the last one's time: a page never splits equal times. */
function wholePage(table: string, time: string, filter: string, order: string): string {
  const before = `${filter} ${time} < @before`;
  const last = `SELECT ${time} FROM ${table} WHERE ${before} ORDER BY ${time} DESC LIMIT @limit`;
  return `SELECT ${time}, doc FROM ${table} WHERE ${before} AND ${time} >= (SELECT min(${time}) FROM (${last}))
          ORDER BY ${time} DESC, ${order}`;
}

/** A light check: an older program's decision is shown with what it has. */
function readDecision(doc: Buffer): RecordedDecision | null {
  try {
    const record = decode(inflateSync(doc).toString("utf8")) as RecordedDecision;
    const whole = record.decision.roles instanceof Map && record.decision.charts instanceof Map;
    return whole && Number.isFinite(record.atMs) && Array.isArray(record.plan.moves) ? record : null;
  } catch {
    return null;
  }
}

export interface OperationHistory {
  /** Inside a transaction. Of a repeated end the first one stands. */
  write(finished: FinishedOperation): void;
  page(page: HistoryPage & { readonly machine?: string | undefined }): readonly FinishedOperation[];
}

export function openFinished(db: Database.Database): OperationHistory {
  const insert = db.prepare(
    "INSERT INTO finished (operation, machine, ended_ms, doc) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const all = db.prepare<Page, { doc: string }>(wholePage("finished", "ended_ms", "", "operation"));
  const ofMachine = db.prepare<Page & { machine: string }, { doc: string }>(
    wholePage("finished", "ended_ms", "machine = @machine AND", "operation"),
  );
  return {
    write: (finished) => {
      const { id, machine } = finished.operation;
      insert.run(id, machine, finished.endedMs, encode(finished));
    },
    page: ({ limit, beforeMs = Number.MAX_VALUE, machine }) => {
      const asked = { before: beforeMs, limit };
      const rows = machine === undefined ? all.all(asked) : ofMachine.all({ ...asked, machine });
      return rows.map(({ doc }) => parseDocument(finishedOperationShape, doc, "row finished operation"));
    },
  };
}

export interface DemandHistory {
  /** Inside a transaction; the minute's last reading stands. */
  write(role: RoleName, atMs: number, reading: Reading): void;
  between(role: RoleName, fromMs: number, toMs: number): readonly DemandPoint[];
}

interface DemandRow {
  readonly at_ms: number;
  readonly kind: Reading["kind"];
  readonly value: number | null;
  readonly why: string | null;
}

export function openDemand(db: Database.Database): DemandHistory {
  const put = db.prepare(
    "INSERT OR REPLACE INTO demand (role, minute, at_ms, kind, value, why) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const between = db.prepare<[string, number, number, number, number], DemandRow>(
    `SELECT at_ms, kind, value, why FROM demand
     WHERE role = ? AND minute BETWEEN ? AND ? AND at_ms BETWEEN ? AND ? ORDER BY minute`,
  );
  return {
    write: (role, atMs, reading) => {
      const value = reading.kind === "unknown" ? null : reading.value;
      const why = reading.kind === "known" ? null : reading.why;
      put.run(role, minuteOf(atMs), atMs, reading.kind, value, why);
    },
    between: (role, fromMs, toMs) =>
      between.all(role, minuteOf(fromMs), minuteOf(toMs), fromMs, toMs).map((row) => ({
        atMs: row.at_ms,
        reading: toReading(row),
      })),
  };
}

function toReading({ kind, value, why }: DemandRow): Reading {
  // A number that is missing was never zero (S2).
  if (kind === "unknown" || value === null) return unknown(why ?? "the record holds no number");
  return kind === "known" ? known(value) : atLeast(value, why ?? "");
}

export interface AuditLog {
  write(entry: Omit<AuditEntry, "id">): void;
  page(limit: number, beforeId: number | undefined): readonly AuditEntry[];
}

export function openAudit(db: Database.Database): AuditLog {
  const insert = db.prepare("INSERT INTO audit (at_ms, doc) VALUES (?, ?)");
  const page = db.prepare<[number, number], { id: number; doc: string }>(
    "SELECT id, doc FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?",
  );
  return {
    write: (entry) => insert.run(entry.atMs, encode(entry)),
    page: (limit, beforeId = Number.MAX_SAFE_INTEGER) =>
      page.all(beforeId, limit).map(({ id, doc }) => ({ ...(decode(doc) as Omit<AuditEntry, "id">), id })),
  };
}
