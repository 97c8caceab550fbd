/** The record against the real kernel: kill -9, two processes, torn and damaged files, a disk that is full. */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, truncateSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { type OpenedStore, openSqliteStore } from "../../src/store/sqlite-store.ts";
import type { Store } from "../../src/store/store.ts";
import { startStoreWriter } from "./support/store-writer.ts";

const ENDLESS = 1_000_000_000;
const isId = (line: string): boolean => /^\d+$/.test(line);

function temporaryFile(): string {
  const directory = mkdtempSync(join(tmpdir(), "retask-store-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, "retask.db");
}

function tryOpen(file: string): Promise<OpenedStore> {
  return openSqliteStore({
    file,
    logger: pino({ level: "silent" }),
    clock: { wallMs: () => 1_000 },
    keepDecisionsMs: 1e12,
    keepDemandMs: 1e12,
    busyTimeoutMs: 0,
  });
}

async function withStore<T>(file: string, look: (store: Store) => Promise<T>): Promise<T> {
  const opened = await tryOpen(file);
  if (!opened.ok) throw new Error(`${opened.code}: ${opened.why}`);
  try {
    return await look(opened.store);
  } finally {
    await opened.store.close();
  }
}

const journalOf = (file: string): Promise<readonly string[]> =>
  withStore(file, async (store) => (await store.openIntents()).map(({ id }) => String(id)));

/** A store whose log still holds the commits of a process that was killed at rest. */
async function killedAtRest(file: string, intents: number): Promise<readonly string[]> {
  const writer = await startStoreWriter(file, intents);
  await writer.said((line) => line === "idle");
  return (await writer.kill()).filter(isId);
}

function overwrite(file: string, at: number, bytes: Buffer): void {
  const descriptor = openSync(file, "r+");
  writeSync(descriptor, bytes, 0, bytes.length, at);
  closeSync(descriptor);
}

test("25 times killed at a random moment, the store opens, has every intent that was reported, and its state", {
  timeout: 180_000,
}, async () => {
  const file = temporaryFile();
  const reported: string[] = [];
  for (let round = 0; round < 25; round += 1) {
    const writer = await startStoreWriter(file, ENDLESS);
    await writer.said(isId);
    await sleep(Math.random() * 150);
    reported.push(...(await writer.kill()).filter(isId));

    await withStore(file, async (store) => {
      const kept = new Set((await store.openIntents()).map(({ id }) => String(id)));
      expect(reported.filter((id) => !kept.has(id))).toEqual([]);
      expect((await store.loadState())?.roles.size).toBe(1);
    });
  }
  expect(new Set(reported).size).toBe(reported.length);
  expect(reported.length).toBeGreaterThan(25);
});

test("a second process is refused while the first lives, and not a moment longer", async () => {
  const file = temporaryFile();
  const first = await startStoreWriter(file, 3);
  await first.said((line) => line === "idle");
  expect(await tryOpen(file)).toMatchObject({ ok: false, code: "RTK_STORE_LOCKED" });
  const second = await startStoreWriter(file, 3);
  expect(await second.ended()).toEqual(["RTK_STORE_LOCKED"]);

  await first.kill();
  expect(await journalOf(file)).toEqual(["1", "2", "3"]);
});

test("a log cut anywhere in its last commit opens with all the earlier ones", async () => {
  const file = temporaryFile();
  const reported = await killedAtRest(file, 20);
  truncateSync(`${file}-wal`, statSync(`${file}-wal`).size - 100);
  const kept = await journalOf(file);
  expect(kept).toEqual(reported.slice(0, kept.length));
  expect(kept.length).toBeGreaterThanOrEqual(19);
});

test("a log damaged before its last commit refuses to start: SQLite alone would silently forget the rest", async () => {
  const file = temporaryFile();
  await killedAtRest(file, 20);
  const wal = `${file}-wal`;
  const frameBytes = 24 + readFileSync(wal).readUInt32BE(8);
  overwrite(wal, 32 + 3 * frameBytes + 200, Buffer.from("damage"));
  const why = expect.stringContaining("write-ahead log is damaged");
  expect(await tryOpen(file)).toMatchObject({ ok: false, code: "RTK_STORE_CORRUPT", why });
  // A refusal must not mend it by forgetting: the next start refuses as well.
  expect(await tryOpen(file)).toMatchObject({ ok: false, code: "RTK_STORE_CORRUPT", why });
});

test("a log whose header is damaged refuses to start: SQLite alone would take it for empty", async () => {
  const file = temporaryFile();
  await killedAtRest(file, 20);
  overwrite(`${file}-wal`, 16, Buffer.from("damage"));
  expect(await tryOpen(file)).toMatchObject({ ok: false, code: "RTK_STORE_CORRUPT" });
});

test("bytes overwritten in the middle of the file refuse to start, and the file is left as it was", async () => {
  const file = temporaryFile();
  await killedAtRest(file, 2_000);
  await journalOf(file);
  const { size } = statSync(file);
  overwrite(file, Math.floor(size / 8_192) * 4_096, Buffer.alloc(4_096, 0xa5));
  const before = readFileSync(file);
  expect(await tryOpen(file)).toMatchObject({ ok: false, code: "RTK_STORE_CORRUPT" });
  expect(readFileSync(file).equals(before)).toBe(true);
});

test("when no byte more can be written the intent throws, and each one reported before is there", async () => {
  const file = temporaryFile();
  const writer = await startStoreWriter(file, ENDLESS, 600);
  const printed = await writer.ended();
  expect(printed.at(-1)).toBe("RTK_STORE_UNWRITABLE");
  const reported = printed.filter(isId);
  expect(reported.length).toBeGreaterThan(10);
  const kept = new Set(await journalOf(file));
  expect(reported.filter((id) => !kept.has(id))).toEqual([]);
});
