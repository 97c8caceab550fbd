/** The timeline and the grid, as the API sends them: what the page is drawn from. */
import { z } from "zod";
import { count, machine, ms, placement, wallMs } from "./shared.ts";

const course = z.array(z.number().nullable());
const demand = course.describe("In the role's own unit.");
const counts = course.describe("Machines.");

const roleTimeline = z
  .object({
    role: z.string(),
    perMachine: z.number().nullable().describe("Demand that a usual machine carries; null: not a fixed number."),
    demand: demand.describe("The highest reading of each step; null: nobody could read it."),
    band: z
      .object({ q05: demand, q50: demand, q95: demand })
      .nullable()
      .describe(
        "Demand not exceeded with 5, 50 and 95 %: as expected half an hour before, and from now on as expected now.",
      ),
    capacity: counts.describe("Machines that served."),
    desired: counts,
    wanted: counts,
    short: counts.describe("Machines that it wanted and had not."),
    planned: counts.describe("By the rota, from now on."),
  })
  .meta({ id: "RoleTimeline", description: "One value for each step; null is a gap: unknown, never zero." });

export const timelineAnswer = z.object({
  fromMs: wallMs,
  toMs: wallMs,
  stepMs: ms,
  nowMs: wallMs.describe("The daemon's clock."),
  roles: z.array(roleTimeline),
  moves: z.array(
    z.object({
      operation: z.string(),
      machine,
      from: placement,
      to: placement,
      startedMs: wallMs,
      endedMs: wallMs.nullable().describe("Null: under way."),
      outcome: z.string().nullable(),
      why: z.string(),
    }),
  ),
  overrides: z.array(
    z.object({
      id: z.string(),
      act: z.looseObject({ kind: z.string() }),
      author: z.string(),
      reason: z.string(),
      fromMs: wallMs,
      untilMs: wallMs.nullable().describe("Null: until it is ended."),
    }),
  ),
  quarantines: z.array(z.object({ machine, atMs: wallMs, why: z.string(), inForce: z.boolean() })),
  rota: z.object({ atMs: wallMs, slotMinutes: count }).nullable(),
});

export const gridAnswer = z.object({
  atMs: wallMs,
  tickMs: ms.describe("How often a tick comes."),
  machines: z.array(
    z.object({
      name: machine,
      rack: z.string().describe("Empty: fleet.yaml names none."),
      role: placement.nullable(),
      goingTo: placement.nullable(),
      state: z.string().describe("serving, late, unmanageable, switching, spare, unknown, quarantined or stray."),
      why: z.string(),
      image: z.string().nullable(),
      power: z.enum(["on", "off", "unknown"]),
      ageMs: ms.nullable().describe("Since its beacon was heard; 0 while that is news, null when it never was."),
    }),
  ),
});
