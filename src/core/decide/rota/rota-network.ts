/**
 * The rota as one flow of machines through time (Ahuja, Magnanti & Orlin 1993, Network Flows, ch. 19.6: time-expanded networks).
 * A node is a place (a role, or spare) at a slot's beginning. From each, machines stay until the next slot, by an arc of convex
 * cost, or leave to the slot's hub, whose one arc is the limit on moves, and enter another place when the move is done. Machines
 * on their way are supplies at their arrival.
 */
import type { Step } from "./marginal-value.ts";
import type { FlowNetwork } from "./min-cost-flow.ts";
import { poolOf } from "./rest-needs.ts";
import { type Arrival, inSlot, type RotaInput } from "./rota-input.ts";
import { moveCost, penaltiesOf, slotsOf, stairsInSlot } from "./slot-worth.ts";

export interface RotaNetwork {
  readonly network: FlowNetwork;
  /** Its arcs, by place (the roles in their order, then spare) and slot. */
  readonly stay: (place: number, slot: number) => number;
  readonly leave: (place: number, slot: number) => number;
  readonly enter: (place: number, slot: number) => number;
}

/** Of a place in each slot; the hub's comes before them. */
const ARCS = 3;

export function buildNetwork(input: RotaInput): RotaNetwork {
  const { slots, roles, spare, slotMinutes } = input;
  const places = roles.length + 1;
  const pool = poolOf(input);
  const moveSlots = slotsOf(input.moveMinutes, slotMinutes);
  const sink = slots * (places + 2);
  const node = (place: number, slot: number): number => (slot < slots ? slot * (places + 2) + place : sink);
  const penalties = penaltiesOf(input, sink + 1);
  const draft: Draft = { from: [], to: [], firstRange: [0], capacity: [], cost: [] };
  const free: readonly Step[] = [{ machines: pool, worth: 0 }];

  for (let slot = 0; slot < slots; slot++) {
    const [hub, gate] = [node(places, slot), node(places + 1, slot)];
    const most = Math.min(pool, inSlot(input.moves ?? [], slot) ?? pool);
    // Of plans that cost the same, the one that moves later knows more by then.
    const worth = -moveCost(input) - (slots - slot) * penalties.unit;
    addArc(draft, hub, gate, most > 0 ? [{ machines: most, worth }] : [], penalties.unit);
    for (const [place, steps] of stairsInSlot(input, slot, penalties).entries()) {
      addArc(draft, node(place, slot), node(place, slot + 1), steps, penalties.unit);
      addArc(draft, node(place, slot), hub, free, penalties.unit);
      addArc(draft, gate, node(place, slot + moveSlots), free, penalties.unit);
    }
  }

  const supply = new Float64Array(sink + 1);
  for (const [place, { present, arriving }] of [...roles, spare].entries()) {
    const now: Arrival = { machines: present, inMinutes: 0 };
    for (const { machines, inMinutes } of [now, ...arriving]) {
      const origin = node(place, slotsOf(inMinutes, slotMinutes));
      supply[origin] = (supply[origin] as number) + machines;
      supply[sink] = (supply[sink] as number) - machines;
    }
  }
  const arc = (place: number, slot: number): number => slot * (1 + ARCS * places) + 1 + ARCS * place;
  return {
    network: { nodes: sink + 1, supply, ...arraysOf(draft) },
    stay: arc,
    leave: (place, slot) => arc(place, slot) + 1,
    enter: (place, slot) => arc(place, slot) + 2,
  };
}

/** The network's arcs as they are added. */
interface Draft {
  readonly from: number[];
  readonly to: number[];
  readonly firstRange: number[];
  readonly capacity: number[];
  readonly cost: number[];
}

/** An arc with a range for each step, whose worth its flow saves. */
function addArc(draft: Draft, from: number, to: number, steps: readonly Step[], unit: number): void {
  for (const { machines, worth } of steps) {
    draft.capacity.push(machines);
    draft.cost.push(Math.round(-worth / unit));
  }
  draft.from.push(from);
  draft.to.push(to);
  draft.firstRange.push(draft.capacity.length);
}

const arraysOf = (draft: Draft): Omit<FlowNetwork, "nodes" | "supply"> => ({
  from: Int32Array.from(draft.from),
  to: Int32Array.from(draft.to),
  firstRange: Int32Array.from(draft.firstRange),
  capacity: Float64Array.from(draft.capacity),
  cost: Float64Array.from(draft.cost),
});
