/** What only a store on disk can get wrong: opening, refusing, migrating, a full disk. */
import { chmodSync, existsSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { known } from "../../../src/core/domain/reading.ts";
import { Database } from "../../../src/store/driver.ts";
import { MIGRATIONS, type Migration, newestVersion } from "../../../src/store/migrations.ts";
import { openDatabase } from "../../../src/store/open-database.ts";
import { poolFieldShapes } from "../../../src/store/shapes.ts";
import { m01, sampleDecision, sampleFinished, sampleIntent, sampleState, sampleTick, web } from "./sample-records.ts";
import { DAY_MS, openFile, quiet, temporaryFile, tryOpen } from "./temporary-store.ts";

/** Changes a closed store behind retask's back. */
function tamper(file: string, sql: string): void {
  const db = new Database(file);
  db.exec(sql);
  db.close();
}

async function savedFile(): Promise<string> {
  const file = temporaryFile();
  const store = await openFile(file);
  await store.saveTick(sampleTick({}));
  await store.beginIntent(sampleIntent("op-1"));
  await store.close();
  return file;
}

describe("opening a store", () => {
  test("makes the file, and its log, for its owner's eyes only; a wider mode is narrowed", async () => {
    const file = temporaryFile();
    const store = await openFile(file);
    await store.saveTick(sampleTick({}));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(`${file}-wal`).mode & 0o777).toBe(0o600);
    await store.close();
    chmodSync(file, 0o644);
    await openFile(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("a second opener is refused until the first one closes", async () => {
    const file = temporaryFile();
    const store = await openFile(file);
    expect(await tryOpen(file)).toMatchObject({ ok: false, code: "RTK_STORE_LOCKED" });
    await store.saveTick(sampleTick({}));
    expect(await tryOpen(file)).toMatchObject({ ok: false, code: "RTK_STORE_LOCKED" });
    await store.close();
    expect(await (await openFile(file)).loadState()).toEqual(sampleState());
  });

  test("a second opener by another name is refused as well", async () => {
    const file = temporaryFile();
    await openFile(file);
    symlinkSync(file, `${file}.link`);
    expect(await tryOpen(`${file}.link`)).toMatchObject({ ok: false, code: "RTK_STORE_LOCKED" });
  });

  test("a newer store is refused and left as it is", async () => {
    const file = await savedFile();
    tamper(file, "PRAGMA user_version = 99");
    expect(await tryOpen(file)).toMatchObject({
      ok: false,
      code: "RTK_STORE_NEWER",
      why: expect.stringContaining("99"),
    });
    tamper(file, `PRAGMA user_version = ${MIGRATIONS.at(-1)?.version}`);
    expect(await (await openFile(file)).loadState()).toEqual(sampleState());
  });

  test("the database of another program is refused", async () => {
    const file = temporaryFile();
    tamper(file, "CREATE TABLE songs (title TEXT)");
    expect(await tryOpen(file)).toMatchObject({ ok: false, code: "RTK_STORE_FOREIGN" });
  });

  test("a file that is no database is refused as corrupt", async () => {
    const file = temporaryFile();
    writeFileSync(file, "role: web\n".repeat(1_000));
    expect(await tryOpen(file)).toMatchObject({ ok: false, code: "RTK_STORE_CORRUPT" });
  });

  test.each([
    ["a directory that is not there", (file: string) => join(dirname(file), "missing", "retask.db")],
    ["a directory in the file's place", (file: string) => dirname(file)],
    ["a directory where no file can be made", () => "/proc/self/retask.db"],
  ])("%s is unwritable", async (_name, place) => {
    expect(await tryOpen(place(temporaryFile()))).toMatchObject({ ok: false, code: "RTK_STORE_UNWRITABLE" });
  });

  test("a disk too small for an empty store is unwritable, and says what to do", async () => {
    const opened = await tryOpen(temporaryFile(), { maxBytes: 8_192 });
    expect(opened).toMatchObject({
      ok: false,
      code: "RTK_STORE_UNWRITABLE",
      why: expect.stringContaining("free space"),
    });
  });
});

describe("a row that was changed behind its back", () => {
  test.each([
    ["one digit of a machine's row", "UPDATE documents SET doc = replace(doc, '61000', '61001') WHERE key = 'm01'"],
    ["an intent's effect", "UPDATE intents SET doc = replace(doc, 'softOff', 'hardOff')"],
    ["an intent's operation", "UPDATE intents SET operation = 'op-9'"],
  ])("%s refuses to start, naming the row", async (_name, sql) => {
    const file = await savedFile();
    tamper(file, sql);
    const why = expect.stringMatching(/row (machine m01|intent 1): its checksum is wrong/);
    expect(await tryOpen(file)).toMatchObject({ ok: false, code: "RTK_STORE_CORRUPT", why });
  });

  test("a row of another shape is named with its field", async () => {
    const file = temporaryFile();
    const store = await openFile(file);
    const state = sampleState();
    const wrong = { ...state.machines.get(m01), bootMs: ["soon"] } as never;
    await store.saveTick(sampleTick({ state: { ...state, machines: new Map([[m01, wrong]]) } }));
    await store.close();
    const why = expect.stringContaining("row machine m01: bootMs.0: ");
    expect(await tryOpen(file)).toMatchObject({ ok: false, code: "RTK_STORE_CORRUPT", why });
  });

  test("one unreadable decision hides no other, and does not keep retask from starting", async () => {
    const file = temporaryFile();
    const store = await openFile(file);
    for (const atMs of [0, 1_000]) {
      await store.saveTick(sampleTick({ decision: sampleDecision(atMs, known(atMs)), atMs }));
    }
    await store.close();
    tamper(file, "UPDATE decisions SET doc = x'00' WHERE at_ms = 1000");
    expect(await (await openFile(file)).decisions({ limit: 10 })).toHaveLength(1);
  });

  test("the audit log cannot be changed or cut, not even by retention with a clock gone wild", async () => {
    const file = temporaryFile();
    const store = await openFile(file);
    const entry = {
      atMs: 1,
      who: "ann",
      from: "cli",
      action: "pause",
      why: "",
      before: null,
      after: null,
      refused: null,
    };
    await store.audit(entry);
    await store.prune(100_000 * DAY_MS);
    expect(await store.auditLog({ limit: 1 })).toHaveLength(1);
    await store.close();
    expect(() => tamper(file, "UPDATE audit SET at_ms = 2")).toThrow("append-only");
    expect(() => tamper(file, "DELETE FROM audit")).toThrow("append-only");
  });
});

describe("a full disk", () => {
  test("refuses the intent, so that nothing is done; what was recorded stays, and the store goes on once there is room", async () => {
    const file = temporaryFile();
    const small = await openFile(file, { maxBytes: 200_000 });
    await small.saveTick(sampleTick({}));
    const ids: number[] = [];
    const filling = async () => {
      for (;;) ids.push(await small.beginIntent(sampleIntent(`op-${"x".repeat(2_000)}`)));
    };
    await expect(filling()).rejects.toMatchObject({
      code: "RTK_STORE_UNWRITABLE",
      message: expect.stringContaining("must not be done"),
    });
    const big = {
      ...sampleState(),
      overrides: [],
      failures: sampleState().failures.map((f) => ({ ...f, why: "y".repeat(50_000) })),
    };
    await expect(small.saveTick(sampleTick({ state: big }))).rejects.toMatchObject({ code: "RTK_STORE_UNWRITABLE" });
    expect(await small.loadState()).toEqual(sampleState());
    await small.close();

    const roomy = await openFile(file);
    expect((await roomy.openIntents()).map(({ id }) => id)).toEqual(ids);
    expect(await roomy.loadState()).toEqual(sampleState());
    expect(await roomy.beginIntent(sampleIntent("op-1"))).toBe(ids.length + 1);
  });

  test("a tick that could not be saved is written whole by the next one", async () => {
    const file = temporaryFile();
    const small = await openFile(file, { maxBytes: 200_000 });
    const state = { ...sampleState(), adopted: false };
    const flood = Array.from({ length: 200 }, (_, at) => sampleFinished(`op-${at}-${"z".repeat(2_000)}`, at));
    await expect(small.saveTick(sampleTick({ state, finished: flood }))).rejects.toThrow("could not save the tick");
    await small.saveTick(sampleTick({ state, finished: [], demand: new Map([[web, known(1)]]) }));
    await small.close();
    const store = await openFile(file);
    expect(await store.loadState()).toEqual(state);
    expect(await store.finishedOperations({ limit: 10 })).toEqual([]);
  });
});

test("overrides as the first version of the store kept them are still read, and mean what they meant", () => {
  const said = { author: "ada", reason: "a test", createdMs: 1, expiresMs: 2, overrideFloor: false };
  const acts = [
    { kind: "pause", scope: { kind: "role", role: "web" } },
    { kind: "forceCount", role: "web", count: 3 },
  ];
  const read = poolFieldShapes.overrides.parse(acts.map((act, index) => ({ id: `o-${index}`, act, ...said })));
  expect(read.map(({ act }) => act)).toEqual([{ ...acts[0], direction: "both" }, acts[1]]);
});

describe("migrations", () => {
  const next = newestVersion(MIGRATIONS) + 1;
  const options = (file: string, migrations: readonly Migration[]) => ({
    file,
    logger: quiet,
    busyTimeoutMs: 0,
    maxBytes: 1e9,
    migrations,
  });
  const second = { version: next, sql: "ALTER TABLE finished ADD COLUMN rack TEXT" };

  test("a new store is not copied; an old one is, completely and for its owner only, before each step", async () => {
    const file = await savedFile();
    expect(readdirSync(dirname(file))).toEqual(["retask.db", "retask.db-lock"]);
    openDatabase(options(file, [...MIGRATIONS, second])).close();
    const copy = `${file}.before-v${next}`;
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    expect(await tryOpen(file)).toMatchObject({ code: "RTK_STORE_NEWER" });
    expect(await (await openFile(copy)).loadState()).toEqual(sampleState());
  });

  test("a step that fails leaves the version before, all its rows, and can be tried again", async () => {
    const file = await savedFile();
    const broken = { version: next, sql: "ALTER TABLE finished ADD COLUMN rack TEXT; DROP TABLE nothing" };
    expect(() => openDatabase(options(file, [...MIGRATIONS, broken]))).toThrow("nothing");
    expect(await (await openFile(file)).loadState()).toEqual(sampleState());
  });

  test("half a copy of an interrupted start is replaced", async () => {
    const file = await savedFile();
    writeFileSync(`${file}.before-v${next}.unfinished`, "half");
    openDatabase(options(file, [...MIGRATIONS, second])).close();
    expect(existsSync(`${file}.before-v${next}.unfinished`)).toBe(false);
  });

  test("every commit is synced: better-sqlite3 alone would not do it", () => {
    const { db, close } = openDatabase(options(temporaryFile(), MIGRATIONS));
    expect(db.pragma("synchronous", { simple: true })).toBe(2);
    expect(db.pragma("journal_mode", { simple: true })).toBe("wal");
    close();
  });
});
