/** SQLite stores in a directory of their own, opened as the daemon opens them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { onTestFinished } from "vitest";
import { type OpenedStore, openSqliteStore, type SqliteStoreOptions } from "../../../src/store/sqlite-store.ts";
import type { Store } from "../../../src/store/store.ts";

export const DAY_MS = 86_400_000;
export const quiet = pino({ level: "silent" });

/** A file name in a fresh directory, which goes with the test. */
export function temporaryFile(): string {
  const directory = mkdtempSync(join(tmpdir(), "retask-store-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, "retask.db");
}

export function tryOpen(file: string, options: Partial<SqliteStoreOptions> = {}): Promise<OpenedStore> {
  return openSqliteStore({
    file,
    logger: quiet,
    keepDecisionsMs: 90 * DAY_MS,
    keepDemandMs: 400 * DAY_MS,
    clock: { wallMs: () => 1_000 },
    busyTimeoutMs: 0,
    ...options,
  });
}

/** Closed when the test ends, if the test has not done so. */
export async function openFile(file: string, options: Partial<SqliteStoreOptions> = {}): Promise<Store> {
  const opened = await tryOpen(file, options);
  if (!opened.ok) throw new Error(opened.why);
  const { store } = opened;
  onTestFinished(() => store.close());
  return store;
}
