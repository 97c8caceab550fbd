/** Forecasts of known law, made by hand. */
import { BINS, type ErrorLaw } from "../../../src/core/forecast/error-law.ts";
import type { Forecast } from "../../../src/core/forecast/forecast.ts";
import { normalQuantile } from "../../../src/core/forecast/normal.ts";
import { quantileMapOf } from "../../../src/core/forecast/quantile-map.ts";

const normalLaw: ErrorLaw = {
  bins: Float64Array.from({ length: BINS }, (_, bin) => normalQuantile((bin + 0.5) / BINS)),
  spread: 1,
  bias: 0,
};
const map = quantileMapOf(normalLaw);

interface Shape {
  /** Demand now. */
  readonly level: number;
  /** Relative growth an hour. */
  readonly growth?: number;
  /** Relative error a minute ahead; it grows with the root of time. */
  readonly spread?: number;
}

/** A random walk of log demand with a drift. */
export function someForecast({ level, growth = 0, spread = 0.03 }: Shape): Forecast {
  const leads = [1, 2, 4, 8, 15, 30, 60, 120, 240].map((minutes) => ({
    minutes,
    mean: Math.log(level + 1) + (growth * minutes) / 60,
    scale: spread * Math.sqrt(minutes),
    law: normalLaw,
    map,
    withShorter: Math.SQRT1_2,
    withFirst: 1 / Math.sqrt(minutes),
  }));
  return { offset: 1, leads, levelSlope: 0, firstScales: Float64Array.of(spread) };
}
