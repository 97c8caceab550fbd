/** Plans the rota: the cheapest flow of machines through the coming slots, read off as counts, moves and sentences. */
import { at } from "../../forecast/vector.ts";
import { shortOf, stairs, worthBeyond } from "./marginal-value.ts";
import { minCostFlow } from "./min-cost-flow.ts";
import { leftToRest, machinesOf, poolOf } from "./rest-needs.ts";
import type { Rota, RotaCost, RotaLine } from "./rota.ts";
import { inSlot, type RotaInput } from "./rota-input.ts";
import { buildNetwork, type RotaNetwork } from "./rota-network.ts";
import { summaryOf } from "./rota-words.ts";
import { moveCost, roleValue, slotsOf } from "./slot-worth.ts";
import { int } from "./spanning-tree.ts";
import { unmetOf } from "./unmet.ts";

/** Never fails: to leave every machine where it is is always possible, and what can't be held is told. */
export function planRota(input: RotaInput): Rota {
  const network = buildNetwork(input);
  const { stay, leave, enter } = network;
  const flow = cheapestFlow(input, network);
  const { slots, slotMinutes, roles, spare } = input;
  const bySlot = (read: (slot: number) => number): number[] => Array.from({ length: slots }, (_, slot) => read(slot));

  const counts = [...roles, spare].map((_, place) => bySlot((slot) => at(flow, stay(place, slot))));
  const moves = bySlot((slot) => counts.reduce((sum, _, place) => sum + at(flow, enter(place, slot)), 0));
  const lines = roles.map((role, place): RotaLine => {
    const own = counts[place] ?? [];
    const now = machinesOf(role) - at(flow, leave(place, 0)) + at(flow, enter(place, 0));
    const unmet = unmetOf(role, own, slotMinutes);
    return { role: role.role, now, counts: own, unmet, summary: summaryOf(own, now, unmet, slotMinutes) };
  });
  return {
    slotMinutes,
    roles: lines,
    spare: counts[roles.length] ?? [],
    moving: movingOf(input, moves),
    moves,
    cost: costOf(input, counts, moves),
  };
}

/** Beyond so many the plan is good enough as it is. */
const MOST_PASSES = 4;

/**
 * All moves of a slot go through one hub, which forgets where they came from, so that a machine too many could leave its role and
 * come back to it when the move is done. Where the flow does that, the way back is closed, and it is solved again.
 */
function cheapestFlow({ slots, roles }: RotaInput, { network, leave, enter }: RotaNetwork): Float64Array {
  let { flow } = minCostFlow(network);
  for (let pass = 1; pass < MOST_PASSES; pass++) {
    let closed = false;
    for (let place = 0; place <= roles.length; place++) {
      for (let slot = 0; slot < slots; slot++) {
        if (at(flow, leave(place, slot)) === 0 || at(flow, enter(place, slot)) === 0) continue;
        network.capacity[int(network.firstRange, enter(place, slot))] = 0;
        closed = true;
      }
    }
    if (!closed) return flow;
    ({ flow } = minCostFlow(network));
  }
  return flow;
}

/** Those that began to move less than a move ago, and those on their way from before. */
function movingOf({ roles, spare, slotMinutes, moveMinutes }: RotaInput, moves: readonly number[]): number[] {
  const before = [...roles, spare].flatMap(({ arriving }) => arriving);
  const moveSlots = slotsOf(moveMinutes, slotMinutes);
  return moves.map((_, slot) => {
    let moving = 0;
    for (let begun = Math.max(0, slot - moveSlots + 1); begun < slot + Math.min(1, moveSlots); begun++) {
      moving += moves[begun] ?? 0;
    }
    for (const { machines, inMinutes } of before) if (slotsOf(inMinutes, slotMinutes) > slot) moving += machines;
    return moving;
  });
}

function costOf(input: RotaInput, counts: readonly (readonly number[])[], moves: readonly number[]): RotaCost {
  const { slots, slotMinutes, roles, spare, wear } = input;
  const hours = slotMinutes / 60;
  const pool = poolOf(input);
  let [shortage, building, power] = [0, 0, 0];
  for (let slot = 0; slot < slots; slot++) {
    const left = leftToRest(input, slot, pool);
    power += spare.powerPrice * hours * (pool - (counts[roles.length]?.[slot] ?? 0));
    for (const [place, role] of roles.entries()) {
      const count = counts[place]?.[slot] ?? 0;
      const needs = inSlot(role.use.needs ?? [], slot);
      if (role.use.kind === "rest") {
        building += worthBeyond(stairs(roleValue(role, input, slot, left), pool), count);
      } else if (needs !== undefined) {
        shortage += role.use.shortageCost * hours * shortOf(needs, count);
      }
    }
  }
  const moved = moves.reduce((sum, count) => sum + count, 0);
  return { shortage, building: building + moved * (moveCost(input) - wear), wear: moved * wear, power };
}
