/** Cron windows in a named time zone. Core never asks a clock: whether one is open arrives as a fact of the tick. */
import { z } from "zod";
import { durationBetween } from "./units.ts";

const FIVE_FIELDS = 'expected five cron fields, as in "0 7 * * 1-5"';
const ZONE = "expected a time zone, as in Europe/Berlin";

export const scheduleSchema = z.strictObject({
  opens: z
    .string({ error: FIVE_FIELDS })
    .min(1, FIVE_FIELDS)
    .max(256, FIVE_FIELDS)
    .meta({ title: "cron: minute hour day month weekday" })
    .describe(
      "When it opens: five cron fields (minute, hour, day of the month, month, weekday). An opening inside the hour that a clock change skips does not happen that day; one inside the repeated hour happens twice.",
    ),
  for: durationBetween("1m", "60d").describe("How long it stays open, in elapsed time."),
  timezone: z
    .string({ error: ZONE })
    .min(1, ZONE)
    .max(64, ZONE)
    .meta({ title: "time zone" })
    .describe(
      "The time zone whose clock the cron fields mean, as in Europe/Berlin; no default, so that none is assumed.",
    ),
});

export type Schedule = z.output<typeof scheduleSchema>;

/** One schedule, as it stands at this tick. */
export interface ScheduleFact {
  readonly open: boolean;
  /** When it opens next, wall-clock ms; `null` when not within a year. */
  readonly nextOpenMs: number | null;
  /** When the present opening ends, wall-clock ms; `null` while closed. */
  readonly closesMs: number | null;
}

/** All schedules of the configuration, in the order in which the files list them. */
export interface ScheduleFacts {
  readonly windows: readonly ScheduleFact[];
  readonly freezes: readonly ScheduleFact[];
  /** By role, beside `machines.raiseFloor`. */
  readonly raisedFloors: ReadonlyMap<string, readonly ScheduleFact[]>;
}
