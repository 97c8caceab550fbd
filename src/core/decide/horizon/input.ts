/** What a horizon plan is made from. */
import type { Forecast } from "../../forecast/forecast.ts";
import type { HorizonCosts } from "./costs.ts";
import type { OrderTimes } from "./shape.ts";

export interface HorizonInput {
  readonly forecast: Forecast;
  /** Demand that a usual machine carries. */
  readonly perMachine: number;
  /** Machines that the role and the rest may share. */
  readonly pool: number;
  /** Machines that serve in the role, and those on their way to it; the latter can't be called back. */
  readonly serving: number;
  readonly arriving: number;
  /** Machines of the rest that may come. */
  readonly available: number;
  /** The upper quantile of what a move takes. */
  readonly bootMinutes: number;
  /** Moves that limits allow at the same time; the others wait for them. Absent: all. */
  readonly atOnce?: number;
  readonly costs: HorizonCosts;
  /** When moves may begin; null: at any time. */
  readonly orders: OrderTimes | null;
  /** The rest role's own demand in machines, where it is measured; null: it takes whatever is left. */
  readonly restForecast: Forecast | null;
}
