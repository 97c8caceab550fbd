/** When moves may begin, as the plan over the horizon takes it. */
import { expect, test } from "vitest";
import { orderTimes } from "../../../src/core/decide/order-times.ts";

const MINUTE_MS = 60_000;
const NOW = 1_000_000 * MINUTE_MS;
const at = (minutes: number): number => NOW + minutes * MINUTE_MS;
const closed = (opensIn: number) => ({ open: false, closesMs: null, nextOpenMs: at(opensIn) });
const open = (closesIn: number, opensIn: number) => ({ open: true, closesMs: at(closesIn), nextOpenMs: at(opensIn) });
const times = (windows: object[], freezes: object[] = []) =>
  orderTimes({ windows, freezes, raisedFloors: new Map() } as Parameters<typeof orderTimes>[0], NOW);

test("without windows and freezes, and while the window stays open, moves may begin at any time", () => {
  expect(times([])).toBeNull();
  expect(times([open(300, 1_440)])).toBeNull();
});

test("a window that closes and opens again leaves a gap, a freeze another", () => {
  const both = times([open(10, 60)], [closed(120)]);
  expect(both?.minutes.filter((minute) => minute < 70)).toEqual([0, 2, 4, 6, 8, 60, 62, 64, 66, 68]);
  expect(both?.minutes.at(-1)).toBe(118);
  expect(both?.everyMinutes).toBe(240 - 118);
});

test("one of two windows is enough, and a night without any is one gap", () => {
  expect(times([open(10, 1_440), closed(10)])).toBeNull();
  expect(times([closed(600)])).toEqual({ minutes: [], everyMinutes: 240 });
});
