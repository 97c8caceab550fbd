/** Plans the rota: the cheapest flow of machines through the coming slots, read off as counts, moves and sentences. */
import { at } from "../../forecast/vector.ts";
import { shortOf, stairs, worthBeyond } from "./marginal-value.ts";
import { minCostFlow } from "./min-cost-flow.ts";
import { leftToRest, machinesOf } from "./rest-needs.ts";
import type { Rota, RotaCost, RotaLine } from "./rota.ts";
import { type Arrival, inSlot, type RotaInput } from "./rota-input.ts";
import { arrivalSlot, buildNetwork, moveCost, type RotaNetwork, roleValue } from "./rota-network.ts";
import { summaryOf } from "./rota-words.ts";
import { int } from "./spanning-tree.ts";
import { unmetOf } from "./unmet.ts";

/** Never fails: to leave every machine where it is is always possible, and what can't be held is told. */
export function planRota(input: RotaInput): Rota {
  const built = buildNetwork(input);
  const { flow } = minCostFlow(built.network);
  const { slots, slotMinutes, roles } = input;
  const bySlot = (read: (slot: number) => number): number[] => Array.from({ length: slots }, (_, slot) => read(slot));

  const counts = Array.from({ length: built.places }, (_, place) =>
    bySlot((slot) => stayed(built, flow, place * slots + slot)),
  );
  const entered = (place: number, slot: number): number => through(flow, built.enter, place * slots + slot);
  const moves = bySlot((slot) => counts.reduce((sum, _, place) => sum + entered(place, slot), 0));
  const lines = roles.map((role, place): RotaLine => {
    const own = counts[place] ?? [];
    const left = through(flow, built.leave, place * slots);
    const now = machinesOf(role) - left + entered(place, 0);
    const unmet = unmetOf(role, own, input);
    return { role: role.role, now, counts: own, unmet, summary: summaryOf(own, now, unmet, slotMinutes) };
  });
  const spare = counts[roles.length] ?? [];
  const cost = costOf(input, built, counts, moves);
  return { slotMinutes, roles: lines, spare, moving: movingOf(input, built, moves), moves, cost };
}

const total = (arriving: readonly Arrival[]): number => arriving.reduce((sum, { machines }) => sum + machines, 0);

function stayed({ stayFrom, stayEnd }: RotaNetwork, flow: Float64Array, index: number): number {
  let machines = 0;
  for (let arc = int(stayFrom, index); arc < int(stayEnd, index); arc++) machines += at(flow, arc);
  return machines;
}

function through(flow: Float64Array, arcs: Int32Array, index: number): number {
  const arc = int(arcs, index);
  return arc < 0 ? 0 : at(flow, arc);
}

/** Those that began to move less than a move ago, and those on their way from before. */
function movingOf(input: RotaInput, { moveSlots }: RotaNetwork, moves: readonly number[]): number[] {
  const before = [...input.roles, input.spare].flatMap(({ arriving }) => arriving);
  return moves.map((_, slot) => {
    const begun = moves.slice(Math.max(0, slot - moveSlots + 1), moveSlots === 0 ? 0 : slot + 1);
    const late = before.filter((arrival) => arrivalSlot(arrival, input) > slot);
    return begun.reduce((sum, count) => sum + count, 0) + total(late);
  });
}

function costOf(
  input: RotaInput,
  { pool }: RotaNetwork,
  counts: readonly (readonly number[])[],
  moves: readonly number[],
): RotaCost {
  const { slots, slotMinutes, roles, spare, wear } = input;
  const hours = slotMinutes / 60;
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
