/** The wanted count of a role whose policy decides ahead: by the plan over the coming half hour, one machine at a time. */
import type { Ahead, LazyAccounts, Wanted } from "../domain/decision.ts";
import type { Policy } from "../domain/policy.ts";
import type { Reading } from "../domain/reading.ts";
import type { Forecast } from "../forecast/forecast.ts";
import { DEFAULT_WEAR, type HorizonCosts } from "./horizon/costs.ts";
import { horizonCount } from "./horizon/horizon-count.ts";
import type { OrderTimes } from "./horizon/shape.ts";
import { describeMarginal, describeTossUp, marginalMachines } from "./marginal-machines.ts";

/** Drain, power-off and settle time: before the boot that is learned. */
const BEFORE_BOOT_MINUTES = 1;
/** Before any boot was seen. */
const UNLEARNED_BOOT_MINUTES = 4;
/** Machines differ, and a late one costs more than an early one. */
const BOOT_QUANTILE = 0.9;

export interface ForecastCarriers {
  /** Capacities of the role's machines that serve, and of those on their way to it. */
  readonly serving: readonly number[];
  readonly arriving: readonly number[];
  /** Capacities of the machines that may take the role and are not in it. */
  readonly others: readonly number[];
  /** How many of those are free to come. */
  readonly available: number;
  /** Moves that limits.yaml allows at the same time. */
  readonly atOnce: number;
  /** When moves may begin; null: at any time. */
  readonly orders: OrderTimes | null;
  /** Durations of the pool's last boots, ms. */
  readonly bootMs: readonly number[];
}

/** Before this tick; null for the first time. */
export interface LazyBefore {
  readonly accounts: LazyAccounts | null;
  /** Since the last tick. */
  readonly minutes: number;
}

export interface AheadWanted {
  readonly wanted: Wanted;
  /** Null where a forecast decided. */
  readonly lazy: LazyAccounts | null;
}

/**
 * By the plan over the horizon, or without a forecast by the lazy rule. Null where neither applies: the demand of this minute
 * is not known, or is no measured series. Not `explained`, nobody will ask which machines were in question: a third of the work.
 */
export function forecastWanted(
  { demand, shortageCost }: Policy,
  reading: Reading,
  forecast: Forecast | null,
  carriers: ForecastCarriers,
  before: LazyBefore,
  explained = true,
): AheadWanted | null {
  if (reading.kind !== "known" || demand.kind === "rest" || demand.kind === "distcc") return null;
  const { serving, arriving, others, available, atOnce, orders } = carriers;
  const usual = mean([...serving, ...arriving, ...others]);
  if (usual === null) return null;
  const usualOf = (capacities: readonly number[]): number => Math.round(sum(capacities) / usual);

  const costs: HorizonCosts = { shortage: shortageCost, building: 1, wear: DEFAULT_WEAR };
  const perMachine = demand.perMachine * usual;
  const bootMinutes = moveMinutes(carriers.bootMs);
  const arrivingUsual = usualOf(arriving);
  const present = usualOf([...serving, ...arriving]);
  const pool = usualOf([...serving, ...arriving, ...others]);
  const need = (reading.value * (1 + demand.headroom / 100)) / perMachine;
  const { count, rows, leastGain, lazy } = horizonCount(
    {
      ...{ forecast, perMachine, bootMinutes, costs, available, pool, atOnce, orders, need },
      serving: present - arrivingUsual,
      arriving: arrivingUsual,
      restForecast: null,
      restNeed: pool,
      minutes: before.minutes,
    },
    before.accounts,
    explained,
  );
  const machines = machinesOf(count, present, usual, carriers);
  if (forecast === null) {
    const reason = `demand ${round(reading.value)}, +${demand.headroom} % headroom, no forecast yet: ${lazyWords(machines)}`;
    return { wanted: { count: machines, hungry: false, reason }, lazy };
  }
  const marginal = explained ? marginalMachines(rows, { forecast, perMachine, bootMinutes, costs, leastGain }) : [];
  const ahead: Ahead = { present, count, prices: costs, leastGain, machines: marginal };
  return { wanted: { count: machines, hungry: false, reason: reasonOf(machines, ahead, reading.value), ahead }, lazy };
}

const lazyWords = (count: number): string =>
  `wants ${count}, a machine coming or leaving when not to have moved it has cost as much as moving it there and back`;

/**
 * The plan counts usual machines: of mean capacity, to the nearest. What it adds are machines like the others, what it gives up
 * are some like its own, to the nearest too: to round for the worst of them would keep one too many for ever.
 */
function machinesOf(count: number, present: number, usual: number, carriers: ForecastCarriers): number {
  const own = [...carriers.serving, ...carriers.arriving];
  if (count === present) return own.length;
  const change = Math.abs(count * usual - sum(own)) / (mean(count > present ? carriers.others : own) ?? usual);
  return own.length + Math.sign(count - present) * Math.max(1, Math.round(change));
}

/** The upper quantile of what a move takes, in minutes. */
export function moveMinutes(bootMs: readonly number[]): number {
  if (bootMs.length === 0) return UNLEARNED_BOOT_MINUTES;
  const sorted = [...bootMs].sort((a, b) => a - b);
  const quantile = sorted[Math.min(sorted.length - 1, Math.floor(BOOT_QUANTILE * sorted.length))] ?? 0;
  return BEFORE_BOOT_MINUTES + Math.max(1, Math.ceil(quantile / 60_000));
}

/** The last machine that is moved, else the first that is not, and what would have to change. */
function reasonOf(count: number, { machines, prices }: Ahead, demand: number): string {
  const told = machines.findLast(({ chosen }) => chosen) ?? machines[0];
  const runnerUp = machines.at(-1);
  const why = told === undefined ? "" : `; ${describeMarginal(told, prices)}`;
  const toss = runnerUp === undefined ? "" : describeTossUp(runnerUp, prices.shortage);
  const change = runnerUp === undefined || toss === "" ? "" : `; machine ${runnerUp.machine}: ${toss}`;
  return `demand ${round(demand)}, by its forecast: wants ${count}${why}${change}`;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number | null => (values.length === 0 ? null : sum(values) / values.length);
const round = (value: number): number => Math.round(value * 100) / 100;
