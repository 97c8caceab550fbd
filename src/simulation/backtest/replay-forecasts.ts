/** The forecasters of a replay's roles, and the band in which each expected its demand when a move could still have met it. */
import type { RoleName } from "../../core/domain/names.ts";
import type { Observation } from "../../core/domain/observation.ts";
import { unknown } from "../../core/domain/reading.ts";
import type { Site } from "../../core/domain/site.ts";
import { type Forecast, forecastOf, quantile } from "../../core/forecast/forecast.ts";
import { createForecaster, type Forecaster, observe } from "../../core/forecast/forecaster.ts";
import { unitsOf } from "./prices.ts";

/** For each minute, in the role's own unit; NaN: there was no forecast for it. */
export interface Band {
  /** Demand is below it one time in ten. */
  readonly low: Float64Array;
  /** And above it one time in ten. */
  readonly high: Float64Array;
}

const [LOW, HIGH] = [0.1, 0.9];

interface Forecasting {
  readonly forecaster: Forecaster;
  readonly band: Band;
}

export class ReplayForecasts {
  private readonly roles: ReadonlyMap<RoleName, Forecasting>;
  private readonly aheadMinutes: number;

  /** `aheadMinutes`: how long before a minute its band is taken. */
  constructor(site: Site, minutes: number, aheadMinutes: number) {
    const units = unitsOf(site);
    const empty = (): Float64Array => new Float64Array(minutes).fill(Number.NaN);
    const roles = new Map<RoleName, Forecasting>();
    for (const { role, demand, forecast } of site.policies.values()) {
      if (forecast === "none" || demand.kind === "rest" || demand.kind === "distcc") continue;
      const forecaster = createForecaster(demand.perMachine * units);
      roles.set(role, { forecaster, band: { low: empty(), high: empty() } });
    }
    this.roles = roles;
    this.aheadMinutes = aheadMinutes;
  }

  get bands(): ReadonlyMap<RoleName, Band> {
    return new Map([...this.roles].map(([role, { band }]) => [role, band]));
  }

  /** Learns what was measured of `minute`, and says what is to be expected of the following. */
  learn(minute: number, { demand }: Observation): Map<RoleName, Forecast> {
    const forecasts = new Map<RoleName, Forecast>();
    for (const [role, { forecaster, band }] of this.roles) {
      observe(forecaster, demand.get(role)?.demand ?? unknown("no sample was recorded"));
      const forecast = forecastOf(forecaster);
      if (forecast === null) continue;
      forecasts.set(role, forecast);
      const at = minute + this.aheadMinutes;
      if (at < 0 || at >= band.low.length) continue;
      band.low[at] = quantile(forecast, this.aheadMinutes, LOW);
      band.high[at] = quantile(forecast, this.aheadMinutes, HIGH);
    }
    return forecasts;
  }
}
