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
  z.object({ kind: z.literal("pause"), scope }),
  z.object({ kind: z.literal("pin"), machine }),
  z.object({ kind: z.literal("forceMachine"), machine, to: placement }),
  z.object({ kind: z.literal("forceCount"), role: z.string(), count }),
]);

const fields = {
  id: z.string(),
  act,
  author: z.string(),
  reason: z.string(),
  createdMs: wallMs,
  expiresMs: wallMs,
  overrideFloor: z.boolean().describe("Said on purpose: it may go below a floor."),
};

export const override = z.object(fields).meta({ id: "Override", description: "An operator's pause, pin or force." });
export const overridesAnswer = z.object({ overrides: z.array(override) });
export const endedAnswer = z.array(override).describe("Those that were ended.");
export const overrideSetAnswer = z.object({
  ...fields,
  heldBack: z.array(notDone).describe("What floors, limits and other orders keep from being done as of now."),
});
