/** Which schedules are refused before they are ever evaluated. */
import { expect, test } from "vitest";
import { validateSchedule } from "../../../src/world/calendar/validate-schedule.ts";

test.each(["0 7 * * 1-5", "*/5 0-6 1,15 * *", "0 20 24 12 *", "0 0 L * *", "0 9 * * mon"])(
  "%s is a schedule",
  (opens) => {
    expect(validateSchedule(opens, "Europe/Berlin")).toBeNull();
  },
);

test.each([
  ["61 * * * *", "not a cron expression: 61 is an invalid expression for minute"],
  ["0 7 * *", "expected five cron fields, minute hour day month weekday, got 4"],
  ["0 0 7 * * 1", "expected five cron fields, minute hour day month weekday, got 6"],
  ["@daily", "expected five cron fields, minute hour day month weekday, got 1"],
  ["0 0 30 2 *", "not a cron expression: 30 2 is an impossible day of month for the given month"],
  ["a b c d e", "not a cron expression: a is an invalid expression for minute"],
])("%s is refused", (opens, why) => {
  expect(validateSchedule(opens, "Europe/Berlin")).toEqual({ key: "opens", why });
});

test.each(["Europe/Atlantis", "+02:00", "", "CET-1CEST\u0000"])("the time zone %j is refused", (timezone) => {
  expect(validateSchedule("0 7 * * *", timezone)?.key).toBe("timezone");
});
