/** Two roles look ahead to more machines than there are: each gets those that are worth more to it than to the other. */
import { describe, expect, test } from "vitest";
import { decide } from "../../../src/core/decide/decide.ts";
import { roleName } from "../../../src/core/domain/names.ts";
import type { Forecast, LeadForecast } from "../../../src/core/forecast/forecast.ts";
import { normalQuantile } from "../../../src/core/forecast/normal.ts";
import { quantileMapOf } from "../../../src/core/forecast/quantile-map.ts";
import { buildPool } from "../support/pool.ts";

const [WEB, API] = [roleName("web"), roleName("api")];
const PER_MACHINE = 50;

/** Log-normal about `mean`, the same at all leads. */
function steady(mean: number, scale: number): Forecast {
  const bins = Float64Array.from({ length: 80 }, (_, bin) => normalQuantile((bin + 0.5) / 80));
  const law = { bins, spread: 1, bias: 0 };
  const lead = (minutes: number): LeadForecast => ({
    minutes,
    mean: Math.log(mean),
    scale,
    law,
    map: quantileMapOf(law),
    withShorter: 0.9,
    withFirst: 0.9,
  });
  return { offset: 0, leads: [1, 5, 30, 120, 240].map(lead), levelSlope: 0, firstScales: Float64Array.of(scale) };
}

function decided(machines: number, prices: { web: number; api: number }, web: Forecast, api: Forecast) {
  const policy = (series: string, shortageCost: number) => ({
    demand: { series, perMachine: PER_MACHINE },
    forecast: "seasonal",
    shortageCost,
    hold: { up: "0s", down: "0s" },
  });
  const names = Array.from({ length: machines }, (_, at) => `m${String(at + 1).padStart(2, "0")}`);
  const pool = buildPool({
    machines: Object.fromEntries(names.map((name) => [name, { in: "compile" }])),
    policies: { web: policy("w", prices.web), api: policy("a", prices.api), compile: { demand: "rest" } },
    demand: { web: 400, api: 400 },
  });
  const { roles } = decide({
    ...pool,
    forecasts: new Map([
      [WEB, web],
      [API, api],
    ]),
  });
  const of = (role: typeof WEB) => ({
    wanted: roles.get(role)?.wanted.count ?? Number.NaN,
    reason: roles.get(role)?.wanted.reason ?? "",
    ahead: roles.get(role)?.wanted.ahead,
  });
  return { web: of(WEB), api: of(API) };
}

describe("while there is enough for both", () => {
  test("each decides for itself, machine by machine", () => {
    const { web, api } = decided(24, { web: 20, api: 20 }, steady(400, 0.1), steady(400, 0.1));
    expect(web.ahead).toBeDefined();
    expect(web.wanted).toBe(api.wanted);
    expect(web.wanted).toBeGreaterThanOrEqual(8);
  });
});

describe("when both want more than there is", () => {
  test("the same need at the same price gets the same, and all of the pool", () => {
    const { web, api } = decided(14, { web: 20, api: 20 }, steady(400, 0.1), steady(400, 0.1));
    expect(web.wanted + api.wanted).toBe(14);
    expect(Math.abs(web.wanted - api.wanted)).toBeLessThanOrEqual(1);
    expect(web.reason).toMatch(
      /^demand 400, .*wants \d+ by the flow of all roles: in 4 min machine \d+ is needed with \d+ %/,
    );
    expect(web.ahead).toBeUndefined();
  });

  test("a dear role does not keep machines that it hardly needs from a cheaper one that surely needs them", () => {
    // Of web the ninth machine and more are needed now and then; of api the eighth always, at half the price.
    const { web, api } = decided(17, { web: 20, api: 10 }, steady(400, 0.25), steady(399, 0.001));
    expect(api.wanted).toBe(8);
    expect(web.wanted).toBe(9);
    const poor = decided(17, { web: 100_000, api: 10 }, steady(400, 0.25), steady(399, 0.001));
    expect(poor.web.wanted).toBeGreaterThan(9);
  });
});
