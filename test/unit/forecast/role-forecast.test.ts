/** From the next minute to the day after tomorrow. */
import { expect, test } from "vitest";
import { known, unknown } from "../../../src/core/domain/reading.ts";
import { FAR } from "../../../src/core/forecast/cadence.ts";
import { forecastOf } from "../../../src/core/forecast/forecast.ts";
import { createForecaster, observe } from "../../../src/core/forecast/forecaster.ts";
import {
  createRoleForecaster,
  demandQuantile,
  observeMinute,
  roleForecastOf,
} from "../../../src/core/forecast/role-forecast.ts";
import { wave } from "../support/noise.ts";

const DAY = 1_440;
const demand = wave(11 * DAY);

test("after a week and a half it looks two days ahead, and its quantiles rise", () => {
  const far = createForecaster(50, FAR);
  const now = 9 * DAY;
  for (let minute = 0; minute < now; minute += FAR.stepMinutes) observe(far, known(demand[minute] as number));
  const made = { near: null, far: forecastOf(far) };
  for (const minutes of [240, 250, 720, 1_440, 2_880]) {
    const [low, middle, high] = [0.05, 0.5, 0.95].map((p) => demandQuantile(made, minutes, p) ?? Number.NaN);
    expect(low).toBeLessThan(middle as number);
    expect(middle).toBeLessThan(high as number);
    const share = (middle as number) / (demand[now - FAR.stepMinutes + minutes] as number);
    expect(share).toBeGreaterThan(0.75);
    expect(share).toBeLessThan(1.33);
  }
});

test("minutes reach both forecasters, and a quarter mostly unknown reaches the far one as unknown", () => {
  const forecaster = createRoleForecaster(50);
  for (const value of demand.slice(0, 30)) observeMinute(forecaster, known(value));
  for (let minute = 0; minute < 15; minute++) observeMinute(forecaster, unknown("no series"));
  expect(forecaster.near.history.length).toBe(45);
  expect(forecaster.far.history.length).toBe(3);
  expect([...forecaster.far.history.seen.subarray(0, 3)]).toEqual([1, 1, 0]);
});

test("without history nothing is told", () => {
  expect(demandQuantile(roleForecastOf(createRoleForecaster(50)), 60, 0.5)).toBeNull();
});
