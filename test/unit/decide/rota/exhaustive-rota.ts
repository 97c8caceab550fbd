/** The best rota by trying every move in every slot, priced by the definitions: what the flow is held against. */
import type { Rota } from "../../../../src/core/decide/rota/rota.ts";
import type { RotaInput, RotaRange } from "../../../../src/core/decide/rota/rota-input.ts";

/** Worth of not breaking a range, floor or keep by a machine for a slot: far above any cost of a small instance. */
const BROKEN = { range: 1e3, floor: 1e6, keep: 1e9 };
/** What a reserve machine counts as. */
const RESERVE = 2;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const inSlot = <T>(list: readonly T[], slot: number): T => list[Math.min(slot, list.length - 1)] as T;
const allOf = ({ present, arriving }: RotaInput["spare"] | RotaInput["roles"][number]): number =>
  present + sum(arriving.map(({ machines }) => machines));
const poolSize = ({ roles, spare }: RotaInput): number => sum([...roles, spare].map(allOf));

const brokenBy = ({ keep, floor, min, max }: RotaRange, count: number): number =>
  BROKEN.keep * Math.max(0, keep - count) +
  BROKEN.floor * Math.max(0, floor - count) +
  BROKEN.range * (Math.max(0, min - count) + Math.max(0, count - max));

/** What one slot costs with these counts, roles first and spare last. */
function slotCost(input: RotaInput, slot: number, counts: readonly number[]): number {
  const { roles, spare, slotMinutes } = input;
  const hours = slotMinutes / 60;
  const pool = poolSize(input);
  let cost = 0;
  const bins = Math.max(1, ...roles.map(({ use }) => (use.kind === "measured" ? inSlot(use.needs, slot).length : 0)));
  const left = Array.from({ length: bins }, (_, bin) => {
    const taken = roles.map(({ use, ranges, able }) => {
      if (use.kind === "rest") return 0;
      const needs = inSlot(use.needs, slot);
      const need = needs[needs.length === 1 ? 0 : bin] ?? Number.NaN;
      return Math.min(able, inSlot(ranges, slot).max, Math.ceil(need));
    });
    return Math.max(0, pool - sum(taken));
  });
  for (const [index, { use, ranges }] of roles.entries()) {
    const count = counts[index] ?? 0;
    cost += brokenBy(inSlot(ranges, slot), count);
    if (use.kind === "measured") {
      const needs = [...inSlot(use.needs, slot)];
      cost += use.shortageCost * hours * (sum(needs.map((need) => Math.max(0, need - count))) / needs.length);
      continue;
    }
    const own = use.needs === null ? [pool] : [...inSlot(use.needs, slot)];
    const unused = own.flatMap((need) => left.map((rest) => Math.max(0, Math.min(need, rest) - count)));
    cost += hours * (sum(unused) / unused.length);
  }
  const off = counts[roles.length] ?? 0;
  return cost + spare.powerPrice * hours * (pool - off) - RESERVE * hours * Math.min(spare.reserve, off);
}

const moveSlotsOf = ({ moveMinutes, slotMinutes }: RotaInput): number => Math.round(moveMinutes / slotMinutes);

const costOfMove = (input: RotaInput): number =>
  input.wear + Math.max(0, input.moveMinutes - moveSlotsOf(input) * input.slotMinutes) / 60;

/** The same price for a plan that is given. */
export function priceOf(input: RotaInput, rota: Rota): number {
  const lines = [...rota.roles.map(({ counts }) => counts), rota.spare];
  let cost = sum(rota.moves) * costOfMove(input);
  for (let slot = 0; slot < input.slots; slot++) {
    cost += slotCost(
      input,
      slot,
      lines.map((counts) => counts[slot] ?? 0),
    );
  }
  return cost;
}

/** All ways to take `total` (or up to it) from places of so many each. */
function ways(most: readonly number[], total: number, upTo: boolean): number[][] {
  const [first, ...others] = most;
  if (first === undefined) return upTo || total === 0 ? [[]] : [];
  const found: number[][] = [];
  for (let taken = 0; taken <= Math.min(first, total); taken++) {
    for (const rest of ways(others, total - taken, upTo)) found.push([taken, ...rest]);
  }
  return found;
}

/** The price of the best plan. */
export function exhaustiveRota(input: RotaInput): number {
  const { roles, spare, slots, slotMinutes, moves } = input;
  const all = [...roles, spare];
  const pool = poolSize(input);
  const moveSlots = moveSlotsOf(input);
  const known = new Map<string, number>();

  /** `coming`: by slots from now, by place. */
  const best = (slot: number, counts: readonly number[], coming: readonly (readonly number[])[]): number => {
    if (slot === slots) return 0;
    const key = `${slot} ${counts.join()} ${coming.join("/")}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const limit = Math.min(pool, moves === undefined ? pool : inSlot(moves, slot));
    let least = Number.POSITIVE_INFINITY;
    for (const leave of ways(counts, limit, true)) {
      const moved = sum(leave);
      for (const enter of ways(
        all.map(() => moved),
        moved,
        false,
      )) {
        if (enter.some((count, place) => count > 0 && (leave[place] ?? 0) > 0)) continue;
        least = Math.min(least, moved * costOfMove(input) + after(slot, counts, coming, leave, enter));
      }
    }
    known.set(key, least);
    return least;
  };
  const after = (
    slot: number,
    counts: readonly number[],
    coming: readonly (readonly number[])[],
    leave: readonly number[],
    enter: readonly number[],
  ): number => {
    const at = (later: number, place: number): number =>
      (coming[later]?.[place] ?? 0) + (later === moveSlots ? (enter[place] ?? 0) : 0);
    const there = counts.map((count, place) => count - (leave[place] ?? 0) + at(0, place));
    if (roles.some(({ able }, place) => (there[place] ?? 0) > able)) return Number.POSITIVE_INFINITY;
    const next = there.map((count, place) => count + at(1, place));
    const length = Math.max(coming.length, moveSlots + 1);
    const later = Array.from({ length: length - 1 }, (_, index) =>
      all.map((_place, place) => (index === 0 ? 0 : at(index + 1, place))),
    );
    return slotCost(input, slot, there) + best(slot + 1, next, later);
  };

  const arrivals = all.map(({ arriving }) =>
    arriving.map((one) => ({ ...one, slot: Math.round(one.inMinutes / slotMinutes) })),
  );
  const at = (slot: number): number[] =>
    arrivals.map((list) => sum(list.filter((one) => one.slot === slot).map(({ machines }) => machines)));
  const coming = Array.from({ length: slots + moveSlots + 1 }, (_, slot) => (slot === 0 ? all.map(() => 0) : at(slot)));
  return best(
    0,
    all.map(({ present }, place) => present + (at(0)[place] ?? 0)),
    coming,
  );
}
