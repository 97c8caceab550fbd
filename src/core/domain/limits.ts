/** The most disruption allowed: the schema of `policies/limits.yaml`. Limits are always on; no file means the defaults (S5). */
import { z } from "zod";
import { imageNameSchema } from "./names.ts";
import { scheduleSchema } from "./schedule.ts";
import {
  atLeastOneSchema,
  countSchema,
  domainKindSchema,
  durationBetween,
  durationSchema,
  percentSchema,
  shareSchema,
} from "./units.ts";

const reserve = z
  .strictObject({
    machines: countSchema.default(0).describe("Machines that no role gets, ready to replace a failed one."),
    power: z.enum(["on", "off"]).default("off").describe("Whether the reserve is kept powered on."),
    image: imageNameSchema
      .optional()
      .meta({ title: "image" })
      .describe("What the reserve boots; needed where its power is on."),
  })
  .prefault({})
  .describe("Machines kept spare.");

const breaker = z
  .strictObject({
    failures: atLeastOneSchema.default(3).describe("So many failed re-taskings open the breaker."),
    within: durationBetween("1m", "7d").prefault("1h").describe("The time within which they are counted."),
  })
  .prefault({})
  .describe("Stops new operations after repeated failures: per image, rack, and pool. Tries again ever more rarely.");

export const limitsSchema = z.strictObject({
  atOnce: shareSchema
    .prefault("10%")
    .describe("Machines in operation at the same time; a share of the pool, at least 1."),
  perHour: shareSchema.prefault("40%").describe("Machines that enter operation within any hour."),
  perDomain: z
    .record(domainKindSchema, atLeastOneSchema)
    .prefault({ rack: 2, pdu: 2, storage: 4 })
    .meta({ title: "number by kind of domain" })
    .describe("Machines in operation at the same time within one failure domain, by its kind."),
  dwell: durationSchema.prefault("30m").describe("A machine keeps a role at least so long."),
  reserve,
  windows: z
    .array(scheduleSchema)
    .max(64)
    .prefault([])
    .describe("Operations start only while one of these is open. Without any: at any time."),
  urgent: z
    .strictObject({
      shortBy: atLeastOneSchema.default(2).describe("A role short by so many machines does not wait for a window."),
    })
    .prefault({})
    .describe("What does not wait for a window."),
  freeze: z.array(scheduleSchema).max(64).prefault([]).describe("While one of these is open, no operation starts."),
  breaker,
  unknownFreeze: percentSchema
    .prefault("45%")
    .describe("When so many machines are unknown, retask assumes that it is blind itself, and starts nothing."),
  acceptance: z
    .strictObject({
      removedShare: percentSchema
        .prefault("20%")
        .describe("A change that takes more of a role's machines, or of the fleet, waits for `retask accept`."),
    })
    .prefault({})
    .describe("Which changes of these files wait for `retask accept`; any lower floor always does."),
});

export const limitsFileSchema = z.strictObject({
  limits: limitsSchema.prefault({}).describe("The most disruption allowed, of the whole pool."),
});

export type Limits = z.output<typeof limitsSchema>;
export const defaultLimits = (): Limits => limitsSchema.parse({});
