/** The timeline's shaping: equal steps, and null for whatever nobody knows. */
import { expect, test } from "vitest";
import { type RoleName, roleName } from "../../../src/core/domain/names.ts";
import { atLeast, known, unknown } from "../../../src/core/domain/reading.ts";
import {
  bandOf,
  countCourses,
  demandCourse,
  endOf,
  MOST_STEPS,
  plannedCourse,
  stepsOf,
} from "../../../src/http/timeline.ts";

const MINUTE_MS = 60_000;
const WEB = roleName("web");
const steps = (count: number, minutes = 1) => ({ fromMs: 0, stepMs: minutes * MINUTE_MS, count });
const at = (minutes: number): number => minutes * MINUTE_MS;

test("steps are whole minutes, begin where everybody's do, and are never more than a screen is wide", () => {
  expect(stepsOf(at(7), at(67), at(5))).toEqual({ fromMs: at(5), stepMs: at(5), count: 13 });
  expect(stepsOf(at(0), at(10), 1)).toEqual({ fromMs: 0, stepMs: at(1), count: 10 });
  const year = stepsOf(at(3), at(3 + 100 * 1_440), 1);
  expect(year.count).toBeLessThanOrEqual(MOST_STEPS);
  expect(endOf(year, year.count - 1)).toBeGreaterThanOrEqual(at(3 + 100 * 1_440));
});

test("a step shows its highest reading; one without any, or with unknown ones alone, is a gap", () => {
  const points = [
    { atMs: at(0), reading: known(9) },
    { atMs: at(1), reading: known(5) },
    { atMs: at(2), reading: unknown("no series") },
    { atMs: at(4), reading: known(0) },
    { atMs: at(6), reading: atLeast(7, "every slot is busy") },
    { atMs: at(99), reading: known(1) },
  ];
  expect(demandCourse(steps(5, 2), points)).toEqual([9, null, 0, 7, null]);
});

const sample = (atMs: number, capacity: number, wanted: number | null) => ({
  atMs,
  roles: new Map<RoleName, { capacity: number; desired: number; wanted: number | null }>([
    [WEB, { capacity, desired: capacity, wanted }],
  ]),
});

test("a decision stands until it is eleven minutes old; after that nobody knows", () => {
  const samples = [sample(at(1), 8, 10), sample(at(1), 8, 10), null, sample(at(16), 12, null)];
  const { capacity, wanted, short } = countCourses(steps(4, 5), samples, WEB);
  // The second step ends at minute 10, nine after its decision; the fourth's demand was unknown.
  expect(capacity).toEqual([8, 8, null, 12]);
  expect(wanted).toEqual([10, 10, null, null]);
  expect(short).toEqual([2, 2, null, null]);
  expect(countCourses(steps(3, 5), [null, null, sample(at(3), 8, 8)], WEB).capacity[2]).toBeNull();
});

test("the rota is shown from now on, slot by slot, and ends where it ends", () => {
  const rota = { atMs: at(10), slotMinutes: 30, counts: [5, 6] };
  expect(plannedCourse(steps(9, 10), at(20), rota)).toEqual([null, null, 5, 6, 6, 6, null, null, null]);
});

test("without a forecast there is a band only where one was made half an hour before", () => {
  expect(bandOf(steps(4, 5), at(20), null, [])).toBeNull();
  const trail = [{ atMs: at(7), q05: 1, q50: 2, q95: 3 }];
  expect(bandOf(steps(4, 5), at(20), null, trail)?.q50).toEqual([2, 2, null, null]);
});
