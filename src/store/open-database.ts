/** Opens the database file so that no other process can, and refuses one that is damaged, newer, or not retask's. */
import { chmodSync, closeSync, existsSync, openSync, realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Logger } from "pino";
import { type Connection, Database } from "./driver.ts";
import { APPLICATION_ID, MIGRATIONS, type Migration, migrate, newestVersion } from "./migrations.ts";
import { StoreError } from "./store-error.ts";
import { checkWal } from "./wal-check.ts";

export interface DatabaseOptions {
  readonly file: string;
  readonly logger: Logger;
  /** How long to wait for another process to let go, as when a service restarts. */
  readonly busyTimeoutMs: number;
  /** Beyond it writes fail as on a full disk: a store gone wild must not fill the controller's disk. */
  readonly maxBytes: number;
  readonly migrations?: readonly Migration[];
}

export interface OpenDatabase {
  readonly db: Connection;
  close(): void;
}

/** Throws a StoreError, or SQLite's own error; what it opened is closed then. */
export function openDatabase(options: DatabaseOptions): OpenDatabase {
  const { logger, busyTimeoutMs, migrations = MIGRATIONS } = options;
  // SQLite follows a link and keeps the log beside its target; one store must have one lock by whatever name.
  const file = existsSync(options.file) ? realpathSync(options.file) : options.file;
  const lock = takeLock(file, options);
  let db: Connection | undefined;
  try {
    refuseDamagedLog(file, logger);
    prepareFile(file, logger);
    db = new Database(file, { timeout: busyTimeoutMs });
    shutOut(db);
    refuseForeignOrNewer(db, migrations);
    refuseDamaged(db);
    configure(db, options.maxBytes);
    migrate(db, migrations, logger);
    // An empty log: whatever is torn off its end in future is of this process' last commit only (see wal-check).
    db.pragma("wal_checkpoint(TRUNCATE)");
    return { db, close: () => closeAll(db, lock) };
  } catch (error) {
    closeAll(db, lock);
    throw error;
  }
}

function closeAll(...databases: readonly (Connection | undefined)[]): void {
  for (const db of databases) db?.close();
}

/**
 * One process has this store (S6). The lock is the kernel's and ends with the process: kill -9 leaves nothing behind. It
 * is on a file of its own, because the log must be looked at before SQLite opens it: closing a refused store would
 * checkpoint its damaged log and delete it, and the next start would find nothing wrong.
 */
function takeLock(file: string, { logger, busyTimeoutMs }: DatabaseOptions): Connection {
  const name = `${file}-lock`;
  prepareFile(name, logger);
  const lock = new Database(name, { timeout: busyTimeoutMs });
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock.close();
    throw error;
  }
}

/**
 * Exists with mode 0600 afterwards; SQLite gives its log the same mode. An existing file is only touched by its path:
 * closing any other descriptor of it would drop this process' POSIX locks, and with them S6.
 */
function prepareFile(file: string, logger: Logger): void {
  const directory = dirname(file);
  const folder = statSync(directory, { throwIfNoEntry: false });
  if (!folder?.isDirectory()) throw new StoreError("RTK_STORE_UNWRITABLE", `${directory} is not a directory`);
  if ((folder.mode & 0o022) !== 0 && (folder.mode & 0o1000) === 0) {
    logger.warn({ directory }, "others may write the store's directory, and so replace the store; chmod go-w it");
  }
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) {
    create(file);
    return;
  }
  if (!found.isFile()) throw new StoreError("RTK_STORE_UNWRITABLE", `${file} is not a plain file`);
  if ((found.mode & 0o077) !== 0) chmodSync(file, 0o600);
}

function create(file: string): void {
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (error) {
    throw new StoreError("RTK_STORE_UNWRITABLE", `cannot create ${file}: ${(error as Error).message}`, error);
  }
}

/** Other programs too, as long as this connection lives; and SQLite needs no shared memory file then. */
function shutOut(db: Connection): void {
  db.pragma("locking_mode = EXCLUSIVE");
  db.exec("BEGIN EXCLUSIVE; COMMIT");
}

function refuseDamagedLog(file: string, logger: Logger): void {
  const log = checkWal(`${file}-wal`);
  if (log.damaged) throw new StoreError("RTK_STORE_CORRUPT", "its write-ahead log is damaged before its end");
  if (log.tornBytes > 0) {
    logger.warn({ bytes: log.tornBytes }, "dropped what a crash left unfinished of the last commit");
  }
}

function refuseForeignOrNewer(db: Connection, migrations: readonly Migration[]): void {
  const version = db.pragma("user_version", { simple: true }) as number;
  const application = db.pragma("application_id", { simple: true }) as number;
  const empty = db.prepare("SELECT count(*) = 0 FROM sqlite_schema").pluck().get() === 1;
  if (!empty && application !== APPLICATION_ID) {
    throw new StoreError("RTK_STORE_FOREIGN", "it is the database of another program");
  }
  if (version > newestVersion(migrations)) {
    const why = `its schema is version ${version}, this program knows ${newestVersion(migrations)}`;
    throw new StoreError("RTK_STORE_NEWER", why);
  }
}

function refuseDamaged(db: Connection): void {
  const found = db.pragma("quick_check(1)", { simple: true }) as string;
  if (found !== "ok") throw new StoreError("RTK_STORE_CORRUPT", found);
}

function configure(db: Connection, maxBytes: number): void {
  // Only a new file can still choose it; for an existing one this does nothing.
  db.pragma("auto_vacuum = INCREMENTAL");
  db.pragma("journal_mode = WAL");
  // better-sqlite3 is built with NORMAL for WAL, which syncs at checkpoints only: a power cut would take back commits,
  // and with them intents whose effects have happened (S7). FULL syncs the log in every commit.
  db.pragma("synchronous = FULL");
  db.pragma(`journal_size_limit = ${64 * 1024 * 1024}`);
  const pageBytes = db.pragma("page_size", { simple: true }) as number;
  db.pragma(`max_page_count = ${Math.ceil(maxBytes / pageBytes)}`);
}
