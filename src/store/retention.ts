/** What retention no longer keeps: by age, and by number, so that no flood can fill the disk. */
import type Database from "better-sqlite3";
import { BRIEF_FOR_MS } from "./decision-record.ts";
import { minuteOf } from "./store-rules.ts";

export interface Retention {
  readonly keepDecisionsMs: number;
  readonly keepDemandMs: number;
}

/** Rows, beyond which the oldest go even when their time has not come: some hundred MB together. */
export const MOST_ROWS = { decisions: 200_000, finished: 200_000, audit: 1_000_000, demandOfRole: 1_000_000 } as const;

/** Small steps with a pause after each: the loop ticks on while a big backlog goes. */
const ROWS_A_STEP = 2_000;
const OPERATIONS_A_STEP = 200;
const PAGES_A_STEP = 1_000;

/**
 * Deletes step by step, each in a transaction of its own; what it yields between them is the caller's chance to pause.
 * A crash in between leaves the rest for the next time.
 */
export function* pruneSteps(db: Database.Database, keep: Retention, nowMs: number): Generator<void> {
  const oldestMs = nowMs - keep.keepDecisionsMs;
  yield* removeOld(db, "decisions", "lasting = 0 AND at_ms < ?", nowMs - BRIEF_FOR_MS);
  yield* removeOld(db, "decisions", "at_ms < ?", oldestMs);
  yield* removeOld(db, "decisions", "id <= (SELECT max(id) FROM decisions) - ?", MOST_ROWS.decisions);
  yield* removeOld(db, "audit", "id <= (SELECT max(id) FROM audit) - ?", MOST_ROWS.audit);
  yield* removeFinished(db, "ended_ms < ?", oldestMs);
  const beyond = "ended_ms < (SELECT ended_ms FROM finished ORDER BY ended_ms DESC LIMIT 1 OFFSET ?)";
  yield* removeFinished(db, beyond, MOST_ROWS.finished - 1);
  // Intents of an operation that no state ever held; those of a live one stay, however old.
  const unowned = "open = 1 AND at_ms < ? AND operation NOT IN (SELECT key FROM documents WHERE kind = 'operation')";
  yield* removeOld(db, "intents", unowned, oldestMs);
  yield* removeDemand(db, nowMs - keep.keepDemandMs);
  yield* giveBackPages(db);
}

/** `where` has one parameter; table and condition are this file's own words. */
function* removeOld(db: Database.Database, table: string, where: string, bound: number): Generator<void> {
  const step = db.prepare(
    `DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} WHERE ${where} LIMIT ${ROWS_A_STEP})`,
  );
  while (step.run(bound).changes === ROWS_A_STEP) yield;
  yield;
}

/** Intents live as long as the history of their operation. */
function* removeFinished(db: Database.Database, where: string, bound: number): Generator<void> {
  const some = db.prepare<[number], string>(`SELECT operation FROM finished WHERE ${where} LIMIT ${OPERATIONS_A_STEP}`);
  const dropIntents = db.prepare("DELETE FROM intents WHERE operation = ?");
  const drop = db.prepare("DELETE FROM finished WHERE operation = ?");
  const step = db.transaction((): number => {
    const operations = some.pluck().all(bound);
    for (const operation of operations) {
      dropIntents.run(operation);
      drop.run(operation);
    }
    return operations.length;
  });
  while (step() === OPERATIONS_A_STEP) yield;
  yield;
}

function* removeDemand(db: Database.Database, oldestMs: number): Generator<void> {
  // Hops from role to role by the primary key: a plain DISTINCT would read millions of rows.
  const roles = db.prepare<[], string>(
    `WITH RECURSIVE hop (role) AS (
       SELECT min(role) FROM demand
       UNION ALL SELECT (SELECT min(role) FROM demand WHERE role > hop.role) FROM hop WHERE hop.role IS NOT NULL
     ) SELECT role FROM hop WHERE role IS NOT NULL`,
  );
  const nth = db.prepare<[string, number], number>(
    "SELECT minute FROM demand WHERE role = ? ORDER BY minute DESC LIMIT 1 OFFSET ?",
  );
  const drop = db.prepare("DELETE FROM demand WHERE role = ? AND minute < ?");
  for (const role of roles.pluck().all()) {
    const beyond = nth.pluck().get(role, MOST_ROWS.demandOfRole - 1) ?? Number.NEGATIVE_INFINITY;
    drop.run(role, Math.max(minuteOf(oldestMs), beyond));
    yield;
  }
}

function* giveBackPages(db: Database.Database): Generator<void> {
  const free = (): number => db.pragma("freelist_count", { simple: true }) as number;
  while (free() > PAGES_A_STEP) {
    db.pragma(`incremental_vacuum(${PAGES_A_STEP})`);
    yield;
  }
}
