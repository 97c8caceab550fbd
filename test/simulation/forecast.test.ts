/** What the forecast makes of days that are known to the last number: laws of noise, steps, clocks that change, holidays. */
import { describe, expect, test } from "vitest";
import { known } from "../../src/core/domain/reading.ts";
import { type Forecast, forecastOf, quantile } from "../../src/core/forecast/forecast.ts";
import { createForecaster, type Forecaster, observe } from "../../src/core/forecast/forecaster.ts";
import { normals } from "../unit/support/noise.ts";

const DAY = 1_440;
const POOL = 50;

const made = (forecaster: Forecaster): Forecast => {
  const forecast = forecastOf(forecaster);
  if (forecast === null) throw new Error("no forecast");
  return forecast;
};

/** Feeds the minutes, and hands the forecast of every `every`-th to `look`, from `from` on. */
function feed(
  forecaster: Forecaster,
  demand: readonly number[],
  look: (forecast: Forecast, minute: number) => void = () => undefined,
  [from, every] = [Number.POSITIVE_INFINITY, 7],
): Forecaster {
  for (const [minute, value] of demand.entries()) {
    observe(forecaster, known(value));
    if (minute >= from && minute % every === 0) look(made(forecaster), minute);
  }
  return forecaster;
}

const daily = (minute: number): number => 16 - 8 * Math.cos((2 * Math.PI * minute) / DAY);

/** Demand of 16 machines a day's mean, whose noise is of a known law. */
function noisy(days: number, noise: (mean: number) => number, mean = daily): number[] {
  return Array.from({ length: days * DAY }, (_, minute) => Math.max(0, noise(mean(minute))));
}

/** How many of 40 a machine's requests arrive in a minute: Poisson, by its normal approximation, in whole requests. */
function poissonNoise(): (mean: number) => number {
  const normal = normals(21);
  return (mean) => Math.round(40 * mean + Math.sqrt(40 * mean) * normal()) / 40;
}

/** Relative errors by Student's t with three degrees of freedom: rare ones are many times the usual. */
function heavyNoise(): (mean: number) => number {
  const normal = normals(22);
  return (mean) => {
    const squares = normal() ** 2 + normal() ** 2 + normal() ** 2;
    return mean * Math.exp((0.03 * normal()) / Math.sqrt(squares / 3));
  };
}

/** Half of the minutes are four times as rough as the others, an hour about. */
function burstyNoise(): (mean: number) => number {
  const normal = normals(23);
  let minute = 0;
  return (mean) => mean * Math.exp((Math.floor(minute++ / 60) % 2 === 0 ? 0.02 : 0.08) * normal());
}

describe.each([
  ["Poisson counts", poissonNoise],
  ["heavy tails", heavyNoise],
  ["an hour calm, an hour rough", burstyNoise],
])("%s", (_, noise) => {
  test("quantiles hold what they promise", () => {
    const demand = noisy(6, noise());
    const leads = [1, 5, 30];
    const levels = [0.05, 0.5, 0.95];
    const below = leads.map(() => levels.map(() => 0));
    let asked = 0;
    const count = (forecast: Forecast, minute: number): void => {
      if (minute + 30 >= demand.length) return;
      asked += 1;
      for (const [row, lead] of leads.entries()) {
        for (const [column, level] of levels.entries()) {
          const held = (demand[minute + lead] as number) <= quantile(forecast, lead, level);
          (below[row] as number[])[column] = ((below[row] as number[])[column] as number) + (held ? 1 : 0);
        }
      }
    };
    feed(createForecaster(POOL), demand, count, [4 * DAY, 3]);
    for (const counts of below) {
      for (const [column, level] of levels.entries()) {
        expect(Math.abs((counts[column] as number) / asked - level)).toBeLessThan(level === 0.5 ? 0.06 : 0.025);
      }
    }
  });
});

/** Days of which every sixth and seventh brings half, with noise; `of` says what a minute is like another of. */
function weekly(minutes: number, of: (minute: number) => number, seed: number): number[] {
  const normal = normals(seed);
  let noise = 0;
  return Array.from({ length: minutes }, (_, minute) => {
    noise = 0.8 * noise + 0.03 * normal();
    const usual = of(minute);
    return daily(usual) * (Math.floor(usual / DAY) % 7 >= 5 ? 0.5 : 1) * Math.exp(noise);
  });
}

const BEFORE = 15 * DAY;
const history = feed(
  createForecaster(POOL),
  weekly(BEFORE, (minute) => minute, 31),
);

/** Mean relative error of the median half an hour ahead and the mean width of the middle 90 %, by hours after BEFORE. */
function afterwards(of: (minute: number) => number, hours: number): { errors: number[]; widths: number[] } {
  const later = weekly(hours * 60 + 31, (minute) => of(BEFORE + minute), 32);
  const errors: number[] = [];
  const widths: number[] = [];
  const look = (forecast: Forecast, minute: number): void => {
    if (minute + 30 >= later.length) return;
    const hour = Math.floor(minute / 60);
    const error = Math.abs(quantile(forecast, 30, 0.5) / (later[minute + 30] as number) - 1);
    errors[hour] = (errors[hour] ?? 0) + error / 12;
    const width = quantile(forecast, 30, 0.95) / quantile(forecast, 30, 0.05);
    widths[hour] = (widths[hour] ?? 0) + width / 12;
  };
  feed(structuredClone(history), later, look, [0, 5]);
  return { errors, widths };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const usual = afterwards((minute) => minute, 24);

test("demand that doubles for good is followed within three hours, and meanwhile less is promised", () => {
  const normal = normals(33);
  const doubled = Array.from({ length: 6 * 60 }, (_, minute) => 2 * daily(minute) * Math.exp(0.05 * normal()));
  const shifted = structuredClone(history);
  const ratios: number[] = [];
  const widths: number[] = [];
  const look = (forecast: Forecast, minute: number): void => {
    ratios.push(quantile(forecast, 30, 0.5) / (2 * daily(minute + 30)));
    widths.push(quantile(forecast, 30, 0.95) / quantile(forecast, 30, 0.05));
  };
  feed(shifted, doubled, look, [0, 10]);
  expect(Math.max(...widths.slice(1, 12))).toBeGreaterThan(1.1 * mean(usual.widths));
  for (const ratio of ratios.slice(18)) expect(Math.abs(ratio - 1)).toBeLessThan(0.12);
});

test("a clock that is put forward an hour costs little: the last minutes outweigh the season", () => {
  const forward = afterwards((minute) => minute + 60, 24);
  expect(mean(forward.errors)).toBeLessThan(1.2 * mean(usual.errors));
});

test("a holiday that looks like a Sunday is seen through within two hours", () => {
  // History ends with the first day of a week: two days before the day that follows was the last day of rest.
  const holiday = afterwards((minute) => minute - 2 * DAY, 24);
  expect(holiday.errors[0]).toBeGreaterThan(3 * mean(usual.errors));
  // The last hour's forecast is of the next day, and as wrong as the first one's.
  expect(mean(holiday.errors.slice(2, 23))).toBeLessThan(1.25 * mean(usual.errors));
});
