/** The seasonal profile: the usual, whatever single days did. */
import { expect, test } from "vitest";
import { NEAR } from "../../../src/core/forecast/cadence.ts";
import { append, createHistory } from "../../../src/core/forecast/history.ts";
import { createSeason, learnSeason, profileAt } from "../../../src/core/forecast/season.ts";

const DAY = 1_440;
const USUAL = 3;

/** Days at the usual level, but for what `other` says of a day; the profile of the day after them. */
function profileAfter(days: number, other: (day: number) => number | null): number {
  const history = createHistory();
  for (let step = 0; step < days * DAY; step++) {
    const log = other(Math.floor(step / DAY));
    append(history, log ?? 0, log !== null);
  }
  const season = createSeason();
  learnSeason(season, history, NEAR, days * DAY + 600);
  return profileAt(season, days * DAY + 600);
}

test("the same every day is the profile", () => {
  expect(profileAfter(3, () => USUAL)).toBeCloseTo(USUAL, 9);
});

test("a day out of order counts as a third of the usual, not as nothing", () => {
  expect(profileAfter(5, (day) => (day === 4 ? -2 : USUAL))).toBeCloseTo(USUAL - Math.log(3) / 5, 9);
});

test("days that were not seen are left out, and without any the profile is not known", () => {
  expect(profileAfter(4, (day) => (day === 2 ? null : USUAL))).toBeCloseTo(USUAL, 9);
  expect(profileAfter(4, () => null)).toBeNaN();
});

test("the same day of the week counts as much as all days together", () => {
  expect(profileAfter(14, (day) => (day % 7 === 0 ? USUAL - 0.7 : USUAL))).toBeCloseTo(
    (USUAL - 0.1 + USUAL - 0.7) / 2,
    9,
  );
});
