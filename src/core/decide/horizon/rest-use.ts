/** What the rest role would do with a machine, where its own need is measured too: often nothing at night. */
import { demandBins } from "../../forecast/forecast.ts";
import { at } from "../../forecast/vector.ts";
import type { HorizonInput } from "./input.ts";
import type { RestUse } from "./level-costs.ts";
import type { HorizonSteps } from "./shape.ts";

/** Later decisions will know more of the rest's need too, so its spread is that of a short time ahead. */
const SPREAD_MINUTES = 15;

export function restUseOf(
  { restForecast, pool, orders, bootMinutes }: HorizonInput,
  { starts }: HorizonSteps,
): RestUse | null {
  if (restForecast === null) return null;
  const spreadMinutes = Math.max(SPREAD_MINUTES, orders === null ? 0 : orders.everyMinutes + bootMinutes);
  const bins: Float64Array[] = [];
  const binsAt = (step: number): Float64Array => {
    const [start, end] = [starts[step] as number, starts[step + 1] as number];
    const ahead = start + (end - start + 1) / 2;
    const known = bins[step] ?? demandBins(restForecast, ahead, spreadMinutes);
    bins[step] = known;
    return known;
  };
  return (step, machine) => {
    const needs = binsAt(step);
    let used = 0;
    for (let bin = 0; bin < needs.length; bin++) {
      used += Math.max(0, Math.min(1, Math.min(pool, at(needs, bin)) - pool + machine));
    }
    return used / needs.length;
  };
}
