/** What the event stream carries: by event, when it is sent and what its data is. */
import { z } from "zod";
import { CHANGES } from "../pool-events.ts";
import { finishedOperation, operation } from "./operation-answers.ts";
import { wallMs } from "./shared.ts";
import { health } from "./site-answers.ts";

const tickEvent = z.object({ atMs: wallMs, planId: z.string(), health }).meta({ id: "TickEvent" });
const changeEvent = z.object({ what: z.enum(CHANGES), atMs: wallMs }).meta({ id: "ChangeEvent" });
const resetEvent = z.object({ why: z.string() }).meta({ id: "ResetEvent" });

interface EventKind {
  readonly when: string;
  readonly data: readonly z.ZodType[];
}

const events: Readonly<Record<string, EventKind>> = {
  tick: { when: "after each tick", data: [tickEvent] },
  operation: { when: "when one begins, enters another phase, or ends", data: [operation, finishedOperation] },
  change: { when: `when something was changed (${CHANGES.join(", ")})`, data: [changeEvent] },
  reset: { when: "when what was missed is too long ago: read everything anew", data: [resetEvent] },
};

/** For the document, which has schemas for JSON alone. */
export const eventsText = Object.entries(events)
  .map(([name, { when, data }]) => `**${name}** ${when}: ${data.map((schema) => schema.meta()?.id).join(" or ")}.`)
  .join(" ");
