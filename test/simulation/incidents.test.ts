/** What went wrong elsewhere, replayed: each incident with the same mistake made, and what retask does instead. */
import { describe, expect, test } from "vitest";
import { known, type Reading, unknown } from "../../src/core/domain/reading.ts";
import { Life } from "../../src/simulation/faults/life.ts";
import { noTroubles } from "../../src/simulation/faults/troubles.ts";
import { parseAnswer } from "../../src/world/load/prometheus-answer.ts";
import { COMPILE, FOR_AN_HOUR, restartBench, WEB } from "../unit/http/support/bench.ts";
import { live, said, startFarm } from "./support/fault-farm.ts";
import {
  healthyIn,
  MINUTE_MS,
  notDone,
  run,
  SESSIONS_FOR_12,
  type WatchedBench,
  watchedBench,
} from "./support/watched-bench.ts";

const HOUR_MS = 60 * MINUTE_MS;

/** From now on web's load is told so, whatever it truly is. */
function tell({ simulation: { world } }: WatchedBench, demand: () => Reading, confirm: () => Reading): void {
  world.load.read = async () => ({ demand: demand(), confirm: confirm() });
}

/** How many machines began to leave web. */
const leftWeb = ({ begun }: WatchedBench): number => begun.filter(({ from }) => from === WEB).length;

/** Turns the loop, and holds something against every minute of it. */
async function throughout(bench: WatchedBench, ms: number, hold: () => void): Promise<void> {
  for (let passed = 0; passed < ms; passed += MINUTE_MS) {
    await run(bench, MINUTE_MS);
    hold();
  }
}

test("KEDA 2022, the empty answer read as zero: a monitoring that finds no series takes no machine from web, for two hours", async () => {
  const bench = await watchedBench();
  const empty = parseAnswer(200, '{"status":"success","data":{"resultType":"vector","result":[]}}');
  const told = empty.ok ? known(empty.value) : unknown(empty.why);
  tell(
    bench,
    () => told,
    () => told,
  );
  await throughout(bench, 2 * HOUR_MS, () => expect(healthyIn(bench, WEB)).toBe(8));
  expect(bench.begun).toEqual([]);
  expect((await bench.get("/v1/roles/web")).body).toMatchObject({ state: "blind", desired: 8 });
});

test("Slack 2021, CPUs idle because every thread waits: a load that collapses while requests still come is not believed", async () => {
  const bench = await watchedBench();
  bench.load.sessions = SESSIONS_FOR_12;
  await run(bench, 45 * MINUTE_MS);
  const had = healthyIn(bench, WEB);
  expect(had).toBeGreaterThanOrEqual(11);
  const before = bench.begun.length;
  tell(
    bench,
    () => known(20),
    () => known(SESSIONS_FOR_12),
  );
  await throughout(bench, 9 * MINUTE_MS, () => expect(healthyIn(bench, WEB)).toBe(had));
  expect(bench.begun.length).toBe(before);
  expect((await bench.get("/v1/roles/web")).body).toMatchObject({ state: "suspect" });
});

describe("Joyent 2014, a mistyped reboot hit every server at once", () => {
  test("an order without a name is an error, and reaches no machine", async () => {
    const bench = await watchedBench();
    for (const path of ["/v1/overrides/machines/", "/v1/overrides/machines/*", "/v1/overrides/machines/all"])
      expect((await bench.send("PUT", path, { ...FOR_AN_HOUR, to: "compile" })).status).toBeGreaterThanOrEqual(400);
    const nobody = await bench.send("POST", "/v1/pause", { ...FOR_AN_HOUR, scope: {} });
    expect(nobody.status).toBe(422);
    await run(bench, 10 * MINUTE_MS);
    expect([bench.begun.length, healthyIn(bench, WEB)]).toEqual([0, 8]);
  });

  test("an order for every machine by name moves two at a time, and leaves web its floor", async () => {
    const bench = await watchedBench();
    for (const name of bench.simulation.world.machines.keys())
      await bench.send("PUT", `/v1/overrides/machines/${name}`, { ...FOR_AN_HOUR, for: "12h", to: "compile" });
    await throughout(bench, 6 * HOUR_MS, () => {
      expect(bench.controller.state.operations.size).toBeLessThanOrEqual(2);
      expect(healthyIn(bench, WEB)).toBeGreaterThanOrEqual(4);
    });
    // Monday's office day raised the floor from 4 to 8 while the first of them were on their way.
    expect(leftWeb(bench)).toBeGreaterThan(0);
    expect(await notDone(bench, "m08")).toMatch(/floor/);
  });
});

test("Reddit 2016, a package manager switched the disabled autoscaler on again: a pause outlives every new process", async () => {
  let bench = await watchedBench();
  await bench.send("POST", "/v1/pause", { ...FOR_AN_HOUR, for: "4h", scope: "pool" });
  bench.load.sessions = SESSIONS_FOR_12;
  for (let restart = 0; restart < 3; restart++) {
    await run(bench, 30 * MINUTE_MS);
    bench = { ...bench, ...(await restartBench(bench)) };
  }
  await run(bench, 30 * MINUTE_MS);
  expect([bench.begun.length, healthyIn(bench, WEB)]).toEqual([0, 8]);
  expect((await bench.get("/v1/status")).body).toMatchObject({ reasons: ["paused: a disk is changed (ada)"] });
  await run(bench, 3 * HOUR_MS);
  expect(bench.begun.length).toBeGreaterThan(0);
});

test("DynamoDB 2025, a delayed actor applied a stale plan: whenever it sleeps for an hour, it looks again before it switches anything off", async () => {
  let slept = 0;
  for (let turns = 1; turns < 60; turns++) {
    let meanwhile = (): void => {};
    const life = new Life(noTroubles(), () => meanwhile());
    const farm = await startFarm({ holding: (store) => life.holding(store) });
    for (let turn = 0; turn < turns; turn++) await farm.simulation.turn();
    if (said(farm).length > 0) break;
    const { world } = farm.simulation;
    // While it sleeps between seeing and acting, the other build machines die: the one that it meant to take is the last.
    meanwhile = () => {
      slept += 1;
      world.clock.advance(HOUR_MS);
      for (const { machine, phase } of world.machines.values())
        if (phase === "up" && world.traffic.isServing(COMPILE, machine.name) && machine.name !== live(farm)?.machine)
          world.machines.get(machine.name)?.switchOff();
    };
    life.sleepAtNextTick(HOUR_MS);
    await farm.simulation.runFor(10 * MINUTE_MS);
    expect(said(farm), `asleep in turn ${turns}`).toEqual([]);
  }
  expect(slept).toBeGreaterThan(3);
});

test("escalator 2024, a denominator that draining shrinks: the build farm loses machines, and web's wanted count never moves", async () => {
  const bench = await watchedBench();
  const wanted = new Set<number | null | undefined>();
  await bench.send("PUT", "/v1/overrides/roles/web", { ...FOR_AN_HOUR, for: "6h", count: 14 });
  await throughout(bench, 3 * HOUR_MS, () => wanted.add(bench.controller.last?.decision.roles.get(WEB)?.wanted.count));
  expect(healthyIn(bench, COMPILE)).toBe(10);
  // The same sessions are spread over nearly twice as many machines: each is half as busy, and as many are wanted.
  expect([...wanted]).toEqual([8]);
});

test("a metric that flaps from minute to minute moves web up once, and then nothing for hours", async () => {
  const bench = await watchedBench();
  let minute = 0;
  tell(
    bench,
    () => known(minute % 2 === 0 ? 200 : SESSIONS_FOR_12),
    () => known(SESSIONS_FOR_12),
  );
  await throughout(bench, 4 * HOUR_MS, () => {
    minute += 1;
  });
  expect(bench.begun.length).toBeLessThanOrEqual(5);
  expect(leftWeb(bench)).toBe(0);
});

describe("a retry storm after an outage", () => {
  test("tftpd is back after an hour in which web was short: its machines come two at a time, not all at once", async () => {
    const bench = await watchedBench();
    const { bootServer } = bench.simulation.world;
    const { probe } = bootServer;
    bootServer.probe = async () => ({ ok: false, why: "no TFTP answer" });
    bench.load.sessions = SESSIONS_FOR_12;
    await run(bench, HOUR_MS);
    expect([bench.begun.length, healthyIn(bench, WEB)]).toEqual([0, 8]);
    bootServer.probe = probe;
    let most = 0;
    await throughout(bench, HOUR_MS, () => {
      most = Math.max(most, bench.controller.state.operations.size);
    });
    expect(most).toBe(2);
    expect(healthyIn(bench, WEB)).toBeGreaterThanOrEqual(11);
  });

  test("an image that no machine can boot, all night long: six machines are lost in eight hours, and web never falls", async () => {
    const bench = await watchedBench();
    for (const machine of bench.simulation.world.machines.values()) {
      machine.switchOn = () => {
        machine.phase = "booting";
      };
    }
    bench.load.sessions = 2_000;
    await throughout(bench, 8 * HOUR_MS, () => expect(healthyIn(bench, WEB)).toBe(8));
    const lost = [...bench.controller.state.machines.values()].filter(({ quarantine }) => quarantine !== null);
    expect(lost.length).toBeGreaterThanOrEqual(3);
    expect(lost.length).toBeLessThanOrEqual(6);
    const waiting = (await bench.get("/v1/plan")).body.notDone as { why: string }[];
    expect(waiting.map(({ why }) => why).join()).toContain("one is tried again after a pause");
  });
});
