/**
 * The forecast of each role whose policy asks for one: fed with one reading a minute, and at the start with the recorded
 * demand of the last weeks, in pieces so small that no tick waits for them.
 */
import type { Logger } from "pino";
import type { RoleName } from "../core/domain/names.ts";
import type { Observation } from "../core/domain/observation.ts";
import type { Policy } from "../core/domain/policy.ts";
import { type Reading, unknown } from "../core/domain/reading.ts";
import type { Site } from "../core/domain/site.ts";
import { type Forecast, forecastOf } from "../core/forecast/forecast.ts";
import { createForecaster, type Forecaster, observe } from "../core/forecast/forecaster.ts";
import type { Store } from "../store/store.ts";

const MINUTE_MS = 60_000;
/** Four weeks are what the seasons are learnt from. */
const DAY_MINUTES = 1_440;
const REMEMBERED_MINUTES = 28 * DAY_MINUTES;
/** Readings for each tick: some 20 ms. */
const PIECE = 200;
const NOT_RUNNING = unknown("nobody read it");

interface Kept {
  /** Of which demand it is: another one begins anew. */
  readonly of: string;
  readonly forecaster: Forecaster;
  /** Readings that it has not taken yet, a minute each; null while the record is being read. */
  waiting: Reading[] | null;
  /** The first minute since 1970 that is not among them. */
  nextMinute: number;
}

export class Forecasts {
  private readonly kept = new Map<RoleName, Kept>();
  private readonly store: Pick<Store, "demandHistory">;
  private readonly logger: Logger;

  constructor(store: Pick<Store, "demandHistory">, logger: Logger) {
    this.store = store;
    this.logger = logger;
  }

  /** Takes what was observed, and says what is to be expected; a role of which too little is known is not there. */
  follow(site: Site, { demand, wallMs }: Observation): ReadonlyMap<RoleName, Forecast> {
    const forecasts = new Map<RoleName, Forecast>();
    const minute = Math.floor(wallMs / MINUTE_MS);
    for (const policy of site.policies.values()) {
      if (policy.forecast === "none") {
        this.kept.delete(policy.role);
        continue;
      }
      const kept = this.keeping(policy, site, minute);
      if (kept.waiting === null) continue;
      noteMinute(kept, minute, demand.get(policy.role)?.demand ?? NOT_RUNNING);
      for (const reading of kept.waiting.splice(0, PIECE)) observe(kept.forecaster, reading);
      const forecast = kept.waiting.length === 0 ? forecastOf(kept.forecaster) : null;
      if (forecast !== null) forecasts.set(policy.role, forecast);
    }
    return forecasts;
  }

  private keeping(policy: Policy, site: Site, minute: number): Kept {
    const { role, demand } = policy;
    const perMachine = demand.kind === "rest" || demand.perMachine === "slots" ? 1 : demand.perMachine;
    const of = JSON.stringify([demand, site.machines.size]);
    const before = this.kept.get(role);
    if (before?.of === of && isContinued(before, minute)) return before;
    const nextMinute = minute - REMEMBERED_MINUTES;
    const kept: Kept = { of, forecaster: createForecaster(perMachine * site.machines.size), waiting: null, nextMinute };
    this.kept.set(role, kept);
    void this.remember(role, kept, minute);
    return kept;
  }

  /** The record's readings, from the first one on. */
  private async remember(role: RoleName, kept: Kept, minute: number): Promise<void> {
    const from = kept.nextMinute * MINUTE_MS;
    const points = await this.store.demandHistory(role, from, minute * MINUTE_MS - 1).catch((error: unknown) => {
      this.logger.warn(
        { role, why: String(error) },
        "the recorded demand can't be read: the forecast begins without it",
      );
      return [];
    });
    kept.nextMinute = Math.floor((points[0]?.atMs ?? minute * MINUTE_MS) / MINUTE_MS);
    kept.waiting = [];
    for (const { atMs, reading } of points) noteMinute(kept, Math.floor(atMs / MINUTE_MS), reading);
  }
}

/**
 * A clock that was set back by days would stop the forecast until that time has come again; one set ahead by years would
 * have each of their minutes filled in.
 */
const isContinued = ({ nextMinute }: Kept, minute: number): boolean =>
  minute > nextMinute - DAY_MINUTES && minute <= nextMinute + REMEMBERED_MINUTES + DAY_MINUTES;

/** One reading for each minute: what nobody read is unknown, and a minute that was read before stays what it was. */
function noteMinute(kept: Kept, minute: number, reading: Reading): void {
  if (kept.waiting === null || minute < kept.nextMinute) return;
  for (; kept.nextMinute < minute; kept.nextMinute++) kept.waiting.push(NOT_RUNNING);
  kept.waiting.push(reading);
  kept.nextMinute += 1;
}
