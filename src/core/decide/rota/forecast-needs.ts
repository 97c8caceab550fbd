/** A role's needs by slot, from its forecast: what the rota and the decision of now go by. */
import { demandBins, type Forecast } from "../../forecast/forecast.ts";
import type { RoleForecast } from "../../forecast/role-forecast.ts";
import type { RotaInput } from "./rota-input.ts";

/** Shorter than this nothing about a minute's demand is known before. */
const LEAST_SPREAD_MINUTES = 15;

/**
 * How long before a slot its last decision is made. The rota is planned anew all the time, so a far slot's need is spread as it will
 * be then, and not as it is now: else the plan would keep a reserve that no later decision will want.
 */
export const spreadMinutes = ({ slotMinutes, moveMinutes }: Pick<RotaInput, "slotMinutes" | "moveMinutes">): number =>
  Math.max(LEAST_SPREAD_MINUTES, slotMinutes + moveMinutes);

/**
 * Equally likely needs in machines, rising, in the middle of each slot; `null` where nothing is known. Where no forecast reaches a
 * slot, the list ends: its last need holds on.
 */
export function forecastNeeds(
  { near, far }: RoleForecast,
  perMachine: number,
  shape: Pick<RotaInput, "slots" | "slotMinutes" | "moveMinutes">,
): readonly Float64Array[] | null {
  const needs: Float64Array[] = [];
  for (let slot = 0; slot < shape.slots; slot++) {
    const minutes = slot * shape.slotMinutes + (shape.slotMinutes + 1) / 2;
    const forecast = [near, far].find((one) => one !== null && minutes <= reachOf(one));
    if (forecast === undefined || forecast === null) break;
    needs.push(demandBins(forecast, minutes, spreadMinutes(shape)).map((demand) => demand / perMachine));
  }
  return needs.length === 0 ? null : needs;
}

const reachOf = ({ leads }: Forecast): number => leads.at(-1)?.minutes ?? 0;
