/** The limits of limits.yaml, slot by slot. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { movesPerSlot } from "../../../../src/core/decide/rota/move-limits.ts";

const shape = { slots: 6, slotMinutes: 30, moveMinutes: 5 };
const limits = { atOnce: 2, inOperation: 0, perHour: 1_000, open: [] };

test("short moves follow each other within a slot, long ones take their place for several", () => {
  expect(movesPerSlot(limits, shape)).toEqual([12, 12, 12, 12, 12, 12]);
  expect(movesPerSlot(limits, { ...shape, moveMinutes: 90 })).toEqual([1, 1, 0, 1, 1, 0]);
});

test("the hourly limit holds too, and what is in operation takes the first places", () => {
  expect(movesPerSlot({ ...limits, perHour: 3 }, shape)).toEqual([2, 1, 2, 1, 2, 1]);
  expect(movesPerSlot({ ...limits, perHour: 3, inOperation: 3 }, shape)).toEqual([0, 0, 2, 1, 2, 1]);
});

test("none begins while the windows are closed", () => {
  expect(movesPerSlot({ ...limits, open: [true, false, true, false] }, shape)).toEqual([12, 0, 12, 0, 0, 0]);
});

test("no more are begun than may be at once, however long a move takes", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 6 }), (atOnce, moveSlots) => {
      const moves = movesPerSlot({ ...limits, atOnce }, { slots: 24, slotMinutes: 5, moveMinutes: 5 * moveSlots });
      for (let slot = moveSlots; slot <= 24; slot++) {
        expect(moves.slice(slot - moveSlots, slot).reduce((sum, one) => sum + one, 0)).toBe(atOnce);
      }
    }),
    { numRuns: 30, seed: 11 },
  );
});
