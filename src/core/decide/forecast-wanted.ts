/** The wanted count of a role whose policy decides ahead: by the plan over the coming half hour, one machine at a time. */
import type { Wanted } from "../domain/decision.ts";
import type { Policy } from "../domain/policy.ts";
import type { Reading } from "../domain/reading.ts";
import type { Forecast } from "../forecast/forecast.ts";
import { costOf, DEFAULT_WEAR } from "./horizon/costs.ts";
import { type MarginalRow, planHorizon } from "./horizon/horizon-plan.ts";

/** Drain, power-off and settle time: before the boot that is learned. */
const BEFORE_BOOT_MINUTES = 1;
/** Before any boot was seen. */
const UNLEARNED_BOOT_MINUTES = 4;
/** Machines differ, and a late one costs more than an early one. */
const BOOT_QUANTILE = 0.9;

export interface ForecastCarriers {
  readonly serving: number;
  readonly arriving: number;
  /** Of the rest role, and free to come. */
  readonly available: number;
  /** All that may take the role. */
  readonly pool: number;
  /** Moves that limits.yaml allows at the same time. */
  readonly atOnce: number;
  /** Durations of the pool's last boots, ms. */
  readonly bootMs: readonly number[];
}

/** Null where the plan does not apply: the demand of this minute is not known, or is no measured series. */
export function forecastWanted(
  { demand, shortageCost }: Policy,
  reading: Reading,
  forecast: Forecast,
  carriers: ForecastCarriers,
): Wanted | null {
  if (reading.kind !== "known" || demand.kind === "rest" || demand.kind === "distcc") return null;
  const bootMinutes = moveMinutes(carriers.bootMs);
  const { count, rows } = planHorizon({
    ...carriers,
    forecast,
    perMachine: demand.perMachine,
    bootMinutes,
    costs: { shortage: shortageCost, building: 1, wear: DEFAULT_WEAR },
    orders: null,
    restForecast: null,
  });
  return { count, hungry: false, reason: reasonOf(count, rows, reading.value) };
}

/** The upper quantile of what a move takes, in minutes. */
export function moveMinutes(bootMs: readonly number[]): number {
  if (bootMs.length === 0) return UNLEARNED_BOOT_MINUTES;
  const sorted = [...bootMs].sort((a, b) => a - b);
  const quantile = sorted[Math.min(sorted.length - 1, Math.floor(BOOT_QUANTILE * sorted.length))] ?? 0;
  return BEFORE_BOOT_MINUTES + Math.max(1, Math.ceil(quantile / 60_000));
}

function reasonOf(count: number, rows: readonly MarginalRow[], demand: number): string {
  const last = rows.at(-1);
  const why = last === undefined ? "" : `; ${describeRow(last)}`;
  return `demand ${Math.round(demand * 100) / 100}, by its forecast: wants ${count}${why}`;
}

/** `machine 12 is needed in 5 min with 31 %: to come costs 0.35 machine-hours, not to 0.42`. */
function describeRow(row: MarginalRow): string {
  const { machine, move, inMinutes, neededProbability, moveNow, moveLaterOrNever } = row;
  const cost = (parts: MarginalRow["moveNow"]): string => costOf(parts).toFixed(2);
  return (
    `machine ${machine} is needed in ${inMinutes} min with ${Math.round(100 * neededProbability)} %: ` +
    `to ${move} now costs ${cost(moveNow)} machine-hours, later or never ${cost(moveLaterOrNever)}`
  );
}
