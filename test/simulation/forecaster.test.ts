/** What the forecaster knows after days of a process whose law is known, and what gaps, bounds and outages do to it. */
import { describe, expect, test } from "vitest";
import { atLeast, known, type Reading, unknown } from "../../src/core/domain/reading.ts";
import { exceedance, type Forecast, forecastOf, quantile } from "../../src/core/forecast/forecast.ts";
import { createForecaster, type Forecaster, observe } from "../../src/core/forecast/forecaster.ts";
import { wave } from "../unit/support/noise.ts";

const DAY = 1_440;
const POOL = 50;
const demand = wave(7 * DAY);

function feed(forecaster: Forecaster, readings: readonly (number | Reading)[]): Forecaster {
  for (const reading of readings) observe(forecaster, typeof reading === "number" ? known(reading) : reading);
  return forecaster;
}
const learned = (readings: readonly (number | Reading)[]) => feed(createForecaster(POOL), readings);
const forecast = (forecaster: Forecaster): Forecast => {
  const made = forecastOf(forecaster);
  if (made === null) throw new Error("no forecast");
  return made;
};

test("from nothing, and for two days, there is no forecast; half an hour later there is", () => {
  const forecaster = createForecaster(POOL);
  expect(forecastOf(forecaster)).toBeNull();
  feed(forecaster, demand.slice(0, 2 * DAY));
  expect(forecastOf(forecaster)).toBeNull();
  expect(forecastOf(feed(forecaster, demand.slice(2 * DAY, 2 * DAY + 30)))).not.toBeNull();
});

describe("on a wave with noise", () => {
  const [from, to] = [4 * DAY, 7 * DAY];
  const leads = [1, 5, 30, 120];
  const levels = [0.05, 0.5, 0.95];
  const below = leads.map(() => levels.map(() => 0));
  let asked = 0;
  let errors = 0;
  let naive = 0;
  const forecaster = learned(demand.slice(0, from));
  for (let now = from; now < to - 120; now++) {
    observe(forecaster, known(demand[now] as number));
    if (now % 5 > 0) continue;
    asked += 1;
    const made = forecast(forecaster);
    for (const [row, lead] of leads.entries()) {
      const outcome = demand[now + lead] as number;
      for (const [column, level] of levels.entries()) {
        const counts = below[row] as number[];
        if (outcome <= quantile(made, lead, level)) counts[column] = (counts[column] ?? 0) + 1;
      }
    }
    errors += Math.abs((demand[now + 30] as number) - quantile(made, 30, 0.5));
    naive += Math.abs((demand[now + 30] as number) - (demand[now] as number));
  }

  test.each(leads.map((lead, row) => [lead, row]))("quantiles %i minutes ahead hold what they promise", (_, row) => {
    const shares = (below[row] as number[]).map((count) => count / asked);
    for (const [column, level] of levels.entries()) {
      const bound = level === 0.5 ? 0.08 : 0.03;
      expect(Math.abs((shares[column] ?? 0) - level)).toBeLessThan(bound);
    }
  });

  test("half an hour ahead it is far better than the present demand", () => {
    expect(errors).toBeLessThan(0.75 * naive);
  });

  test("quantiles never cross, at any lead", () => {
    const made = forecast(forecaster);
    for (const lead of [1, 1.5, 7, 33, 90, 240, 400]) {
      for (let p = 0.02; p < 1; p += 0.02) {
        expect(quantile(made, lead, p)).toBeGreaterThanOrEqual(quantile(made, lead, p - 0.02));
      }
    }
    expect(exceedance(made, 10, 0)).toBe(1);
    expect(exceedance(made, 10, 1_000)).toBe(0);
  });
});

describe("what was not seen teaches nothing", () => {
  const half = 2 * DAY + 480;
  const usual = learned(demand.slice(0, half));
  const usualThen = (readings: readonly (number | Reading)[]) => feed(structuredClone(usual), readings);

  test("a gap widens the forecast and is no zero", () => {
    const gone = usualThen(Array.from({ length: 30 }, () => unknown("no series")));
    const [before, after] = [forecast(usual), forecast(gone)];
    const width = (made: Forecast): number => quantile(made, 1, 0.95) / quantile(made, 1, 0.05);
    expect(width(after)).toBeGreaterThan(width(before));
    expect(quantile(after, 1, 0.5)).toBeGreaterThan(0.8 * quantile(before, 31, 0.5));
  });

  test("after a gap longer than any lead there is no forecast", () => {
    const gone = usualThen(Array.from({ length: 250 }, () => unknown("no series")));
    expect(forecastOf(gone)).toBeNull();
    const back = feed(gone, demand.slice(half + 250, half + 260));
    expect(quantile(forecast(back), 5, 0.5) / (demand[half + 264] as number)).toBeCloseTo(1, 0);
  });

  test("a censored reading below what was expected does not lower it; one above raises it", () => {
    const censored = (factor: number): Forecaster =>
      usualThen(demand.slice(half, half + 20).map((value) => atLeast(value * factor, "every slot is busy")));
    const seen = forecast(usualThen(demand.slice(half, half + 20)));
    expect(quantile(forecast(censored(0.3)), 1, 0.5)).toBeGreaterThan(0.85 * quantile(seen, 1, 0.5));
    expect(quantile(forecast(censored(1.6)), 1, 0.5)).toBeGreaterThan(1.2 * quantile(seen, 1, 0.5));
  });

  test("yesterday's outage does not teach that the same hour has no load", () => {
    const out = [3 * DAY + 600, 3 * DAY + 720] as const;
    const withOutage = demand
      .slice(0, 4 * DAY + 630)
      .map((value, minute) => (minute >= out[0] && minute < out[1] ? 0 : value));
    const made = forecast(learned(withOutage));
    expect(quantile(made, 30, 0.5)).toBeGreaterThan(0.75 * (demand[4 * DAY + 660] as number));
  });
});

test("the same readings give the same forecast", () => {
  const twice = [1, 2].map(() => forecast(learned(demand.slice(0, 2 * DAY + 40))));
  expect(twice[0]).toEqual(twice[1]);
});
