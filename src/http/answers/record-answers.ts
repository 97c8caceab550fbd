/** The audit log, tokens, health and discovery, as the API sends them. */
import { z } from "zod";
import { next, wallMs } from "./shared.ts";

export const auditAnswer = z.object({
  entries: z.array(
    z.object({
      id: z.int(),
      atMs: wallMs,
      who: z.string(),
      from: z.string().describe("Address and token, or the part of retask that did it."),
      action: z.string(),
      why: z.string(),
      before: z.unknown(),
      after: z.unknown(),
      refused: z.string().nullable().describe("The code and why it was refused; null: it was done."),
    }),
  ),
  next,
});

const tokenFields = {
  name: z.string(),
  scope: z.enum(["read", "write"]),
  createdMs: wallMs,
  expiresMs: wallMs.nullable(),
  lastUsedMs: wallMs.nullable().describe("To the minute; null: never."),
};
export const token = z.object(tokenFields).meta({ id: "Token" });
export const tokensAnswer = z.object({ tokens: z.array(token) });
export const madeTokenAnswer = z.object({ ...tokenFields, token: z.string().describe("Shown this once.") });

export const liveAnswer = z.object({ live: z.boolean(), lastTickAgeMs: z.number() });
export const readyAnswer = z.object({ ready: z.boolean() });
export const discoveryAnswer = z
  .array(z.object({ targets: z.array(z.string()), labels: z.record(z.string(), z.string()) }))
  .describe("For Prometheus' http_sd_configs: each beacon's address, with the machine's name and domains.");
