/** The rota of the coming day, from schedules, orders and forecasts. */
import { describe, expect, test } from "vitest";
import { comingRota } from "../../../src/core/decide/coming-rota.ts";
import { decide } from "../../../src/core/decide/decide.ts";
import { roleName } from "../../../src/core/domain/names.ts";
import type { OverrideAct } from "../../../src/core/domain/override.ts";
import { known } from "../../../src/core/domain/reading.ts";
import type { ScheduleFacts } from "../../../src/core/domain/schedule.ts";
import { createRoleForecaster, observeMinute, roleForecastOf } from "../../../src/core/forecast/role-forecast.ts";
import { buildPool, type PoolSpec } from "../support/pool.ts";
import { order } from "../support/ticks.ts";

const [WEB, COMPILE] = [roleName("web"), roleName("compile")];
const HOUR_MS = 3_600_000;
const open = { open: true, nextOpenMs: null, closesMs: null };
const closed = { ...open, open: false };
const NEVER: ScheduleFacts = { windows: [], freezes: [], raisedFloors: new Map() };

const machines = Object.fromEntries(
  Array.from({ length: 12 }, (_, at) => [`m${String(at + 1).padStart(2, "0")}`, { in: at < 4 ? "web" : "compile" }]),
);
const spec = (given: Partial<PoolSpec> = {}): PoolSpec => ({
  machines,
  policies: {
    web: { demand: { series: "sessions", perMachine: 50, headroom: "0%" }, hold: { up: "0s" } },
    compile: { demand: "rest" },
  },
  demand: { web: 200 },
  ...given,
});

function rotaOf(given: Partial<PoolSpec>, schedules: (hour: number) => ScheduleFacts, forecast = false) {
  const pool = buildPool(spec(given));
  const decision = decide(pool);
  const beganMs = pool.observation.wallMs;
  const ahead = () => (forecast ? twoDays() : null);
  const rota = comingRota({
    ...pool,
    decision,
    ahead,
    schedules: (atMs) => schedules((atMs - beganMs) / HOUR_MS),
  });
  const counts = (role: string) => rota.roles.find((line) => line.role === role)?.counts ?? [];
  return { rota, counts };
}

/** 100 sessions by night and 400 from 8 to 20; it is 7 o'clock of the third day. */
function twoDays() {
  const forecaster = createRoleForecaster(600);
  for (let minute = 0; minute < 2 * 1_440 + 420; minute++) {
    const ofDay = minute % 1_440;
    observeMinute(forecaster, known((ofDay >= 480 && ofDay < 1_200 ? 400 : 100) + (minute % 7)));
  }
  return roleForecastOf(forecaster);
}

describe("without a forecast", () => {
  test("a role is taken to want what it wants now, and a schedule raises its floor in time", () => {
    const policies = {
      ...spec().policies,
      web: { ...spec().policies.web, machines: { floor: 2, raiseFloor: [{ ...SCHEDULE, floor: 9 }] } },
    };
    const at = (hour: number) => ({
      ...NEVER,
      raisedFloors: new Map([["web", [hour >= 6 && hour < 9 ? open : closed]]]),
    });
    const { rota, counts } = rotaOf({ policies }, at);
    expect(counts("web")).toHaveLength(48);
    expect([counts("web")[0], counts("web")[12], counts("web")[17], counts("web")[30]]).toEqual([4, 9, 9, 4]);
    expect(counts("compile")[30]).toBe(8);
    expect(rota.demand).toEqual(
      new Map([
        [WEB, null],
        [COMPILE, null],
      ]),
    );
  });

  test("no move begins in a freeze, and every machine is somewhere", () => {
    const at = (hour: number) => ({ ...NEVER, freezes: [hour < 5 ? open : closed] });
    const { rota, counts } = rotaOf({ demand: { web: 500 } }, at);
    expect(rota.moves.slice(0, 10)).toEqual(Array(10).fill(0));
    expect(counts("web").at(9)).toBe(4);
    expect(counts("web").at(-1)).toBe(10);
    for (const [slot, web] of counts("web").entries()) {
      const all = web + (counts("compile")[slot] ?? 0) + (rota.spare[slot] ?? 0) + (rota.moving[slot] ?? 0);
      expect(all, `slot ${slot}`).toBe(12);
    }
  });

  /** Of web, an hour from now, in the last half hour of an order for four, and long after it. */
  function webUnder(act: OverrideAct, demand = 200): (number | undefined)[] {
    const expiresMs = buildPool(spec()).observation.wallMs + 4 * HOUR_MS;
    const { counts } = rotaOf({ overrides: [order(act, { expiresMs })], demand: { web: demand } }, () => NEVER);
    return [counts("web")[2], counts("web")[7], counts("web")[20]];
  }

  test("a force holds until its order ends: a count, a range, a floor", () => {
    expect(webUnder({ kind: "forceCount", role: WEB, count: 7 })).toEqual([7, 7, 4]);
    expect(webUnder({ kind: "forceRange", role: WEB, min: 5, max: 7 })).toEqual([5, 5, 4]);
    expect(webUnder({ kind: "forceFloor", role: WEB, floor: 6 })).toEqual([6, 6, 4]);
  });

  test("a pause one way lets none in, or none out, until it ends", () => {
    const pause = (direction: "in" | "out" | "both") =>
      ({ kind: "pause", scope: { kind: "role", role: WEB }, direction }) as const;
    expect(webUnder(pause("out"), 0)).toEqual([4, 4, 0]);
    expect(webUnder(pause("in"), 500)).toEqual([4, 4, 10]);
    expect(webUnder(pause("both"), 500)).toEqual([4, 4, 10]);
  });
});

test("with two days of history it looks four hours ahead, and has the machines there when the morning comes", () => {
  const policies = { ...spec().policies, web: { ...spec().policies.web, forecast: "seasonal" } };
  const { rota, counts } = rotaOf({ policies, demand: { web: 103 } }, () => NEVER, true);
  expect(counts("web")).toHaveLength(8);
  expect(counts("web")[3]).toBeGreaterThanOrEqual(8);
  const bands = rota.demand.get(WEB);
  expect(bands?.[0]?.median).toBeLessThan(150);
  expect(bands?.[4]?.median).toBeGreaterThan(300);
  for (const { low, median, high } of bands ?? [])
    expect([low, median, high]).toEqual([low, median, high].sort((a, b) => a - b));
});

const SCHEDULE = { opens: "0 6 * * *", for: "3h", timezone: "UTC" };
