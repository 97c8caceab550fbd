/** The calendar over clock changes, long freezes, jumps of the clock, and rare openings. */
import { getTasks } from "node-cron";
import { describe, expect, test } from "vitest";
import type { Schedule } from "../../../src/core/domain/schedule.ts";
import { createCalendar } from "../../../src/world/calendar/cron-calendar.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ms = (iso: string): number => Date.parse(iso);
const schedule = (opens: string, hours: number, timezone = "Europe/Berlin"): Schedule => ({
  opens,
  for: hours * HOUR,
  timezone,
});
/** The openness at a moment, by a calendar that knows nothing yet. */
const openAt = (given: Schedule, iso: string): boolean => createCalendar().at(given, ms(iso)).open;

describe("a schedule", () => {
  const office = schedule("0 7 * * 1-5", 12);

  test("opens at its minute of the named zone and closes after its length, to the millisecond", () => {
    expect(openAt(office, "2026-11-23T05:59:59.999Z")).toBe(false);
    expect(openAt(office, "2026-11-23T06:00:00.000Z")).toBe(true);
    expect(openAt(office, "2026-11-23T17:59:59.999Z")).toBe(true);
    expect(openAt(office, "2026-11-23T18:00:00.000Z")).toBe(false);
  });

  test("says when it closes, and when it opens next", () => {
    const calendar = createCalendar();
    expect(calendar.at(office, ms("2026-11-20T10:00:00Z"))).toEqual({
      open: true,
      closesMs: ms("2026-11-20T18:00:00Z"),
      nextOpenMs: ms("2026-11-23T06:00:00Z"),
    });
    expect(calendar.at(office, ms("2026-11-21T10:00:00Z"))).toEqual({
      open: false,
      closesMs: null,
      nextOpenMs: ms("2026-11-23T06:00:00Z"),
    });
  });

  test("of 36 hours stays open over midnight, and is open again only a year later", () => {
    const freeze = schedule("0 20 24 12 *", 36);
    expect(openAt(freeze, "2026-12-24T18:59:59Z")).toBe(false);
    expect(createCalendar().at(freeze, ms("2026-12-26T06:59:59Z"))).toEqual({
      open: true,
      closesMs: ms("2026-12-26T07:00:00Z"),
      nextOpenMs: ms("2027-12-24T19:00:00Z"),
    });
    expect(openAt(freeze, "2026-12-26T07:00:00Z")).toBe(false);
  });

  test("whose openings overlap is open all the time", () => {
    const calendar = createCalendar();
    const always = schedule("*/10 * * * *", 1);
    for (let at = ms("2026-11-23T00:00:00Z"); at < ms("2026-11-23T03:00:00Z"); at += 10_000)
      expect(calendar.at(always, at).open).toBe(true);
  });

  test("that never opens within a year says so, cheaply", () => {
    const leapDay = schedule("0 12 29 2 *", 1);
    const calendar = createCalendar();
    const begun = performance.now();
    expect(calendar.at(leapDay, ms("2026-11-23T12:00:00Z"))).toEqual({ open: false, closesMs: null, nextOpenMs: null });
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});

describe("over the changes of the clock in Berlin", () => {
  test("a daily schedule keeps its local hour, so its day has 23 or 25 hours", () => {
    const daily = schedule("0 7 * * *", 1);
    const calendar = createCalendar();
    const next = (iso: string) => calendar.at(daily, ms(iso)).nextOpenMs;
    expect(next("2026-03-28T06:30:00Z")).toBe(ms("2026-03-29T05:00:00Z"));
    expect(next("2026-10-24T05:30:00Z")).toBe(ms("2026-10-25T06:00:00Z"));
  });

  test("an opening inside the hour that is skipped does not happen that day", () => {
    const night = schedule("30 2 * * *", 1);
    expect(createCalendar().at(night, ms("2026-03-28T12:00:00Z")).nextOpenMs).toBe(ms("2026-03-30T00:30:00Z"));
  });

  test("an opening inside the hour that comes twice happens twice", () => {
    const night = schedule("30 2 * * *", 0.5);
    expect(openAt(night, "2026-10-25T00:45:00Z")).toBe(true);
    expect(openAt(night, "2026-10-25T01:15:00Z")).toBe(false);
    expect(openAt(night, "2026-10-25T01:45:00Z")).toBe(true);
  });

  test("a length is elapsed time: a freeze of 36 hours lasts 36 hours over the change", () => {
    const freeze = schedule("0 20 24 10 *", 36);
    expect(createCalendar().at(freeze, ms("2026-10-25T12:00:00Z")).closesMs).toBe(ms("2026-10-26T06:00:00Z"));
  });
});

describe("a clock that jumps", () => {
  const office = schedule("0 7 * * *", 2);

  test("an hour back or ahead is answered as if the clock had always stood there", () => {
    const calendar = createCalendar();
    const begin = ms("2026-11-23T05:00:00Z");
    for (const offset of [0, 1.5, 0.5, 1.5, 3.5, 2.5, 0.2, 25.5, 24.5, 1.1]) {
      const at = begin + offset * HOUR;
      expect(calendar.at(office, at)).toEqual(createCalendar().at(office, at));
    }
  });

  test("to 1970 and back changes no answer", () => {
    const calendar = createCalendar();
    const at = ms("2026-11-23T07:00:00Z");
    const before = calendar.at(office, at);
    expect(calendar.at(office, 0).open).toBe(false);
    expect(calendar.at(office, at)).toEqual(before);
  });

  test("a calendar that ticks through a change of the clock agrees with one that is asked once", () => {
    const calendar = createCalendar();
    const given = schedule("15,45 0-9 * * *", 0.25, "America/New_York");
    for (let at = ms("2026-10-31T20:00:10Z"); at < ms("2026-11-02T00:00:00Z"); at += 7 * MINUTE)
      expect(calendar.at(given, at)).toEqual(createCalendar().at(given, at));
  });
});

describe("the cost", () => {
  test("asking again within an opening asks node-cron nothing, so a thousand ticks cost next to nothing", () => {
    const calendar = createCalendar();
    const given = schedule("0 7 * * *", 12);
    const at = ms("2026-11-23T07:00:00Z");
    calendar.at(given, at);
    const begun = performance.now();
    for (let tick = 0; tick < 100_000; tick += 1) calendar.at(given, at + tick * 100);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  test("no task stays registered with node-cron", () => {
    createCalendar().at(schedule("0 7 * * *", 12), ms("2026-11-23T07:00:00Z"));
    expect(getTasks().size).toBe(0);
  });
});
