/** The rule without a forecast: lazy, and never for ever. */
import { expect, test } from "vitest";
import { lazyCount } from "../../../../src/core/decide/horizon/lazy.ts";
import type { LazyAccounts } from "../../../../src/core/domain/decision.ts";

const costs = { shortage: 20, building: 1, wear: 5 / 60 };

function counts(needs: readonly number[], present = 4): number[] {
  let state: LazyAccounts | null = null;
  return needs.map((need) => {
    const next = lazyCount(state, { need, restNeed: 10, pool: 10, present, minutes: 1, bootMinutes: 4, costs });
    state = next.state;
    return next.count;
  });
}
const minutes = (count: number, need: number): number[] => Array.from({ length: count }, () => need);

test("a shortage is met at once, to the last machine", () => {
  expect(counts(minutes(3, 6.4)).at(-1)).toBe(7);
});

test("a short dip moves nobody, a long one all that it frees", () => {
  expect(counts([...minutes(5, 4), ...minutes(10, 1)]).at(-1)).toBe(4);
  expect(counts([...minutes(5, 4), ...minutes(30, 1)]).at(-1)).toBe(1);
});

test("machines that the rest can't use stay", () => {
  let state: LazyAccounts | null = null;
  let count = 0;
  for (let minute = 0; minute < 60; minute++) {
    const next = lazyCount(state, { need: 1, restNeed: 2, pool: 10, present: 4, minutes: 1, bootMinutes: 4, costs });
    [state, count] = [next.state, next.count];
  }
  expect(count).toBe(4);
});
