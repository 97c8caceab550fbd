/** The strides over days and hours never miss an opening that node-cron itself would match minute by minute. */
import fc from "fast-check";
import { createTask } from "node-cron";
import { expect, test } from "vitest";
import { cronMatcher } from "../../../src/world/calendar/cron-matcher.ts";

const MINUTE = 60_000;
const SPAN_MINUTES = 2 * 1_440;

const zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC"];
/** Around clock changes of those zones, the day that Samoa left out, and an ordinary one. */
const begins = ["2026-03-28", "2026-10-24", "2026-03-07", "2026-10-31", "2026-04-04", "2011-12-29", "2026-06-10"];
const field = (min: number, max: number) =>
  fc.oneof(
    fc.constant("*"),
    fc.integer({ min, max }).map(String),
    fc.integer({ min: 2, max: 20 }).map((step) => `*/${step}`),
  );
const expressions = fc
  .tuple(field(0, 59), field(0, 23), fc.oneof(fc.constant("*"), fc.constant("25,29,31")), field(0, 6))
  .map(([minute, hour, day, weekday]) => `${minute} ${hour} ${day} * ${weekday}`);

test("the first and the last opening are those of a search minute by minute", () => {
  fc.assert(
    fc.property(expressions, fc.constantFrom(...zones), fc.constantFrom(...begins), (opens, timezone, begin) => {
      const fromMs = Date.parse(`${begin}T11:23:00Z`);
      const untilMs = fromMs + SPAN_MINUTES * MINUTE;
      const task = createTask(opens, () => undefined, { timezone });
      const matches = Array.from({ length: SPAN_MINUTES }, (_, index) => fromMs + (index + 1) * MINUTE).filter((at) =>
        task.match(new Date(at)),
      );
      void task.destroy();
      const matcher = cronMatcher({ opens, timezone });
      expect(matcher.firstAfter(fromMs, untilMs)).toBe(matches[0] ?? null);
      expect(matcher.lastUpTo(untilMs, fromMs)).toBe(matches.at(-1) ?? null);
    }),
    { numRuns: 12 },
  );
}, 30_000);
