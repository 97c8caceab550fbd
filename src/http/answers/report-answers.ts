/** The report, as the API sends it. */
import { z } from "zod";
import { wallMs } from "./shared.ts";

const hours = z.number().describe("Machine-hours.");
const stretch = { fromMs: wallMs, toMs: wallMs };

const roleHours = z.object({
  role: z.string(),
  served: hours,
  split: z.number().describe("Machine-hours that the fixed split would have given it."),
  gained: z.number().describe("`served` less `split`."),
  measuredHours: z.number().describe("Hours in which it was known how many machines it wanted."),
  short: hours.nullable().describe("Machine-hours wanted and not there; null: it never wanted a number."),
  splitShort: hours.nullable().describe("What the fixed split would have been short of."),
  belowFloorHours: z.number().describe("Hours in which it had fewer machines than its floor."),
  least: z.int(),
  most: z.int(),
});

export const reportAnswer = z
  .object({
    ...stretch,
    knownHours: z.number().describe("Hours that are on record: all figures are of these alone."),
    unknown: z.array(z.object(stretch)).describe("What is not on record, oldest first."),
    roles: z.array(roleHours),
    split: z.object({ from: z.enum(["beginning", "request"]), counts: z.record(z.string(), z.int()) }),
    maintenance: z.object({
      moves: z.array(
        z.object({ from: z.string(), to: z.string(), done: z.int(), undone: z.int(), quarantined: z.int() }),
      ),
      onTheWayMinutes: z.number().describe("Machine-minutes, from the decision to the verified end."),
      usualMinutes: z.number().nullable().describe("Half of the moves that succeeded took at most so long."),
      quarantines: z.int(),
      quarantineMinutes: z.number().describe("Machine-minutes."),
      releaseUnknown: z
        .array(z.string())
        .describe("Machines whose release is not on record: their time is in no figure."),
    }),
  })
  .meta({ id: "Report" });
