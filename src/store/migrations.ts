/** The store's schema, as numbered steps; each runs in a transaction, and a copy of an existing store is made before it. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import type Database from "better-sqlite3";
import type { Logger } from "pino";

export interface Migration {
  readonly version: number;
  readonly sql: string;
}

/** Marks the file as retask's, so that a path set wrongly never lets us write into another program's database. */
export const APPLICATION_ID = 0x5254534b;

/** The newest audit entries, which nothing can delete: not even a wrong clock that makes everything look old. */
const AUDIT_UNDELETABLE = 100_000;

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE documents (
        kind TEXT NOT NULL, key TEXT NOT NULL, doc TEXT NOT NULL, crc INTEGER NOT NULL,
        PRIMARY KEY (kind, key)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE intents (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        operation TEXT NOT NULL, at_ms REAL NOT NULL, doc TEXT NOT NULL, crc INTEGER NOT NULL,
        open INTEGER NOT NULL DEFAULT 1
      ) STRICT;
      CREATE INDEX intents_of ON intents (operation);
      CREATE INDEX intents_open ON intents (id) WHERE open = 1;

      CREATE TABLE finished (
        operation TEXT PRIMARY KEY, machine TEXT NOT NULL, ended_ms REAL NOT NULL, doc TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX finished_ended ON finished (ended_ms);
      CREATE INDEX finished_machine ON finished (machine, ended_ms);

      CREATE TABLE decisions (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms REAL NOT NULL, lasting INTEGER NOT NULL, doc BLOB NOT NULL
      ) STRICT;
      CREATE INDEX decisions_at ON decisions (at_ms);
      CREATE INDEX decisions_brief ON decisions (at_ms) WHERE lasting = 0;

      CREATE TABLE demand (
        role TEXT NOT NULL, minute INTEGER NOT NULL, at_ms REAL NOT NULL, kind TEXT NOT NULL, value REAL, why TEXT,
        PRIMARY KEY (role, minute)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms REAL NOT NULL, doc TEXT NOT NULL) STRICT;
      CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
      CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
        WHEN OLD.id > (SELECT max(id) FROM audit) - ${AUDIT_UNDELETABLE}
        BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
    `,
  },
  // Overrides without an end, pauses one way, and forces to a range or a floor: documents that version 1 could not read.
  { version: 2, sql: "" },
  // What is held of file servers, and operations that were stranded on one: documents that version 2 could not read.
  { version: 3, sql: "" },
];

export const newestVersion = (migrations: readonly Migration[]): number => migrations.at(-1)?.version ?? 0;

/** Brings the store to the newest version. A crash in between leaves the version before, and its copy. */
export function migrate(db: Database.Database, migrations: readonly Migration[], logger: Logger): void {
  const found = db.pragma("user_version", { simple: true }) as number;
  for (const { version, sql } of migrations) {
    if (version <= found) continue;
    if (found > 0) {
      const copy = backUp(db, version);
      logger.info({ copy, version }, "copied the store before changing its schema");
    }
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`application_id = ${APPLICATION_ID}`);
      db.pragma(`user_version = ${version}`);
    }).exclusive();
  }
}

/** Complete and on disk, or absent: a half-written copy must never pass for one. */
function backUp(db: Database.Database, version: number): string {
  const copy = `${db.name}.before-v${version}`;
  const unfinished = `${copy}.unfinished`;
  rmSync(unfinished, { force: true });
  // VACUUM INTO accepts an empty file, and this one has its mode from the start.
  closeSync(openSync(unfinished, "wx", 0o600));
  db.prepare("VACUUM INTO ?").run(unfinished);
  const descriptor = openSync(unfinished, "r+");
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(unfinished, copy);
  return copy;
}
