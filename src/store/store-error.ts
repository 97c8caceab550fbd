/** What can go wrong with the record, with stable codes; SQLite's own many codes end here. */
import { Database } from "./driver.ts";

export type StoreCode =
  /** Another process has this store open. */
  | "RTK_STORE_LOCKED"
  /** A newer retask has written it. */
  | "RTK_STORE_NEWER"
  /** Damaged: a page, a row's checksum or a row's shape. */
  | "RTK_STORE_CORRUPT"
  /** Disk full, read-only, no directory, no permission. */
  | "RTK_STORE_UNWRITABLE"
  /** An SQLite database of some other program. */
  | "RTK_STORE_FOREIGN";

/** Thrown once a store is open; while it is being opened, the same codes are answers. */
export class StoreError extends Error {
  readonly code: StoreCode;

  constructor(code: StoreCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = "StoreError";
    this.code = code;
  }
}

/** SQLite's error as one of ours; `null` for what is a bug and not the record's condition. */
export function storeCodeOf(error: unknown): StoreCode | null {
  if (error instanceof StoreError) return error.code;
  if (!(error instanceof Database.SqliteError)) return null;
  const { code } = error;
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return "RTK_STORE_LOCKED";
  if (/^SQLITE_(CORRUPT|NOTADB|IOERR_CORRUPTFS|IOERR_SHORT_READ)/.test(code)) return "RTK_STORE_CORRUPT";
  if (/^SQLITE_(FULL|READONLY|CANTOPEN|IOERR|PERM|AUTH)/.test(code)) return "RTK_STORE_UNWRITABLE";
  return null;
}

/** Runs one access to the record; what SQLite reports is thrown as a `StoreError` that says what was being done. */
export function accessing<T>(what: string, access: () => T): T {
  try {
    return access();
  } catch (error) {
    const code = storeCodeOf(error);
    if (code === null || error instanceof StoreError) throw error;
    throw new StoreError(code, `could not ${what}: ${(error as Error).message}`, error);
  }
}
