/** Overrides as the API sends them. */
import { z } from "zod";
import { notDone } from "./pool-answers.ts";
import { count, machine, placement, wallMs } from "./shared.ts";

const scope = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("pool") }),
  z.object({ kind: z.literal("role"), role: z.string() }),
  z.object({ kind: z.literal("machine"), machine }),
]);

const act = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("pause"), scope, direction: z.enum(["in", "out", "both"]) }),
  z.object({ kind: z.literal("pin"), machine }),
  z.object({ kind: z.literal("forceMachine"), machine, to: placement }),
  z.object({ kind: z.literal("forceCount"), role: z.string(), count }),
  z.object({ kind: z.literal("forceRange"), role: z.string(), min: count, max: count }),
  z.object({ kind: z.literal("forceFloor"), role: z.string(), floor: count }),
]);

const fields = {
  id: z.string(),
  act,
  author: z.string(),
  reason: z.string(),
  createdMs: wallMs,
  expiresMs: wallMs.nullable().describe("Null: until it is resumed."),
  overrideFloor: z.boolean().describe("Said on purpose: it may go below a floor."),
  warned: z.boolean().optional().describe("That it ends soon was told."),
};

export const override = z.object(fields).meta({ id: "Override", description: "An operator's pause, pin or force." });
export const overridesAnswer = z.object({ overrides: z.array(override) });
export const endedAnswer = z.array(override).describe("Those that were ended.");
export const overrideSetAnswer = z.object({
  ...fields,
  heldBack: z.array(notDone).describe("What floors, limits and other orders keep from being done as of now."),
  conflicts: z.array(z.string()).describe("What it contradicts, and who wins."),
});

const move = z.object({ machine, from: placement, to: placement, why: z.string() });
export const previewAnswer = z
  .object({
    moves: z.array(move).describe("What would begin in the next tick, and would not without the change."),
    prevented: z.array(move).describe("What would begin without it, and does not with it."),
    cancels: z.array(z.object({ operation: z.string(), machine, why: z.string() })),
    notDone: z.array(notDone),
    roles: z.array(
      z.object({
        role: z.string(),
        floor: count,
        before: count,
        after: count,
        lowest: z.int().describe("The fewest that count for the floor while these moves are made."),
        margin: z.int().describe("Machines above the floor afterwards; below 0: under it."),
      }),
    ),
    conflicts: z.array(z.string()).describe("What it contradicts, or what keeps it from taking effect."),
    machines: count.describe("Machines that come to another place in all."),
    severe: z.boolean().describe("To be asked twice."),
    confirm: z.string().nullable().describe("What must be typed before a severe change."),
    text: z.array(z.string()).describe("All of that but the conflicts, in sentences."),
  })
  .meta({ id: "Preview", description: "What a change would do." });
