/** The flow held against the levels' plan, where both know all: one measured role, the rest, and no doubt about the need. */
import fc from "fast-check";
import { DEFAULT_WEAR } from "../../../../src/core/decide/horizon/costs.ts";
import { planHorizon } from "../../../../src/core/decide/horizon/horizon-plan.ts";
import { horizonShape } from "../../../../src/core/decide/horizon/shape.ts";
import { forecastNeeds } from "../../../../src/core/decide/rota/forecast-needs.ts";
import { wantedByFlow } from "../../../../src/core/decide/rota/wanted-by-flow.ts";
import { roleName } from "../../../../src/core/domain/names.ts";
import { someForecast } from "../../support/some-forecast.ts";

const instances = fc.record({
  level: fc.double({ min: 0.3, max: 11.5, noNaN: true }),
  growth: fc.double({ min: -2, max: 2, noNaN: true }),
  serving: fc.integer({ min: 0, max: 12 }),
  bootMinutes: fc.integer({ min: 2, max: 9 }),
});
const POOL = 12;
const web = roleName("web");

/** The greatest difference of their counts, machines. */
export function gapToLevels(runs: { readonly numRuns: number; readonly seed: number }): number {
  const gaps = fc.sample(instances, runs).map(({ level, growth, serving, bootMinutes }) => {
    const forecast = someForecast({ level, growth, spread: 1e-7 });
    const available = POOL - serving;
    const costs = { shortage: 20, building: 1, wear: DEFAULT_WEAR };
    const alone = { perMachine: 1, arriving: 0, orders: null, restForecast: null };
    const { count } = planHorizon({ ...alone, forecast, pool: POOL, serving, available, bootMinutes, costs }, false);

    const { stepMinutes, steps } = horizonShape(bootMinutes, null);
    const shape = { slotMinutes: stepMinutes, slots: steps, moveMinutes: bootMinutes };
    const needs = forecastNeeds({ near: forecast, far: null }, 1, shape) ?? [];
    const place = { arriving: [], able: POOL, ranges: [{ keep: 0, floor: 0, min: 0, max: POOL }] };
    const wanted = wantedByFlow({
      ...shape,
      wear: DEFAULT_WEAR,
      roles: [
        { ...place, role: web, use: { kind: "measured", shortageCost: 20, needs }, present: serving },
        { ...place, role: roleName("compile"), use: { kind: "rest", needs: null }, present: available },
      ],
      spare: { present: 0, arriving: [], reserve: 0, powerPrice: 0 },
    });
    return Math.abs((wanted.get(web)?.count ?? Number.NaN) - count);
  });
  return Math.max(...gaps);
}
