/**
 * The forecast of each role whose policy asks for one: fed with one reading a minute, and at the start with the demand of
 * the last weeks, in pieces so small that no tick waits for them.
 */
import type { Logger } from "pino";
import type { RoleName } from "../core/domain/names.ts";
import type { Observation } from "../core/domain/observation.ts";
import type { Demand, Policy } from "../core/domain/policy.ts";
import { known, type Reading, unknown } from "../core/domain/reading.ts";
import type { Site } from "../core/domain/site.ts";
import { type Forecast, forecastOf } from "../core/forecast/forecast.ts";
import {
  createRoleForecaster,
  observeMinute,
  type RoleForecast,
  type RoleForecaster,
  roleForecastOf,
} from "../core/forecast/role-forecast.ts";
import type { DemandPoint, Store } from "../store/store.ts";
import type { PastLoad, PastPoint } from "../world/ports.ts";

const MINUTE_MS = 60_000;
/** Four weeks are what the seasons are learnt from. */
const DAY_MINUTES = 1_440;
const REMEMBERED_MINUTES = 28 * DAY_MINUTES;
/** Readings for each tick: some 20 ms. */
const PIECE = 200;
/** So small a share of the minutes is not worth asking Prometheus for all of them. */
const FEW_MISSING = 0.05;
const NOT_RUNNING = unknown("nobody read it");

interface Kept {
  /** Of which demand it is: another one begins anew. */
  readonly of: string;
  readonly forecaster: RoleForecaster;
  /** Readings that it has not taken yet, a minute each; null while the past is being read. */
  waiting: Reading[] | null;
  /** The first minute since 1970 that is not among them. */
  nextMinute: number;
}

/** Where the past comes from: the record, and the monitoring system for what is older or was missed. */
export interface PastSources {
  readonly store: Pick<Store, "demandHistory">;
  readonly pastLoad?: PastLoad | undefined;
}

export class Forecasts {
  private readonly kept = new Map<RoleName, Kept>();
  private readonly sources: PastSources;
  private readonly logger: Logger;

  constructor(sources: PastSources, logger: Logger) {
    this.sources = sources;
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
      for (const reading of kept.waiting.splice(0, PIECE)) observeMinute(kept.forecaster, reading);
      const forecast = kept.waiting.length === 0 ? forecastOf(kept.forecaster.near) : null;
      if (forecast !== null) forecasts.set(policy.role, forecast);
    }
    return forecasts;
  }

  /** The coming two days of one role; null while nothing was learned. */
  ahead(role: RoleName): RoleForecast | null {
    const kept = this.kept.get(role);
    return kept?.waiting?.length === 0 ? roleForecastOf(kept.forecaster) : null;
  }

  private keeping(policy: Policy, site: Site, minute: number): Kept {
    const { role, demand } = policy;
    const perMachine = demand.kind === "rest" || demand.perMachine === "slots" ? 1 : demand.perMachine;
    const of = JSON.stringify([demand, site.machines.size]);
    const before = this.kept.get(role);
    if (before?.of === of && isContinued(before, minute)) return before;
    const nextMinute = minute - REMEMBERED_MINUTES;
    const forecaster = createRoleForecaster(perMachine * site.machines.size);
    const kept: Kept = { of, forecaster, waiting: null, nextMinute };
    this.kept.set(role, kept);
    void this.remember(policy, kept, minute);
    return kept;
  }

  /** The past's readings, from the first one on. What both know is the monitoring system's: its answer is to today's query. */
  private async remember({ role, demand }: Policy, kept: Kept, minute: number): Promise<void> {
    const [fromMs, toMs] = [kept.nextMinute * MINUTE_MS, minute * MINUTE_MS - 1];
    const past = new Map<number, Reading>();
    for (const { atMs, reading } of await this.recorded(role, fromMs, toMs)) past.set(minuteOf(atMs), reading);
    const missing = REMEMBERED_MINUTES - [...past.values()].filter(({ kind }) => kind !== "unknown").length;
    if (missing > REMEMBERED_MINUTES * FEW_MISSING) {
      for (const { atMs, value } of await this.measured(role, demand, fromMs, toMs)) {
        if (value !== null) past.set(minuteOf(atMs), known(value));
      }
    }
    const minutes = [...past.keys()].sort((a, b) => a - b);
    kept.nextMinute = minutes[0] ?? minute;
    kept.waiting = [];
    for (const at of minutes) noteMinute(kept, at, past.get(at) ?? NOT_RUNNING);
  }

  private recorded(role: RoleName, fromMs: number, toMs: number): Promise<readonly DemandPoint[]> {
    return this.sources.store.demandHistory(role, fromMs, toMs).catch((error: unknown) => {
      this.logger.warn({ role, why: String(error) }, "the recorded demand can't be read: the forecast does without it");
      return [];
    });
  }

  private async measured(role: RoleName, demand: Demand, fromMs: number, toMs: number): Promise<readonly PastPoint[]> {
    const { pastLoad } = this.sources;
    if (pastLoad === undefined || demand.kind === "rest" || demand.kind === "distcc") return [];
    const answer = await pastLoad.read(demand, fromMs, toMs);
    if (answer.ok) return answer.points;
    this.logger.warn(
      { role, why: answer.why },
      "Prometheus does not tell the past demand: the forecast begins with the record alone",
    );
    return [];
  }
}

const minuteOf = (atMs: number): number => Math.floor(atMs / MINUTE_MS);

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
