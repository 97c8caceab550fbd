/** Cron windows in a named time zone. Core never asks a clock: whether one is open arrives as a fact of the tick. */
import { z } from "zod";
import { durationSchema } from "./units.ts";

export const scheduleSchema = z.strictObject({
  opens: z.string().min(1).max(256),
  for: durationSchema,
  timezone: z.string().min(1).max(64),
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
