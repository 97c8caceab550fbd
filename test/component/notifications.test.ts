/** Notifications to a real HTTP server that hangs, fails, redirects, drips and refuses; and over restarts, with the real store. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import pino from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MEMORY_KEY, readMemory } from "../../src/control/notifications/memory.ts";
import { openMemoryStore } from "../../src/store/memory-store.ts";
import { openSqliteStore } from "../../src/store/sqlite-store.ts";
import type { Store } from "../../src/store/store.ts";
import { systemClock } from "../../src/world/clock/system-clock.ts";
import { temporaryDirectory, waitFor } from "./support/ports.ts";
import { startReceiver, status, type Taken, type TestReceiver } from "./support/receiver.ts";
import { notifyOf, startNotifier, startToldFarm, type ToldFarm } from "./support/told-farm.ts";

const LONG_MS = 20_000;
let receiver: TestReceiver;
let farm: ToldFarm | null = null;

beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  await farm?.stop();
  farm = null;
  await receiver.stop();
});

const start = async (more: object = {}, store: Store = openMemoryStore()): Promise<ToldFarm> => {
  farm = await startToldFarm(store, notifyOf({ url: receiver.url, ...more }));
  return farm;
};
const arrive = (count: number): Promise<readonly Taken[]> =>
  waitFor(() => (receiver.requests.length >= count ? receiver.requests : null), LONG_MS, `${count} requests`);
const said = (taken: readonly Taken[]): string[] => taken.map(({ body }) => `${body.subject} ${body.status}`);
const ids = (taken: readonly Taken[]): unknown[] => taken.map(({ body }) => body.id);

test("a quarantine is told as it begins and as it ends, as JSON, and nothing in between", async () => {
  const { quarantine, bench, metric } = await start();
  await quarantine("m07");
  await bench.simulation.runFor(120_000);
  await quarantine();
  const taken = await arrive(2);
  expect(said(taken)).toEqual(["m07 begun", "m07 over"]);
  expect(taken[0]?.headers["content-type"]).toBe("application/json");
  expect(taken[0]?.body).toMatchObject({ version: 1, kind: "quarantine", from: "ctl-1", dryRun: false });
  await waitFor(async () => (await metric("retask_notification_attempts_total", "taken")) === 2, LONG_MS, "the metric");
  expect(await metric("retask_notifications_waiting")).toBe(0);
});

test("a receiver is told of its own events alone", async () => {
  const { quarantine, bench } = await start({ on: ["expiry"] });
  await quarantine("m07");
  await bench.send("PUT", "/v1/overrides/pins/m01", { author: "ada", reason: "a disk is changed", for: "20m" });
  await bench.simulation.runFor(1_150_000);
  expect(said(await arrive(1))).toEqual(["m01 begun"]);
});

describe("a receiver that misbehaves", () => {
  test("answers 500 twice, and takes the same message then; the next one waits its turn", async () => {
    receiver.behave(status(500), status(503), "take");
    const { quarantine, notifier } = await start();
    await quarantine("m07", "m08");
    const taken = await arrive(4);
    expect(said(taken)).toEqual(["m07 begun", "m07 begun", "m07 begun", "m08 begun"]);
    expect(new Set(ids(taken)).size).toBe(2);
    await waitFor(() => notifier.reasons().length === 0, LONG_MS, "the trouble to be over");
  });

  test("hangs: ticks go on meanwhile, the status says so, and the message is sent again", async () => {
    receiver.behave("hang", "hang", "take");
    const { quarantine, bench, notifier, metric } = await start({ deadline: "200ms" });
    await quarantine("m07");
    await arrive(1);
    const before = bench.controller.last;
    await bench.simulation.turn();
    expect(bench.controller.last).not.toBe(before);
    await waitFor(() => notifier.reasons().length > 0, LONG_MS, "a reason");
    expect(notifier.reasons()[0]).toMatch(
      /^notifications to 127.0.0.1:\d+ have not been taken for .*: no answer within 200 ms$/,
    );
    expect((await bench.get("/v1/status")).body.reasons).toEqual(expect.arrayContaining([...notifier.reasons()]));
    expect(ids(await arrive(3))).toEqual(Array(3).fill(receiver.requests[0]?.body.id));
    await waitFor(
      async () => (await metric("retask_notification_attempts_total", "failed")) === 2,
      LONG_MS,
      "2 failures",
    );
  });

  test("asks to be left alone for a second: it is, though the delay would be shorter", async () => {
    receiver.behave(status(429, { "retry-after": "1" }), "take");
    const { quarantine } = await start();
    await quarantine("m07");
    const [first, second] = await arrive(2);
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(990);
  });

  test("redirects: the message goes nowhere else, and is given up", async () => {
    const elsewhere = await startReceiver();
    receiver.behave(status(302, { location: elsewhere.url }), "take");
    const { quarantine, logged } = await start();
    await quarantine("m07", "m08");
    expect(said(await arrive(2))).toEqual(["m07 begun", "m08 begun"]);
    expect(elsewhere.requests).toEqual([]);
    expect(logged.join("")).toContain("redirects are not followed");
    await elsewhere.stop();
  });

  test("refuses: one line says so, and the next message is sent", async () => {
    receiver.behave(status(404), status(404), "take");
    const { quarantine, logged, metric } = await start();
    await quarantine("m07", "m08", "m09");
    expect(said(await arrive(3))).toEqual(["m07 begun", "m08 begun", "m09 begun"]);
    expect(logged.filter((line) => line.includes("given up"))).toHaveLength(1);
    expect(await metric("retask_notification_attempts_total", "refused")).toBe(2);
  });

  test("takes the message, and drips an answer without end: it counts as taken at once", async () => {
    receiver.behave((response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write("x".repeat(1_000)), 5);
      response.on("close", () => clearInterval(drip));
    }, "take");
    const { quarantine } = await start({ deadline: "1m" });
    await quarantine("m07", "m08");
    expect(said(await arrive(2))).toEqual(["m07 begun", "m08 begun"]);
  });

  test("is gone: the oldest of too many messages are dropped, and are counted", async () => {
    await receiver.stop();
    const { quarantine, metric, logged } = await start();
    for (let round = 0; round < 6; round += 1) {
      await quarantine(...Array.from({ length: 24 }, (_, index) => `m${String(index + 1).padStart(2, "0")}`));
      await quarantine();
    }
    // 6 rounds × 24 machines × 2 messages, and what else is told of a farm that loses its machines.
    expect(await metric("retask_notifications_waiting")).toBe(200);
    expect(await metric("retask_notifications_dropped_total")).toBeGreaterThanOrEqual(88);
    expect(logged.join("")).toContain("the oldest is dropped");
  });
});

test("a store that can't be written keeps nobody from being told, and no tick from ending", async () => {
  const store = openMemoryStore();
  store.saveSetting = async () => {
    throw new Error("the disk is full");
  };
  const { quarantine, logged, bench } = await start({}, store);
  await quarantine("m07");
  await quarantine();
  expect(said(await arrive(2))).toEqual(["m07 begun", "m07 over"]);
  expect(logged.filter((line) => line.includes("can't be stored"))).toHaveLength(1);
  expect(bench.controller.failedTicks).toBe(0);
});

test("a bug in what is told of is logged, and the tick ends as ever", async () => {
  const { logged, bench, notifier } = await start();
  const tick = bench.controller.last;
  if (tick === null) throw new Error("no tick has ended");
  const broken = { ...tick, decision: { ...tick.decision, roles: undefined as never } };
  expect(() => notifier.onTick(broken, bench.controller)).not.toThrow();
  expect(logged.join("")).toContain("nobody is told of this tick");
});

test("no log line and no reason ever holds the address beyond its host, or the token", async () => {
  const { path, remove } = await temporaryDirectory();
  const tokenFile = join(path, "token");
  await writeFile(tokenFile, "s3cret-token\n");
  receiver.behave(status(500), status(404), status(302), "hang");
  const { quarantine, logged, notifier, bench } = await start({ tokenFile, deadline: "200ms" });
  await quarantine("m07", "m08", "m09");
  const [first] = await arrive(4);
  await waitFor(() => notifier.reasons()[0]?.includes("no answer within"), LONG_MS, "the deadline");
  const everything = [...logged, ...notifier.reasons(), (await bench.get("/v1/status")).text].join("");
  expect(first?.headers.authorization).toBe("Bearer s3cret-token");
  expect(first?.path).toBe("/hook/s3cret-path");
  expect(everything).not.toContain("s3cret");
  expect(everything).toContain("HTTP 404");
  await remove();
});

describe("over a restart", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  beforeEach(async () => {
    directory = await temporaryDirectory();
  });
  afterEach(() => directory.remove());

  async function openStore(): Promise<Store> {
    const file = join(directory.path, "retask.db");
    const logger = pino({ level: "silent" });
    const opened = await openSqliteStore({ file, logger, clock: systemClock, keepDecisionsMs: 1e9, keepDemandMs: 1e9 });
    if (!opened.ok) throw new Error(opened.why);
    return opened.store;
  }

  test("what was taken is not told again, what waited is told with the same id, and what ended meanwhile as over", async () => {
    receiver.behave("take", status(500));
    const before = await openStore();
    const first = await start({}, before);
    await first.quarantine("m07");
    await arrive(1);
    await first.quarantine("m07", "m08");
    await arrive(2);
    await first.stop();
    await before.close();

    const heard = receiver.requests.length;
    receiver.behave("take");
    const after = await openStore();
    const alone = await startNotifier(after, notifyOf({ url: receiver.url }));
    await arrive(heard + 1);
    const waiting = async () => [...(readMemory(await after.setting(MEMORY_KEY))?.outboxes.values() ?? [])].flat();
    await waitFor(async () => (await waiting()).length === 0, LONG_MS, "the outbox to be empty");
    await alone.stop();
    // Told at least once: what was on its way as the first one stopped may arrive after all.
    const waited = receiver.requests.slice(heard);
    expect(new Set(said(waited))).toEqual(new Set(["m08 begun"]));
    expect(new Set(ids(waited))).toEqual(new Set([receiver.requests[1]?.body.id]));

    const known = receiver.requests.length;
    const second = await start({}, after);
    await second.quarantine("m09");
    const late = (await arrive(known + 3)).slice(known);
    expect(said(late)).toEqual(["m07 over", "m08 over", "m09 begun"]);
    await second.stop();
    farm = null;
    await after.close();
  });
});
