/** A forecast stays within what can be, whatever it was fed: gaps, jumps, wild readings. */
import { expect, test } from "vitest";
import { known, type Reading, unknown } from "../../src/core/domain/reading.ts";
import { type Forecast, forecastOf, quantile } from "../../src/core/forecast/forecast.ts";
import { createForecaster, observe } from "../../src/core/forecast/forecaster.ts";

const DAY = 1_440;
const GAP = unknown("not read");

/** Forecasts every six hours, from the end of the second day on. */
function forecastsOf(readingAt: (minute: number) => Reading, days: number): Forecast[] {
  const forecaster = createForecaster(10);
  const forecasts: Forecast[] = [];
  for (let minute = 0; minute < days * DAY; minute++) {
    observe(forecaster, readingAt(minute));
    const forecast = minute > 2 * DAY && minute % 360 === 0 ? forecastOf(forecaster) : null;
    if (forecast !== null) forecasts.push(forecast);
  }
  return forecasts;
}

function expectWithin(forecasts: readonly Forecast[], most: number): void {
  expect(forecasts.length).toBeGreaterThan(3);
  for (const forecast of forecasts) {
    for (const minutes of [1, 10, 60, 240]) {
      const median = quantile(forecast, minutes, 0.5);
      expect(median).toBeGreaterThanOrEqual(0);
      expect(median).toBeLessThan(most);
      expect(quantile(forecast, minutes, 0.99)).toBeLessThan(Number.POSITIVE_INFINITY);
    }
  }
}

test("a load that steps each hour and then is not read for two hours is foretold within its range ever after", () => {
  const steps = (minute: number): number => 2 * (Math.floor(minute / 60 + 12) % 24);
  const isGap = (minute: number): boolean => minute >= 4 * DAY && minute < 4 * DAY + 120;
  expectWithin(
    forecastsOf((minute) => (isGap(minute) ? GAP : known(steps(minute))), 5),
    46 * 2,
  );
});

test("one wild reading, and nothing at all for hours, leave no forecast that is no number", () => {
  const readingAt = (minute: number): Reading => {
    if (minute === 2 * DAY + 7) return known(1e12);
    return minute % 977 < 300 ? known(0) : known(20 + (minute % 13));
  };
  expectWithin(forecastsOf(readingAt, 4), 2e12);
});
