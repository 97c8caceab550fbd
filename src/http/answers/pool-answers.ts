/** Roles, decisions, plans and the rota, as the API sends them. */
import { z } from "zod";
import { count, machine, manner, next, placement, reading, wallMs } from "./shared.ts";

const choiceCost = z
  .object({ saved: z.number(), building: z.number(), wear: z.number(), cost: z.number() })
  .meta({ id: "ChoiceCost", description: "Expected over the horizon, machine-hours: cost = building + wear − saved." });

const marginalMachine = z.object({
  machine: count.describe("The n-th of the role."),
  move: z.enum(["leave", "come"]),
  inMinutes: z.number().describe("Until a move that is decided now would be done."),
  neededProbability: z.number(),
  neededShare: z.number(),
  now: choiceCost,
  laterOrNever: choiceCost,
  advantage: z.number().describe("laterOrNever.cost − now.cost, machine-hours."),
  chosen: z.boolean(),
  moveMinutes: z.number(),
  paybackMinutes: z.number().nullable(),
  tossUpShortage: z.number().nullable(),
});

export const ahead = z
  .object({
    present: count,
    count,
    prices: z.object({ shortage: z.number(), building: z.number(), wear: z.number() }),
    leastGain: z.number().describe("What a move must be expected to save to be made, machine-hours."),
    machines: z.array(marginalMachine),
  })
  .meta({ id: "Ahead", description: "The arithmetic of a count that was decided ahead, machine by machine." });

export const role = z
  .object({
    role: z.string(),
    demand: reading,
    demandText: z.string().describe("The demand as an operator reads it."),
    wanted: z.object({
      count: count.nullable().describe("From demand and forecast alone; null: demand is unknown."),
      hungry: z.boolean().describe("It takes whatever is left."),
      reason: z.string(),
      ahead: ahead.optional(),
    }),
    needed: count
      .nullable()
      .optional()
      .describe(
        "Machines that the load of the moment fills, without headroom; null: unknown, or it takes the rest. Absent from old decisions.",
      ),
    permitted: z
      .object({ min: count, max: count, reasons: z.array(z.string()) })
      .describe("What evidence, holds, floors and overrides allow now."),
    desired: count.describe("What it gets, machines on their way included."),
    state: z.string().describe("The role chart's state: steady, pressed, growing, slack, shrinking, cooling, blind, …"),
    floor: count,
    counts: z.object({
      forFloor: count,
      capacity: count,
      capacityUnits: z.number().describe("Capacity in units of a usual machine."),
      arriving: count,
      leaving: count,
    }),
    reasons: z.array(z.string()),
  })
  .meta({ id: "Role", description: "One role's decision of the last tick, with the whole chain of reasons." });

export const move = z.object({
  machine,
  from: placement,
  to: placement,
  fromImage: z.string().nullable(),
  toImage: z.string().nullable().describe("Null: it is only switched off."),
  manner,
  reason: z.string(),
});

export const notDone = z
  .object({
    subject: z.string().describe("The role that goes without, the machine that stays, `spare` or `pool`."),
    what: z.string(),
    why: z.string(),
    notBeforeMs: wallMs.nullable().describe("From when it may be done, Unix ms, where that is known."),
  })
  .meta({ id: "NotDone", description: "What was wished and not planned, and why." });

export const plan = z
  .object({
    id: z.string().describe("A digest of what it would do: a plan for the same acts has the same id."),
    atMs: wallMs,
    moves: z.array(move).describe("In auto mode begun already when they are shown; in advise mode proposals."),
    cancels: z.array(z.object({ operation: z.string(), reason: z.string() })),
    notDone: z.array(notDone),
  })
  .meta({ id: "Plan", description: "What the last tick would move, call off, and leave undone." });

export const rolesAnswer = z.object({ roles: z.array(role) });

export const decision = z
  .object({
    id: z.string().describe("The time of its tick, as text."),
    atMs: wallMs,
    decision: z.object({
      atMs: wallMs,
      roles: z.array(role),
      spareDesired: count,
      held: z.array(z.string()).describe("Why nothing new may start at all; empty: it may."),
    }),
    plan,
  })
  .meta({ id: "Decision", description: "A recorded tick: what was decided, and planned from it." });

export const decisionsAnswer = z.object({ decisions: z.array(decision), next });

const bySlot = z.array(z.number());
const demandBand = z.object({ low: z.number(), median: z.number(), high: z.number() });

export const rotaAnswer = z.object({
  atMs: wallMs,
  slotMinutes: z.number(),
  roles: z.array(
    z.object({
      role: z.string(),
      now: count,
      counts: bySlot.describe("Usual machines that serve, by slot."),
      unmet: z.array(
        z.object({
          what: z.enum(["keep", "floor", "min", "max"]),
          from: count.describe("First slot."),
          to: count.describe("Last slot, included."),
          asked: z.number(),
          given: z.number(),
        }),
      ),
      summary: z.string(),
      demand: z
        .array(demandBand)
        .nullable()
        .describe("By slot, not exceeded with 10, 50 and 90 %; null: not forecast."),
    }),
  ),
  spare: bySlot,
  moving: bySlot,
  moves: bySlot,
  cost: z
    .object({ shortage: z.number(), building: z.number(), wear: z.number(), power: z.number() })
    .describe("Expected over all slots, machine-hours of the rest role."),
});
