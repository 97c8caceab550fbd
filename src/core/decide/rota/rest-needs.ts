/**
 * How many machines the other roles' needs leave to the rest role. What they need is not missing in the rest: shortage is counted
 * once, where it hurts, and building is lost only with machines that nobody needs (as in `horizon/level-costs.ts`).
 */
import { at, zeros } from "../../forecast/vector.ts";
import { inSlot, type RotaInput, type RotaRole } from "./rota-input.ts";

/** Floating point: a need of 11.000000000000002 leaves what one of 11 does. */
const ROUNDING = 1e-9;

/** A place's machines, those on their way to it included. */
export const machinesOf = ({ present, arriving }: Pick<RotaRole, "present" | "arriving">): number =>
  arriving.reduce((sum, { machines }) => sum + machines, present);

/** All machines of the pool. */
export const poolOf = ({ roles, spare }: RotaInput): number =>
  roles.reduce((sum, role) => sum + machinesOf(role), machinesOf(spare));

/**
 * Equally likely numbers of machines left in a slot, rising. The needs are taken to be high and low together, as those of one
 * site's roles mostly are; no role needs more than it may have.
 */
export function leftToRest({ roles }: RotaInput, slot: number, pool: number): Float64Array {
  const claims = roles.flatMap(({ use, ranges, able }) => {
    const needs = use.kind === "measured" ? inSlot(use.needs, slot) : undefined;
    return needs === undefined ? [] : [{ needs, most: Math.min(able, inSlot(ranges, slot)?.max ?? able) }];
  });
  const bins = claims.reduce((most, { needs }) => Math.max(most, needs.length), 1);
  const left = zeros(bins).fill(pool);
  for (const { needs, most } of claims) {
    for (let bin = 0; bin < bins; bin++) {
      const need = at(needs, Math.floor(((bin + 0.5) * needs.length) / bins));
      // Where needs are high, little is left.
      const place = bins - 1 - bin;
      left[place] = at(left, place) - Math.min(most, Math.ceil(need - ROUNDING));
    }
  }
  return left.map((machines) => Math.max(0, machines));
}
