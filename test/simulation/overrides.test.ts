/** Pauses, pins, ends and restarts, said over HTTP and done by the real loop over the simulated farm. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { describe, expect, test } from "vitest";
import { machineName } from "../../src/core/domain/names.ts";
import { openMemoryStore } from "../../src/store/memory-store.ts";
import { openSqliteStore } from "../../src/store/sqlite-store.ts";
import { BY, FOR_AN_HOUR, MONDAY_MS, restartBench, WEB } from "../unit/http/support/bench.ts";
import {
  healthyIn,
  MINUTE_MS,
  notDone,
  placementOf,
  run,
  SESSIONS_FOR_12,
  watchedBench,
} from "./support/watched-bench.ts";

const M01 = machineName("m01");

describe("a pause", () => {
  test("of the pool lets nothing new begin; what is under way comes to its end; with its end, work goes on", async () => {
    const bench = await watchedBench();
    bench.load.sessions = SESSIONS_FOR_12;
    await run(bench, 3 * MINUTE_MS);
    const underWay = [...bench.controller.state.operations.keys()];
    expect(underWay.length).toBeGreaterThan(0);

    expect((await bench.send("POST", "/v1/pause", { ...FOR_AN_HOUR, scope: "pool" })).status).toBe(201);
    const before = bench.begun.length;
    await run(bench, 30 * MINUTE_MS);
    expect(bench.begun.length).toBe(before);
    expect(bench.controller.state.operations.size).toBe(0);
    for (const id of underWay) {
      const { body } = await bench.get(`/v1/operations/${id}`);
      expect(["done", "undone"]).toContain(body.outcome);
    }
    expect((await bench.get("/v1/status")).body).toMatchObject({
      health: "holding",
      reasons: ["paused: a disk is changed (ada)"],
    });

    expect((await bench.send("DELETE", "/v1/pause", { ...BY, scope: "pool" })).status).toBe(200);
    await run(bench, 30 * MINUTE_MS);
    expect(bench.begun.length).toBeGreaterThan(before);
    expect(healthyIn(bench, WEB)).toBeGreaterThanOrEqual(11);
  });

  test("of a role keeps every machine of it where it is, and none comes", async () => {
    const bench = await watchedBench();
    await bench.send("POST", "/v1/pause", { ...FOR_AN_HOUR, scope: { role: "web" } });
    bench.load.sessions = SESSIONS_FOR_12;
    await run(bench, 20 * MINUTE_MS);
    expect(bench.begun).toEqual([]);
    expect((await bench.get("/v1/roles/web")).body).toMatchObject({ state: "paused", desired: 8 });
    await bench.send("DELETE", "/v1/pause", { ...BY, scope: { role: "web" } });
    await run(bench, 5 * MINUTE_MS);
    expect(bench.begun.length).toBeGreaterThan(0);
  });

  test("of a role one way: none comes whatever the load, and what is too many still leaves", async () => {
    const bench = await watchedBench();
    await bench.send("POST", "/v1/pause", { ...FOR_AN_HOUR, scope: { role: "web" }, direction: "in" });
    bench.load.sessions = SESSIONS_FOR_12;
    await run(bench, 10 * MINUTE_MS);
    expect(bench.begun).toEqual([]);
    bench.load.sessions = 250;
    await run(bench, 20 * MINUTE_MS);
    expect(new Set(bench.begun.map(({ from, to }) => `${from} to ${to}`))).toEqual(new Set(["web to compile"]));
  });

  test("of a role the other way: none leaves whatever the load, and what is missing still comes", async () => {
    const bench = await watchedBench();
    await bench.send("POST", "/v1/pause", { ...FOR_AN_HOUR, scope: { role: "web" }, direction: "out" });
    bench.load.sessions = 250;
    await run(bench, 20 * MINUTE_MS);
    expect(bench.begun).toEqual([]);
    bench.load.sessions = SESSIONS_FOR_12;
    await run(bench, 10 * MINUTE_MS);
    expect(new Set(bench.begun.map(({ from, to }) => `${from} to ${to}`))).toEqual(new Set(["compile to web"]));
  });

  test("of a machine keeps that one where it is; another one is taken", async () => {
    const bench = await watchedBench();
    bench.load.sessions = SESSIONS_FOR_12;
    await run(bench, MINUTE_MS * 2);
    const [first] = bench.begun;
    if (first === undefined) throw new Error("nothing was begun");

    const other = await watchedBench();
    await other.send("POST", "/v1/pause", { ...FOR_AN_HOUR, scope: { machine: first.machine } });
    other.load.sessions = SESSIONS_FOR_12;
    await run(other, 20 * MINUTE_MS);
    expect(other.begun.length).toBeGreaterThan(0);
    expect(other.begun.map(({ machine }) => machine)).not.toContain(first.machine);
  });
});

describe("a pin", () => {
  test("keeps a machine from every move, and from a force too", async () => {
    const bench = await watchedBench();
    await bench.send("PUT", "/v1/overrides/pins/m01", FOR_AN_HOUR);
    const force = await bench.send("PUT", "/v1/overrides/machines/m01", { ...FOR_AN_HOUR, to: "compile" });
    expect(force.body.heldBack).toMatchObject([{ subject: "m01", why: "pinned by ada: a disk is changed" }]);
    bench.load.sessions = 10;
    await run(bench, 40 * MINUTE_MS);
    expect(bench.begun.length).toBeGreaterThan(0);
    expect(bench.begun.map(({ machine }) => machine)).not.toContain("m01");
    expect(await notDone(bench, "m01")).toContain("pinned by ada");
    expect(placementOf(bench, "m01")).toBe("web");
  });

  test("calls off a move that can still be undone", async () => {
    const bench = await watchedBench();
    await bench.send("PUT", "/v1/overrides/machines/m01", { ...FOR_AN_HOUR, to: "compile" });
    await run(bench, 5_000);
    expect(bench.controller.state.operations.size).toBe(1);
    await bench.send("DELETE", "/v1/overrides/machines/m01", BY);
    await bench.send("PUT", "/v1/overrides/pins/m01", FOR_AN_HOUR);
    await run(bench, 5 * MINUTE_MS);
    expect((await bench.get("/v1/machines/m01")).body).toMatchObject({
      standing: { kind: "serving", placement: "web" },
      history: [{ outcome: "undone" }],
    });
  });
});

describe("an end", () => {
  test("comes by itself, with the expiry, and the machine is the load's again", async () => {
    const bench = await watchedBench();
    await bench.send("POST", "/v1/pause", { ...BY, for: "10m", scope: "pool" });
    await bench.send("PUT", "/v1/overrides/pins/m01", {
      ...BY,
      until: new Date(MONDAY_MS + 60 * MINUTE_MS).toISOString(),
    });
    bench.load.sessions = SESSIONS_FOR_12;
    await run(bench, 9 * MINUTE_MS);
    expect(bench.begun).toEqual([]);
    await run(bench, 3 * MINUTE_MS);
    expect(bench.begun.length).toBeGreaterThan(0);
    expect((await bench.get("/v1/overrides")).body.overrides).toMatchObject([{ act: { kind: "pin" } }]);
    expect((await bench.get("/v1/status")).body).toMatchObject({ modes: { pause: "running" } });
    await run(bench, 50 * MINUTE_MS);
    expect((await bench.get("/v1/overrides")).body.overrides).toEqual([]);
  });

  test("counts the time that retask was down", async () => {
    const bench = await watchedBench();
    await bench.send("POST", "/v1/pause", { ...BY, for: "30m", scope: "pool" });
    bench.simulation.world.clock.advance(31 * MINUTE_MS);
    const restarted = await restartBench(bench);
    expect((await restarted.get("/v1/overrides")).body.overrides).toEqual([]);
    await run(restarted, 20_000);
    expect((await restarted.get("/v1/status")).body).toMatchObject({ modes: { pause: "running" } });
  });
});

describe("a restart", () => {
  const kinds = ["memory", "sqlite"] as const;
  test.each(kinds)("keeps every override in force, word for word (%s)", async (kind) => {
    const directory = await mkdtemp(join(tmpdir(), "retask-overrides-"));
    const store = kind === "memory" ? openMemoryStore() : await sqliteIn(directory);
    try {
      const bench = await watchedBench({ store });
      await bench.send("POST", "/v1/pause", { ...BY, untilResumed: true, scope: "pool" });
      await bench.send("POST", "/v1/pause", { ...FOR_AN_HOUR, scope: { role: "compile" }, direction: "out" });
      await bench.send("PUT", "/v1/overrides/pins/m02", FOR_AN_HOUR);
      await bench.send("PUT", "/v1/overrides/machines/m01", { ...FOR_AN_HOUR, to: "compile", overrideFloor: true });
      await bench.send("PUT", "/v1/overrides/roles/web", { ...FOR_AN_HOUR, count: 10 });
      await bench.send("PUT", "/v1/overrides/roles/compile", { ...FOR_AN_HOUR, range: { min: 3, max: 9 } });
      const before = (await bench.get("/v1/overrides")).body;

      const restarted = await restartBench(bench);
      expect((await restarted.get("/v1/overrides")).body).toEqual(before);
      bench.load.sessions = SESSIONS_FOR_12;
      await run(restarted, 20 * MINUTE_MS);
      expect(bench.begun).toEqual([]);
      // And everything that was said is still there to be read.
      const { body } = await restarted.get("/v1/audit?limit=6");
      expect((body.entries as { action: string }[]).map(({ action }) => action)).toEqual([
        "set force role compile",
        "set force role web",
        "set force machine m01",
        "set pin machine m02",
        "set pause role compile",
        "set pause pool",
      ]);
      const decisions = (await restarted.get("/v1/decisions?limit=1")).body.decisions as {
        decision: { roles: unknown[] };
      }[];
      expect(decisions[0]?.decision.roles).toHaveLength(2);
    } finally {
      await store.close();
      await rm(directory, { recursive: true, force: true });
    }
  });
});

async function sqliteIn(directory: string) {
  const opened = await openSqliteStore({
    file: join(directory, "retask.db"),
    logger: pino({ level: "silent" }),
    clock: { wallMs: () => MONDAY_MS },
    keepDecisionsMs: 90 * 86_400_000,
    keepDemandMs: 90 * 86_400_000,
  });
  if (!opened.ok) throw new Error(opened.why);
  return opened.store;
}

test("a quarantined machine is let out and works again", async () => {
  const bench = await watchedBench();
  const machine = bench.simulation.world.machines.get(M01);
  await bench.send("PUT", "/v1/overrides/machines/m01", { ...FOR_AN_HOUR, for: "12h", to: "compile" });
  // It goes down, and hangs in its firmware when it should come back.
  const { power } = bench.simulation.world;
  const { on } = power;
  power.on = async (one, enrolment, signal) => (one.name === M01 ? { ok: true } : on(one, enrolment, signal));
  await run(bench, 90 * MINUTE_MS);
  expect((await bench.get("/v1/machines/m01")).body).toMatchObject({ standing: { kind: "quarantined" } });
  expect((await bench.get("/v1/status")).body).toMatchObject({ health: "degraded", quarantined: [{ machine: "m01" }] });

  power.on = on;
  const { body } = await bench.send("POST", "/v1/machines/m01/unquarantine", BY);
  expect(body).toMatchObject({ placement: "spare" });
  expect(machine?.power).toBe("off");
  await run(bench, 30 * MINUTE_MS);
  expect((await bench.get("/v1/machines/m01")).body).toMatchObject({
    standing: { kind: "serving", placement: "compile" },
  });
});
