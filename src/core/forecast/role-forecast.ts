/** One role's two forecasters: minute by minute for the coming hours, and by quarters of an hour for the coming two days. */
import { atLeast, known, type Reading, unknown } from "../domain/reading.ts";
import { FAR, NEAR } from "./cadence.ts";
import { type Forecast, forecastOf, quantile } from "./forecast.ts";
import { createForecaster, type Forecaster, observe } from "./forecaster.ts";

export interface RoleForecaster {
  readonly near: Forecaster;
  readonly far: Forecaster;
  /** The present quarter's readings. */
  quarter: Reading[];
}

export interface RoleForecast {
  /** 1 minute to 4 hours ahead. `null`: too little is known. */
  readonly near: Forecast | null;
  /** 4 to 48 hours ahead. `null`: too little is known. */
  readonly far: Forecast | null;
}

/** `most`: the demand that the whole pool carries, in the role's own unit. */
export const createRoleForecaster = (most: number): RoleForecaster => ({
  near: createForecaster(most, NEAR),
  far: createForecaster(most, FAR),
  quarter: [],
});

/** Takes one minute's reading. History is replayed by the same call, in pieces as large as the caller has time for. */
export function observeMinute(forecaster: RoleForecaster, reading: Reading): void {
  observe(forecaster.near, reading);
  forecaster.quarter.push(reading);
  if (forecaster.quarter.length < FAR.stepMinutes) return;
  observe(forecaster.far, meanOf(forecaster.quarter));
  forecaster.quarter = [];
}

export const roleForecastOf = ({ near, far }: RoleForecaster): RoleForecast => ({
  near: forecastOf(near),
  far: forecastOf(far),
});

/** The demand that is not exceeded with probability `p`, 1 to 2,880 minutes ahead; `null` where too little is known. */
export function demandQuantile({ near, far }: RoleForecast, minutes: number, p: number): number | null {
  const longestNear = near?.leads.at(-1)?.minutes ?? 0;
  if (near !== null && minutes <= longestNear) return quantile(near, minutes, p);
  return far === null ? null : quantile(far, minutes, p);
}

/** Half of the minutes must be known; one that is only a lower bound makes the mean one too. */
function meanOf(readings: readonly Reading[]): Reading {
  let sum = 0;
  let count = 0;
  let bounded = false;
  for (const reading of readings) {
    if (reading.kind === "unknown") continue;
    sum += reading.value;
    count += 1;
    bounded ||= reading.kind === "atLeast";
  }
  if (count * 2 < readings.length) return unknown("less than half of the quarter was read");
  return bounded ? atLeast(sum / count, "so it was for a part of the quarter") : known(sum / count);
}
