/** Operations as the API sends them: under way, ended, and with their journal. */
import { z } from "zod";
import { machine, manner, ms, next, placement, wallMs } from "./shared.ts";

const effectKind = z
  .string()
  .describe("preflight, trafficOff, relink, identify, softOff, hardOff, powerOn, trafficOn, restoreLink");

const effect = z.object({
  effect: effectKind,
  state: z.enum(["running", "succeeded", "failed", "lost"]),
  attempts: z.int(),
  ageMs: ms,
  code: z.string().nullable(),
  detail: z.string().nullable(),
});

const fields = {
  id: z.string(),
  machine,
  from: placement,
  to: placement,
  fromImage: z.string().nullable(),
  toImage: z.string().nullable(),
  manner,
  reason: z.string(),
  plan: z.string().describe("The plan that it began with."),
  startedMs: wallMs,
};

const live = {
  ...fields,
  phase: z.string().describe("preflight, draining, relinking, poweringOff, poweringOn, verifying, warming, undoing"),
  phaseMs: ms.describe("Milliseconds in this phase."),
  why: z.string().nullable().describe("Why it is being undone, or failed."),
  waitsFor: z.string().nullable(),
  effects: z.record(z.string(), effect).describe("What was begun for it, by kind."),
};

const finished = {
  ...fields,
  phase: z.string(),
  outcome: z.enum(["done", "undone", "quarantined", "stranded"]),
  why: z.string(),
  endedMs: wallMs,
};

const intents = z.array(
  z.object({
    id: z.int(),
    operation: z.string(),
    machine,
    effect: effectKind,
    attempt: z.int(),
    atMs: wallMs,
    result: z
      .object({ ok: z.boolean(), code: z.string().nullable(), detail: z.string().nullable(), atMs: wallMs })
      .nullable()
      .describe("Null: not settled, or lost in a crash."),
  }),
);

export const operation = z.object(live).meta({ id: "Operation", description: "An operation under way." });
export const finishedOperation = z.object(finished).meta({ id: "FinishedOperation" });
export const operationsAnswer = z.object({
  operations: z.array(operation).describe("All that are under way, on every page."),
  finished: z.array(finishedOperation).describe("Newest first."),
  next,
});
export const operationAnswer = z.union([z.object({ ...live, intents }), z.object({ ...finished, intents })]);
export const provenOffAnswer = z.object({
  role: z.string().describe("What the dead machine was, and its successor will be."),
  why: z.string().describe("How it is known that the machine is off."),
  reservedUntilMs: wallMs.describe("Until then the spare is pinned."),
});
const exchanged = { machine, spare: machine };
export const replacementAnswer = z.union([
  z.object({ ...exchanged, operation: z.string().describe("By which it boots.") }),
  z.object({ ...exchanged, operation: z.null().describe("Null: the exchange was undone.") }),
]);
export const appliedAnswer = z.object({
  planId: z.string(),
  operations: z.array(z.object({ id: z.string(), machine, from: placement, to: placement })),
});
