/** How a daemon's forecast comes about: from its record, and from one reading a minute. */
import { setImmediate } from "node:timers/promises";
import pino from "pino";
import { expect, test } from "vitest";
import { Forecasts } from "../../src/control/forecasts.ts";
import { roleName } from "../../src/core/domain/names.ts";
import { known, type Reading } from "../../src/core/domain/reading.ts";
import { type Forecast, quantile } from "../../src/core/forecast/forecast.ts";
import type { DemandPoint } from "../../src/store/store.ts";
import type { PastAnswer, PastLoad } from "../../src/world/ports.ts";
import { buildPool } from "../unit/support/pool.ts";

type Known = Reading & { kind: "known" };
const WEB = roleName("web");
const MINUTE_MS = 60_000;
const NOW_MINUTE = 30_000_000;
/** A day for the season, one for the first fit, and half an hour until each lead had it. */
const ENOUGH = 2_940;
const pool = buildPool({
  machines: { m01: { in: "web" }, m02: { in: "compile" } },
  policies: {
    web: { demand: { series: "sessions", perMachine: 500 }, forecast: "seasonal" },
    compile: { demand: "rest" },
  },
});

/** So many minutes up to now; every seventh was not recorded. */
const recorded = (minutes: number): DemandPoint[] =>
  Array.from({ length: minutes }, (_, at) => NOW_MINUTE - minutes + at)
    .filter((minute) => minute % 7 !== 0)
    .map((minute) => ({ atMs: minute * MINUTE_MS + 1_000, reading: known(100 + 50 * Math.sin(minute / 229)) }));

function started(points: readonly DemandPoint[], pastLoad?: PastLoad) {
  let asked = 0;
  const demandHistory = async () => {
    asked += 1;
    return points;
  };
  const forecasts = new Forecasts({ store: { demandHistory }, pastLoad }, pino({ level: "silent" }));
  const tick = async (minute: number, web = 100) => {
    const demand = new Map([[WEB, { demand: known(web), confirm: null }]]);
    const followed = forecasts.follow(pool.site, { ...pool.observation, demand, wallMs: minute * MINUTE_MS });
    await setImmediate();
    return followed;
  };
  return { tick, asked: () => asked };
}

test("two days of record make a forecast within a few ticks, and none waits for all of it", async () => {
  const { tick, asked } = started(recorded(ENOUGH));
  let ticks = 0;
  while ((await tick(NOW_MINUTE)).size === 0 && ticks < 40) ticks += 1;
  // 200 minutes in a tick.
  expect(ticks).toBeGreaterThanOrEqual(14);
  expect(ticks).toBeLessThan(19);
  expect(asked()).toBe(1);
});

test("without a record there is none, and a record that can't be read is no reason to fail", async () => {
  const { tick } = started([]);
  for (let minute = 0; minute < 5; minute++) expect((await tick(NOW_MINUTE + minute)).size).toBe(0);
  const store = { demandHistory: () => Promise.reject(new Error("disk")) };
  const broken = new Forecasts({ store }, pino({ level: "silent" }));
  expect(broken.follow(pool.site, pool.observation).size).toBe(0);
});

/** Prometheus, asked once; of two days it knows all but what the record has. */
const prometheus = (answer: PastAnswer): PastLoad & { asked: number[] } => {
  const asked: number[] = [];
  return {
    asked,
    read: async (_, fromMs, toMs) => {
      asked.push((toMs - fromMs) / MINUTE_MS);
      return answer;
    },
  };
};

test("at the first start Prometheus tells what the record does not know, and its answer stands over an older query's", async () => {
  const points = recorded(ENOUGH).map(({ atMs, reading }) => ({ atMs, value: 2 * (reading as Known).value }));
  const ask = prometheus({ ok: true, points });
  const { tick } = started(recorded(600), ask);
  let forecast: Forecast | undefined;
  for (let ticks = 0; ticks < 16; ticks++) forecast = (await tick(NOW_MINUTE, 200)).get(WEB);
  expect(ask.asked.map(Math.round)).toEqual([28 * 1_440]);
  expect(forecast && quantile(forecast, 30, 0.5)).toBeGreaterThan(150);
});

test("with a whole record it is not asked, and its silence is no reason to fail", async () => {
  const whole = prometheus({ ok: false, why: "down" });
  const all = Array.from({ length: 28 * 1_440 }, (_, at) => NOW_MINUTE - 28 * 1_440 + at);
  await started(
    all.map((minute) => ({ atMs: minute * MINUTE_MS, reading: known(100) })),
    whole,
  ).tick(NOW_MINUTE);
  expect(whole.asked).toEqual([]);
  const silent = prometheus({ ok: false, why: "down" });
  const { tick } = started(recorded(ENOUGH), silent);
  for (let ticks = 0; ticks < 16; ticks++) await tick(NOW_MINUTE);
  expect((await tick(NOW_MINUTE)).size).toBe(1);
  expect(silent.asked).toHaveLength(1);
});

test("a minute counts once, however many ticks it has; a clock that jumps back teaches nothing twice", async () => {
  const { tick } = started(recorded(ENOUGH));
  for (let ticks = 0; ticks < 16; ticks++) await tick(NOW_MINUTE);
  const once = (await tick(NOW_MINUTE)).get(WEB);
  expect(once).toBeDefined();
  expect((await tick(NOW_MINUTE, 900)).get(WEB)).toEqual(once);
  expect((await tick(NOW_MINUTE - 60, 900)).get(WEB)).toEqual(once);
  expect((await tick(NOW_MINUTE + 1, 100)).get(WEB)).not.toEqual(once);
});

test("a clock that jumps ahead by fifty years holds up no tick", async () => {
  const { tick, asked } = started([]);
  await tick(NOW_MINUTE);
  for (const years of [50, 0, 50]) await tick(NOW_MINUTE + years * 525_960);
  // It begins anew: to fill in each minute would take gigabytes.
  expect(asked()).toBe(4);
});

test("another demand begins anew, and a policy without a forecast has none", async () => {
  const { tick, asked } = started(recorded(ENOUGH));
  for (let ticks = 0; ticks < 16; ticks++) await tick(NOW_MINUTE);
  await tick(NOW_MINUTE + 3 * 1_440);
  expect(asked()).toBe(1);
  await tick(NOW_MINUTE);
  expect(asked()).toBe(2);
});
