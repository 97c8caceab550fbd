/** The rota: the best there is within what must hold, and nothing that can't be. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { DEFAULT_WEAR } from "../../../../src/core/decide/horizon/costs.ts";
import { planRota } from "../../../../src/core/decide/rota/plan-rota.ts";
import type { Rota } from "../../../../src/core/decide/rota/rota.ts";
import type { RotaInput, RotaRange, RotaRole } from "../../../../src/core/decide/rota/rota-input.ts";
import { roleName } from "../../../../src/core/domain/names.ts";
import { exhaustiveRota, priceOf } from "./exhaustive-rota.ts";
import { smallRotas } from "./some-rota.ts";

const runs = { numRuns: 20, seed: 11 };
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const machinesIn = ({ present, arriving }: Pick<RotaRole, "present" | "arriving">): number =>
  present + sum(arriving.map(({ machines }) => machines));

test("the flow equals exhaustive search on small rotas", () => {
  fc.assert(
    fc.property(smallRotas(3), (input) => {
      expect(Math.abs(priceOf(input, planRota(input)) - exhaustiveRota(input))).toBeLessThan(1e-3);
    }),
    { numRuns: 4, seed: 11 },
  );
});

const anything: RotaRange = { keep: 0, floor: 0, min: 0, max: 100 };
const measured = (name: string, present: number, needs: readonly (readonly number[])[]): RotaRole => ({
  role: roleName(name),
  use: { kind: "measured", shortageCost: 20, needs: needs.map((bins) => Float64Array.from(bins)) },
  present,
  arriving: [],
  able: 100,
  ranges: [anything],
});
const rest = (present: number): RotaRole => ({
  ...measured("compile", present, []),
  use: { kind: "rest", needs: null },
});
const usual = (roles: readonly RotaRole[]): RotaInput => ({
  slotMinutes: 30,
  slots: 8,
  moveMinutes: 5,
  wear: DEFAULT_WEAR,
  roles,
  spare: { present: 0, arriving: [], reserve: 0, powerPrice: 0 },
});

function check(input: RotaInput, rota: Rota): void {
  const pool = sum([...input.roles, input.spare].map(machinesIn));
  for (let slot = 0; slot < input.slots; slot++) {
    const counts = rota.roles.map((line) => line.counts[slot] ?? Number.NaN);
    expect(sum(counts) + (rota.spare[slot] ?? Number.NaN) + (rota.moving[slot] ?? Number.NaN)).toBe(pool);
    expect(rota.moves[slot]).toBeLessThanOrEqual(input.moves?.[Math.min(slot, input.moves.length - 1)] ?? pool);
    for (const [index, role] of input.roles.entries()) expect(counts[index]).toBeLessThanOrEqual(role.able);
  }
}

test("in every slot each machine is somewhere once, no more move than the limit lets, and none where it may not", () => {
  fc.assert(
    fc.property(smallRotas(6), (input) => check(input, planRota(input))),
    runs,
  );
});

test("its cost is that of its counts and moves", () => {
  fc.assert(
    fc.property(smallRotas(4), (given) => {
      const free = given.roles.map((role) => ({ ...role, ranges: [{ ...anything, max: role.able }] }));
      const input = { ...given, roles: free, spare: { ...given.spare, reserve: 0 } };
      const rota = planRota(input);
      const { shortage, building, wear, power } = rota.cost;
      expect(shortage + building + wear + power).toBeCloseTo(priceOf(input, rota), 6);
    }),
    runs,
  );
});

test("raising one role's needs never lowers what it wants now", () => {
  fc.assert(
    fc.property(smallRotas(4), fc.integer({ min: 1, max: 16 }), fc.constantFrom(0, 1), (input, eighths, index) => {
      const raised = input.roles.map((role, place) =>
        place !== index || role.use.kind === "rest"
          ? role
          : {
              ...role,
              use: { ...role.use, needs: role.use.needs.map((bins) => bins.map((need) => need + eighths / 8)) },
            },
      );
      const now = (one: RotaInput): number => planRota(one).roles[index]?.now ?? Number.NaN;
      expect(now({ ...input, roles: raised })).toBeGreaterThanOrEqual(now(input));
    }),
    runs,
  );
});

test("other names, the same rota; another order of the roles, the same price", () => {
  fc.assert(
    fc.property(smallRotas(4), (input) => {
      const rota = planRota(input);
      const renamed = planRota({
        ...input,
        roles: input.roles.map((role, index) => ({ ...role, role: roleName(`z${9 - index}`) })),
      });
      expect(renamed.roles.map(({ counts, now, summary }) => [counts, now, summary])).toEqual(
        rota.roles.map(({ counts, now, summary }) => [counts, now, summary]),
      );
      const turned = { ...input, roles: [...input.roles].reverse() };
      expect(priceOf(turned, planRota(turned))).toBeCloseTo(priceOf(input, rota), 2);
    }),
    runs,
  );
});

test("no machine leaves a role only to dodge its maximum and come back", () => {
  const short: RotaRange[] = [{ ...anything, max: 1 }, { ...anything, max: 1 }, anything];
  const web: RotaRole = { ...measured("web", 3, [[3]]), ranges: short };
  const input = { ...usual([web, rest(3)]), moveMinutes: 60, slots: 6 };
  const rota = planRota(input);
  check(input, rota);
  expect(rota.roles.map(({ now }) => now)).toEqual([1, 5]);
});

test("a machine comes in the slot before windows close that a later need asks for", () => {
  const needs = [2, 2, 2, 2, 6].map((need) => [need]);
  const open = usual([measured("web", 2, needs), rest(8)]);
  expect(planRota(open).moves).toEqual([0, 0, 0, 0, 4, 0, 0, 0]);
  const rota = planRota({ ...open, moves: [10, 10, 0, 0, 0] });
  expect(rota.moves).toEqual([0, 4, 0, 0, 0, 0, 0, 0]);
  expect(rota.roles[0]?.summary).toBe("2 now, 6 at the most in 30 min, 2 at the least now");
});

test("a floor above the pool is told, and held as far as it can be; keep holds against it", () => {
  const web: RotaRole = { ...measured("web", 2, [[1]]), ranges: [anything, { ...anything, floor: 9, min: 9 }] };
  const blind: RotaRole = { ...measured("api", 3, [[1]]), ranges: [{ ...anything, keep: 3, min: 3 }] };
  const rota = planRota(usual([web, blind, rest(2)]));
  expect(rota.roles.map(({ counts }) => counts[1])).toEqual([4, 3, 0]);
  expect(rota.roles[0]?.unmet[0]).toEqual({ what: "floor", from: 1, to: 7, asked: 9, given: 4 });
  expect(rota.roles[0]?.summary).toContain("its floor of 9 can't be held in 30 min until the end: 4 there");
  expect(rota.roles[1]?.unmet).toEqual([]);
});

test("idle machines go to spare where that saves more power than the way there and back costs", () => {
  const needs = [[8], [2], [2], [2], [2], [2], [2], [8]];
  const spareAt = (powerPrice: number): number => {
    const input = usual([measured("web", 8, needs)]);
    return planRota({ ...input, spare: { ...input.spare, powerPrice } }).spare[3] ?? Number.NaN;
  };
  expect(spareAt(0)).toBe(0);
  expect(spareAt(0.01)).toBe(0);
  expect(spareAt(0.5)).toBe(6);
});

test("the reserve comes before the rest, and after what a demand needs", () => {
  const given = usual([measured("web", 4, [[4]]), rest(4)]);
  const kept = planRota({ ...given, spare: { ...given.spare, reserve: 2 } });
  expect([kept.roles[0]?.counts[7], kept.roles[1]?.counts[7], kept.spare[7]]).toEqual([4, 2, 2]);
  const busy = usual([measured("web", 8, [[8]]), rest(0)]);
  expect(planRota({ ...busy, spare: { ...busy.spare, reserve: 2 } }).spare[7]).toBe(0);
});

test("what a role's range asks for holds against a dearer need of another", () => {
  const api: RotaRole = { ...measured("api", 3, [[0]]), ranges: [{ ...anything, min: 3 }] };
  const rota = planRota(usual([measured("web", 2, [[6]]), api]));
  expect(rota.roles.map(({ now }) => now)).toEqual([2, 3]);
});

test("of plans that cost the same, the one that moves last is made, and a pool of none has a rota too", () => {
  const input = usual([measured("web", 0, [[0], [0], [0], [0], [4]])]);
  expect(planRota({ ...input, spare: { ...input.spare, present: 4 } }).moves).toEqual([0, 0, 0, 0, 4, 0, 0, 0]);
  const empty = planRota(input);
  expect([empty.moves, empty.roles[0]?.counts]).toEqual([Array(8).fill(0), Array(8).fill(0)]);
  expect(empty.cost.shortage).toBe(20 * 0.5 * 4 * 4);
});
