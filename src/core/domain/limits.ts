/** The most disruption allowed: the schema of `policies/limits.yaml`. Limits are always on; no file means the defaults (S5). */
import { z } from "zod";
import { imageNameSchema } from "./names.ts";
import { scheduleSchema } from "./schedule.ts";
import { durationSchema, percentSchema, shareSchema } from "./units.ts";

const domainCount = z.number().int().min(1).max(100_000);

export const limitsSchema = z.strictObject({
  atOnce: shareSchema.prefault("10%"),
  perHour: shareSchema.prefault("40%"),
  /** By kind of domain (rack, pdu, storage, …): machines in operation at once within one such domain. */
  perDomain: z.record(z.string().regex(/^[a-z][a-z0-9-]{0,31}$/), domainCount).default({ rack: 2, pdu: 2, storage: 4 }),
  dwell: durationSchema.default(1_800_000),
  reserve: z
    .strictObject({
      machines: z.number().int().min(0).default(0),
      power: z.enum(["on", "off"]).default("off"),
      image: imageNameSchema.optional(),
    })
    .prefault({}),
  windows: z.array(scheduleSchema).max(64).default([]),
  urgent: z.strictObject({ shortBy: z.number().int().min(1) }).prefault({ shortBy: 2 }),
  freeze: z.array(scheduleSchema).max(64).default([]),
  breaker: z
    .strictObject({ failures: z.number().int().min(1).default(3), within: durationSchema.default(3_600_000) })
    .prefault({}),
  unknownFreeze: percentSchema.prefault("45%"),
  acceptance: z.strictObject({ removedShare: percentSchema.prefault("20%") }).prefault({}),
});

export const limitsFileSchema = z.strictObject({ limits: limitsSchema.prefault({}) });

export type Limits = z.output<typeof limitsSchema>;
export const defaultLimits = (): Limits => limitsSchema.parse({});
