/** What the machines of each place are worth in a slot, the weight of what must hold included. */
import { type Bonus, type Step, stairs, type Value } from "./marginal-value.ts";
import { MOST_COST } from "./min-cost-flow.ts";
import { leftToRest, machinesOf, poolOf } from "./rest-needs.ts";
import { inSlot, type RotaInput, type RotaRange, type RotaRole, type RotaSpare } from "./rota-input.ts";

/** A machine of the reserve is worth two of the rest role, and less than most machines that a demand needs. */
const RESERVE_VALUE = 2;
/** Costs are whole multiples of this, in machine-hours, or of more where penalties are so great. */
const FINEST_UNIT = 1e-6;

/** Moves count in whole slots, to the nearest; what they take beyond those is paid as building that is lost. */
export const slotsOf = (minutes: number, slotMinutes: number): number => Math.round(Math.max(0, minutes) / slotMinutes);

/** What one move costs beyond the whole slots in which its machine serves nobody, machine-hours. */
export function moveCost({ wear, moveMinutes, slotMinutes }: RotaInput): number {
  return wear + Math.max(0, moveMinutes - slotsOf(moveMinutes, slotMinutes) * slotMinutes) / 60;
}

/** What a role's machines are worth in a slot of which the needs leave so many to the rest. */
export function roleValue({ use }: RotaRole, input: RotaInput, slot: number, left: Float64Array): Value {
  const hours = input.slotMinutes / 60;
  const own = inSlot(use.needs ?? [], slot);
  const needs = own === undefined ? [] : [own];
  return use.kind === "measured"
    ? { worth: use.shortageCost * hours, needs }
    : { worth: hours, needs: [...needs, left] };
}

/** Not to have what must hold, for a slot and a machine: each more than all that could be had for it elsewhere. */
export interface Penalties {
  readonly range: number;
  readonly floor: number;
  readonly keep: number;
  /** Of all costs, in machine-hours. */
  readonly unit: number;
}

/** For a network of so many nodes, over which costs add up. */
export function penaltiesOf(input: RotaInput, nodes: number): Penalties {
  const dearest = input.roles.map(({ use }) => (use.kind === "measured" ? use.shortageCost : RESERVE_VALUE));
  const hours = input.slotMinutes / 60;
  const most = hours * Math.max(RESERVE_VALUE, input.spare.powerPrice, ...dearest) + moveCost(input);
  const step = 2 * input.slots;
  const [range, floor, keep] = [most * step, most * step ** 2, most * step ** 3];
  const greatest = 2 * (range + floor + keep + most);
  return { range, floor, keep, unit: Math.max(FINEST_UNIT, (greatest * nodes) / MOST_COST) };
}

/** By place: the roles in their order, then spare. */
export function stairsInSlot(input: RotaInput, slot: number, penalties: Penalties): readonly (readonly Step[])[] {
  const pool = poolOf(input);
  const left = leftToRest(input, slot, pool);
  const roles = input.roles.map((role) =>
    stairs(roleValue(role, input, slot, left), capOf(role), bonusesOf(rangeIn(role, slot), penalties)),
  );
  return [...roles, spareStairs(input.spare, input.slotMinutes / 60, pool)];
}

/** Never more than may take the role; those that are there or coming can't be fewer. */
const capOf = (role: RotaRole): number => Math.max(role.able, machinesOf(role));

const rangeIn = ({ ranges, able }: RotaRole, slot: number): RotaRange =>
  inSlot(ranges, slot) ?? { keep: 0, floor: 0, min: 0, max: able };

function bonusesOf({ keep, floor, min, max }: RotaRange, penalties: Penalties): Bonus[] {
  return [
    { machines: keep, worth: penalties.keep },
    { machines: floor, worth: penalties.floor },
    { machines: min, worth: penalties.range },
    // Those up to the maximum are worth no more for it, those beyond are worth less.
    { machines: max, worth: penalties.range },
    { machines: Number.POSITIVE_INFINITY, worth: -penalties.range },
  ];
}

function spareStairs({ reserve, powerPrice }: RotaSpare, hours: number, pool: number): readonly Step[] {
  const bonus = { machines: reserve, worth: RESERVE_VALUE * hours };
  return stairs({ worth: powerPrice * hours, needs: [] }, pool, [bonus]);
}
