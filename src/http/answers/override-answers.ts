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
  z.object({
    kind: z.literal("pause"),
    scope,
    direction: z.enum(["in", "out", "both"]).describe("Of a role: none may come in, none may leave, or both."),
  }),
  z.object({ kind: z.literal("pin"), machine }),
  z.object({ kind: z.literal("forceMachine"), machine, to: placement }),
  z.object({ kind: z.literal("maintain"), machine, power: z.enum(["off", "on"]) }),
  z.object({ kind: z.literal("forceCount"), role: z.string(), count }),
  z.object({ kind: z.literal("forceRange"), role: z.string(), min: count, max: count }),
  z.object({ kind: z.literal("forceFloor"), role: z.string(), floor: count }),
]);

const conflicts = z.array(z.string()).describe("What it contradicts, and who wins: a sentence each.");

const fields = {
  id: z.string(),
  act,
  author: z.string(),
  reason: z.string(),
  createdMs: wallMs,
  expiresMs: wallMs.nullable().describe("Null: until it is resumed; only of a pause of the pool."),
  overrideFloor: z.boolean().describe("Said on purpose: it may go below a floor."),
  warned: z.boolean().optional().describe("That it ends soon was told."),
};

export const override = z.object(fields).meta({ id: "Override", description: "An operator's pause, pin or force." });
export const overridesAnswer = z.object({ overrides: z.array(override) });
export const endedAnswer = z.array(override).describe("Those that were ended.");
export const overrideSetAnswer = z.object({
  ...fields,
  heldBack: z.array(notDone).describe("What floors, limits and other orders keep from being done as of now."),
  conflicts,
});

const move = z.object({ machine, from: placement, to: placement, why: z.string() });
const previewedRole = z.object({
  role: z.string(),
  floor: count.describe("The higher one of those without and with the change: an overridden one is still seen."),
  before: count.describe("Desired without it."),
  after: count.describe("Desired with it."),
  lowest: z.int().describe("The fewest that count for the floor while these moves are made."),
  margin: z.int().describe("Machines above the floor afterwards; below 0: under it."),
});
export const previewAnswer = z.object({
  moves: z.array(move).describe("What would begin in the next tick, and would not without the change."),
  prevented: z.array(move).describe("What would begin without it, and does not with it."),
  cancels: z.array(z.object({ operation: z.string(), machine, why: z.string() })),
  notDone: z.array(notDone),
  roles: z.array(previewedRole),
  conflicts,
  machines: count.describe("That come to another place in all, those that limits put off included."),
  severe: z
    .boolean()
    .describe("About the whole pool, overrides a floor, takes a role to it or below, or moves more than 3 or a tenth."),
  confirm: z.string().nullable().describe("What a person types before a severe change: role, machine, or pool."),
  text: z.array(z.string()).describe("All of that but the conflicts, in sentences."),
});
