/** One evaluation: forecasts and decides with the product's own code, a minute at a time. */
import { horizonCount } from "../../core/decide/horizon/horizon-count.ts";
import type { OrderTimes } from "../../core/decide/horizon/shape.ts";
import type { LazyAccounts } from "../../core/domain/decision.ts";
import { known, unknown } from "../../core/domain/reading.ts";
import { forecastOf } from "../../core/forecast/forecast.ts";
import { createForecaster, type Forecaster, observe } from "../../core/forecast/forecaster.ts";
import type { Init, Minute, Targets } from "./messages.ts";

export type Session = (minute: Minute) => Targets;

/** Orders that the plan looks at beyond the present one. */
const COMING_ORDERS = 4;

export function beginSession({ N, switchMinutes, weights, orderEveryMinutes, history }: Init): Session {
  const web = replay(N, history.web);
  const compile = history.compile === null ? null : replay(N, history.compile);
  let lazy: LazyAccounts | null = null;
  let need = history.web.at(-1) ?? 0;
  const every = orderEveryMinutes;
  const orders: OrderTimes | null =
    every === 1
      ? null
      : { minutes: Array.from({ length: COMING_ORDERS }, (_, index) => index * every), everyMinutes: every };

  return ({ t, demand, machines }) => {
    note(web, demand.web);
    if (compile !== null) note(compile, demand.compile);
    need = demand.web ?? need;
    const present = machines.web + machines.toWeb;
    if (t % every > 0) return targets(N, present);
    const decided = horizonCount(
      {
        forecast: forecastOf(web),
        perMachine: 1,
        pool: N,
        serving: machines.web,
        arriving: machines.toWeb,
        available: machines.compile,
        bootMinutes: switchMinutes,
        costs: {
          shortage: weights.webMachineHourShort,
          building: weights.compileMachineHourLost,
          wear: weights.perSwitchMachineHours,
        },
        orders,
        restForecast: compile === null ? null : forecastOf(compile),
        need,
        restNeed: demand.compile ?? N,
        minutes: every,
      },
      lazy,
      false,
    );
    lazy = decided.lazy;
    return targets(N, decided.count);
  };
}

const targets = (pool: number, web: number): Targets => ({ targets: { web, compile: pool - web } });

function replay(pool: number, history: readonly number[]): Forecaster {
  const forecaster = createForecaster(pool);
  for (const demand of history) note(forecaster, demand);
  return forecaster;
}

const note = (forecaster: Forecaster, demand: number | null): void =>
  observe(forecaster, demand === null ? unknown("no reading") : known(demand));
