/** What the answers' schemas have in common. They say what the API sends, and are held against it by the contract test alone. */
import { z } from "zod";

export const wallMs = z.number();
export const ms = z.number();
export const count = z.int().min(0);
export const placement = z.string();
export const machine = z.string();
export const manner = z
  .enum(["usual", "hard", "drainOnly"])
  .describe("usual: drained, softly off; hard: its power is cut; drainOnly: drained, and left as it runs.");
export const next = z
  .string()
  .nullable()
  .describe("Path and query of the next page; null at the end. The only cursor: build none by hand.");

export const reading = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("known"), value: z.number() }),
    z.object({ kind: z.literal("atLeast"), value: z.number(), why: z.string() }),
    z.object({ kind: z.literal("unknown"), why: z.string() }),
  ])
  .meta({ id: "Reading", description: "A number, a lower bound, or unknown with its reason. Missing is never zero." });

export const problem = z
  .object({
    type: z.string().describe("`urn:retask:problem:` and the code."),
    title: z.string(),
    status: z.int().describe("The HTTP status."),
    code: z
      .string()
      .regex(/^RTK_[A-Z0-9_]+$/)
      .describe("Stable; docs/reference/codes.md says what to do about each."),
    detail: z.string().describe("What failed, and what can be done."),
    errors: z
      .array(
        z.object({ pointer: z.string().describe("Where, as a JSON pointer; `#` is the whole."), detail: z.string() }),
      )
      .optional()
      .describe("Every mistake of a request that does not fit."),
  })
  .meta({ id: "Problem", description: "Why a request was refused (RFC 9457)." });
