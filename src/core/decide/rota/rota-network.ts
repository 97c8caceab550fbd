/**
 * The rota as one flow of machines through time (Ahuja, Magnanti & Orlin 1993, Network Flows, ch. 19.6: time-expanded networks).
 * A node is a place (a role, or spare) at a slot's beginning. From each, machines stay until the next slot, in a bundle of arcs
 * that are worth what `marginal-value.ts` says, or leave through the slot's hub, whose one arc is the limit on moves, and enter
 * another place when the move is done. Machines on their way are supplies at their arrival.
 */

import { type Bonus, stairs, type Value } from "./marginal-value.ts";
import { type FlowNetwork, MOST_COST } from "./min-cost-flow.ts";
import { leftToRest, machinesOf, poolOf } from "./rest-needs.ts";
import { type Arrival, inSlot, type RotaInput, type RotaRange, type RotaRole } from "./rota-input.ts";

/** A machine of the reserve is worth two of the rest role, and less than most machines that a demand needs. */
const RESERVE_VALUE = 2;
/** Costs are whole multiples of this, in machine-hours, or of more where penalties are so great. */
const FINEST_UNIT = 1e-6;

export interface RotaNetwork {
  readonly network: FlowNetwork;
  /** Roles in their order, then spare. */
  readonly places: number;
  readonly pool: number;
  /** Slots that a move takes. */
  readonly moveSlots: number;
  /** The arcs by place × slots + slot: those that stay, from the first to before the end; that leaves; that enters. */
  readonly stayFrom: Int32Array;
  readonly stayEnd: Int32Array;
  readonly leave: Int32Array;
  readonly enter: Int32Array;
}

/** Moves count in whole slots, to the nearest; what they take beyond those is paid as building that is lost. */
export const slotsOf = (minutes: number, slotMinutes: number): number => Math.round(minutes / slotMinutes);

/** What one move costs beyond the whole slots in which its machine serves nobody, machine-hours. */
export function moveCost({ wear, moveMinutes, slotMinutes }: RotaInput): number {
  return wear + Math.max(0, moveMinutes - slotsOf(moveMinutes, slotMinutes) * slotMinutes) / 60;
}

/** Never more than may take the role; those that are there or coming can't be fewer. */
const capOf = (role: RotaRole): number => Math.max(role.able, machinesOf(role));

/** What a role's machines are worth in a slot. */
export function roleValue({ use }: RotaRole, input: RotaInput, slot: number, left: Float64Array): Value {
  const hours = input.slotMinutes / 60;
  const own = inSlot(use.needs ?? [], slot);
  const needs = own === undefined ? [] : [own];
  return use.kind === "measured"
    ? { worth: use.shortageCost * hours, needs }
    : { worth: hours, needs: [...needs, left] };
}

/** Not to have what must hold, for a slot and a machine: each more than all that could be had for it elsewhere. */
interface Penalties {
  readonly range: number;
  readonly floor: number;
  readonly keep: number;
  /** Of the costs, in machine-hours. */
  readonly unit: number;
}

function penaltiesOf(input: RotaInput, nodes: number): Penalties {
  const dearest = input.roles.map(({ use }) => (use.kind === "measured" ? use.shortageCost : RESERVE_VALUE));
  const hours = input.slotMinutes / 60;
  const most = hours * Math.max(1, input.spare.powerPrice, ...dearest) + moveCost(input);
  const step = 2 * input.slots;
  const [range, floor, keep] = [most * step, most * step ** 2, most * step ** 3];
  const greatest = 2 * (range + floor + keep + most);
  return { range, floor, keep, unit: Math.max(FINEST_UNIT, (greatest * nodes) / MOST_COST) };
}

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

/** Arcs and supplies as they are added. */
interface Draft {
  readonly from: number[];
  readonly to: number[];
  readonly capacity: number[];
  readonly cost: number[];
}

function addArc({ from, to, capacity, cost }: Draft, ...arc: readonly [number, number, number, number]): number {
  const [tail, head, most, price] = arc;
  from.push(tail);
  to.push(head);
  capacity.push(most);
  cost.push(price);
  return from.length - 1;
}

export function buildNetwork(input: RotaInput): RotaNetwork {
  const { slots, roles } = input;
  const places = roles.length + 1;
  const pool = poolOf(input);
  const moveSlots = slotsOf(input.moveMinutes, input.slotMinutes);
  const perSlot = places + 2;
  const sink = slots * perSlot;
  const penalties = penaltiesOf(input, sink + 1);
  const node = (place: number, slot: number): number => (slot < slots ? slot * perSlot + place : sink);

  const arcsOf = (): Int32Array => new Int32Array(places * slots).fill(-1);
  const [stayFrom, stayEnd, leave, enter] = [arcsOf(), arcsOf(), arcsOf(), arcsOf()];
  const draft: Draft = { from: [], to: [], capacity: [], cost: [] };
  for (let slot = 0; slot < slots; slot++) {
    const left = leftToRest(input, slot, pool);
    const most = Math.min(pool, inSlot(input.moves ?? [pool], slot) ?? pool);
    const [hub, gate] = [node(places, slot), node(places + 1, slot)];
    // Of plans that cost the same the one that moves later knows more by then.
    const price = Math.round(moveCost(input) / penalties.unit) + slots - slot;
    if (most > 0) addArc(draft, hub, gate, most, price);
    for (let place = 0; place < places; place++) {
      const index = place * slots + slot;
      stayFrom[index] = draft.from.length;
      for (const { machines, worth } of stairsOf(input, place, slot, left, pool, penalties)) {
        addArc(draft, node(place, slot), node(place, slot + 1), machines, -Math.round(worth / penalties.unit));
      }
      stayEnd[index] = draft.from.length;
      if (most <= 0) continue;
      leave[index] = addArc(draft, node(place, slot), hub, pool, 0);
      enter[index] = addArc(draft, gate, node(place, slot + moveSlots), pool, 0);
    }
  }

  const supply = new Float64Array(sink + 1);
  const supplied = (at: number, machines: number): void => {
    supply[at] = (supply[at] as number) + machines;
    supply[sink] = (supply[sink] as number) - machines;
  };
  for (const [place, { present, arriving }] of [...roles, input.spare].entries()) {
    supplied(node(place, 0), present);
    for (const arrival of arriving) supplied(node(place, arrivalSlot(arrival, input)), arrival.machines);
  }
  const network: FlowNetwork = {
    nodes: sink + 1,
    from: Int32Array.from(draft.from),
    to: Int32Array.from(draft.to),
    capacity: Float64Array.from(draft.capacity),
    cost: Float64Array.from(draft.cost),
    supply,
  };
  return { network, places, pool, moveSlots, stayFrom, stayEnd, leave, enter };
}

/** The first slot in which it serves. */
export const arrivalSlot = ({ inMinutes }: Arrival, { slotMinutes }: RotaInput): number =>
  slotsOf(Math.max(0, inMinutes), slotMinutes);

function stairsOf(
  input: RotaInput,
  place: number,
  slot: number,
  left: Float64Array,
  pool: number,
  penalties: Penalties,
) {
  const hours = input.slotMinutes / 60;
  const role = input.roles[place];
  if (role === undefined) {
    const { reserve, powerPrice } = input.spare;
    const bonus = { machines: reserve, worth: RESERVE_VALUE * hours };
    return stairs({ worth: powerPrice * hours, needs: [] }, pool, [bonus]);
  }
  const range = inSlot(role.ranges, slot) ?? { keep: 0, floor: 0, min: 0, max: role.able };
  return stairs(roleValue(role, input, slot, left), capOf(role), bonusesOf(range, penalties));
}
