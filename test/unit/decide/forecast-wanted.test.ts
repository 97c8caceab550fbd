/** What a role wants that decides ahead, and when it goes by its demand alone. */
import { describe, expect, test } from "vitest";
import { decide } from "../../../src/core/decide/decide.ts";
import { moveMinutes } from "../../../src/core/decide/forecast-wanted.ts";
import type { Decision } from "../../../src/core/domain/decision.ts";
import { roleName } from "../../../src/core/domain/names.ts";
import { known, unknown } from "../../../src/core/domain/reading.ts";
import { type Forecast, forecastOf } from "../../../src/core/forecast/forecast.ts";
import { createForecaster, observe } from "../../../src/core/forecast/forecaster.ts";
import { buildPool, type PoolSpec } from "../support/pool.ts";

const WEB = roleName("web");

/** Three days of 100 sessions by night and 400 by day; it is four minutes to the morning's rise. */
function beforeTheMorning(): Forecast {
  const forecaster = createForecaster(1_000);
  for (let minute = 0; minute < 3 * 1_440 + 476; minute++) {
    const ofDay = minute % 1_440;
    observe(forecaster, known((ofDay >= 480 && ofDay < 1_200 ? 400 : 100) + (minute % 7)));
  }
  const forecast = forecastOf(forecaster);
  if (forecast === null) throw new Error("no forecast after three days");
  return forecast;
}
const forecast = beforeTheMorning();

const machines = Object.fromEntries(
  Array.from({ length: 12 }, (_, at) => [`m${String(at + 1).padStart(2, "0")}`, { in: at < 3 ? "web" : "compile" }]),
);
const spec = (given: Partial<PoolSpec> = {}): PoolSpec => ({
  machines,
  policies: {
    web: { demand: { series: "sessions", perMachine: 50 }, forecast: "seasonal", hold: { up: "0s" } },
    compile: { demand: "rest" },
  },
  demand: { web: 103 },
  ...given,
});
const webOf = (given: Partial<PoolSpec>, forecasts?: ReadonlyMap<typeof WEB, Forecast>) =>
  decide({ ...buildPool(spec(given)), ...(forecasts && { forecasts }) }).roles.get(WEB);
const ahead = new Map([[WEB, forecast]]);

describe("a role that would decide ahead and has no forecast yet", () => {
  /** So many minutes of one demand, decided minute by minute, with the machines that it got. */
  function lazily(sessions: number, minutes: number, from: { count: number; lazy?: Decision["lazy"] }) {
    let { count, lazy } = from;
    for (let minute = 0; minute < minutes; minute++) {
      const given = Object.fromEntries(
        Object.keys(machines).map((name, at) => [name, { in: at < count ? "web" : "compile" }]),
      );
      const pool = buildPool(spec({ machines: given, demand: { web: sessions }, deltaMs: 60_000 }));
      const decision = decide({ ...pool, ...(lazy && { lazy }) });
      lazy = decision.lazy;
      count = decision.roles.get(WEB)?.wanted.count ?? Number.NaN;
    }
    return { count, lazy: lazy ?? new Map() };
  }

  test("grows within minutes of its load, and shrinks only when that has cost as much as the way there and back", () => {
    // 115 % of 400 sessions are 9.2 machines: the tenth would hardly ever be worth its way.
    const grown = lazily(400, 3, { count: 3 });
    expect(grown.count).toBe(9);
    const passing = lazily(100, 5, grown);
    expect(passing.count).toBe(9);
    const gone = lazily(100, 20, passing);
    expect(gone.count).toBe(3);
    expect(webOf({})?.wanted.reason).toMatch(
      /^demand 103, \+15 % headroom, no forecast yet: wants 3, a machine coming or/,
    );
  });

  test("what it remembers is its own: a tick of no time changes nothing", () => {
    const grown = lazily(400, 3, { count: 3 });
    const pool = buildPool(spec({ demand: { web: 100 }, deltaMs: 0 }));
    expect(decide({ ...pool, lazy: grown.lazy }).lazy).toEqual(grown.lazy);
  });
});

describe("a role that decides ahead", () => {
  test("takes machines before the load comes, and says for which of them it was worth it", () => {
    expect(webOf({})?.wanted.count).toBe(3);
    const web = webOf({}, ahead);
    expect(web?.wanted.count).toBeGreaterThanOrEqual(4);
    expect(web?.desired).toBe(web?.wanted.count);
    expect(web?.wanted.reason).toMatch(
      /^demand 103, by its forecast: wants \d+; machine \d+ is needed with \d+ % in 4 min: worth 20 × \d\.\d\d an hour then, against 1 × \d\.\d\d of building; the move costs 9 machine-minutes and pays back in \d+ minutes: to come now costs -?\d+\.\d\d machine-hours in all, later or never -?\d+\.\d\d; machine \d+: it would (not )?come with a shortageCost (above|below) \d+(\.\d)? instead of 20$/,
    );
  });

  test("is as blind as any other while its demand is unknown: no forecast stands for a reading", () => {
    expect(webOf({ demand: { web: unknown("no answer") } }, ahead)).toMatchObject({
      wanted: { count: null },
      state: "blind",
      desired: 3,
    });
  });

  test("keeps its floor and its maximum, whatever it expects", () => {
    const policies = {
      web: { ...spec().policies.web, machines: { floor: 2, max: 4 } },
      compile: { demand: "rest" },
    };
    expect(webOf({ policies }, ahead)?.desired).toBe(4);
  });

  test("counts in usual machines: of small ones it takes more", () => {
    const half = Object.fromEntries(Object.entries(machines).map(([name, one]) => [name, { ...one, capacity: 0.5 }]));
    const demand = { series: "sessions", perMachine: 100 };
    const policies = { ...spec().policies, web: { ...spec().policies.web, demand } };
    const [usual, small] = [webOf({}, ahead), webOf({ machines: half, policies }, ahead)];
    expect(small?.wanted.count).toBe(usual?.wanted.count);
    expect(small?.wanted.ahead).toEqual(usual?.wanted.ahead);
    const mixed = { ...machines, m01: { in: "web", capacity: 2 }, m02: { in: "web", capacity: 2 } };
    expect(webOf({ machines: mixed }, ahead)?.wanted.count).toBeLessThan(usual?.wanted.count ?? 0);
  });

  test("takes a machine before a freeze begins that it would else take later", () => {
    const freezes = [{ open: false, nextOpenMs: buildPool(spec()).observation.wallMs + 60_000, closesMs: null }];
    const free = webOf({}, ahead)?.wanted.count ?? 0;
    const pool = buildPool(spec());
    const observation = { ...pool.observation, schedules: { ...pool.observation.schedules, freezes } };
    const frozen = decide({ ...pool, observation, forecasts: ahead }).roles.get(WEB)?.wanted.count;
    expect(frozen).toBeGreaterThan(free);
  });

  test("takes no machine of another measured role into account that could not be had", () => {
    const few = { m01: { in: "web" }, m02: { in: "compile" } };
    expect(webOf({ machines: few }, ahead)?.wanted.count).toBe(2);
  });
});

test("a move takes what nine of ten boots took, and a minute; four minutes while none was seen", () => {
  expect(moveMinutes([])).toBe(4);
  expect(moveMinutes([...Array<number>(9).fill(100_000), 290_000])).toBe(1 + 5);
  expect(moveMinutes([100_000])).toBe(1 + 2);
});
