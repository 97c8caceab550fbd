/** What an operator wants of one role: the schema of `policies/<role>.yaml`, and the type it yields. */
import { z } from "zod";
import { imageNameSchema, roleNameSchema } from "./names.ts";
import { scheduleSchema } from "./schedule.ts";
import { promqlSchema, selectorSchema } from "./selector.ts";
import { trafficSchema } from "./traffic-policy.ts";
import {
  atLeastOneSchema,
  countSchema,
  durationBetween,
  durationSchema,
  percentSchema,
  positiveSchema,
} from "./units.ts";

const headroom = percentSchema
  .prefault("15%")
  .describe("Capacity wanted beyond the measured demand, so that growth does not have to wait for a machine to boot.");

const measured = {
  aggregate: z
    .enum(["sum", "max"])
    .default("sum")
    .describe("How the series become one number: their sum, or the greatest of them."),
  expectSeries: atLeastOneSchema
    .optional()
    .describe(
      "How many series there must be; fewer is partly covered, so unknown. Without it: the most that were seen in 24 hours.",
    ),
  maxAge: durationBetween("1s", "1h").prefault("60s").describe("A sample older than this is unknown."),
  perMachine: positiveSchema.describe("Load that a machine of capacity 1 carries in time, in the unit of the demand."),
  headroom,
  confirm: promqlSchema
    .optional()
    .describe(
      "A second signal, any PromQL expression: a big drop of demand is believed at once only when it drops too.",
    ),
  suspectFor: durationSchema
    .prefault("30m")
    .describe("A drop of over 50% that nothing confirms is held for so long, then believed."),
};

const SERIES_MISSING = "expected a selector of the load's series (or else: expression with ageOf, or distcc)";

/** A selector, from which retask composes value, age and count by itself. */
export const seriesDemandSchema = z
  .strictObject({
    series: selectorSchema(SERIES_MISSING).describe(
      "The load's series: a selector, not an expression. retask itself composes its value, age and count.",
    ),
    ...measured,
  })
  .transform((demand) => ({ kind: "series" as const, ...demand }));

/** A whole expression, and the selector whose age and count vouch for it. */
export const expressionDemandSchema = z
  .strictObject({
    expression: promqlSchema.describe("The load as any PromQL expression that yields one number."),
    ageOf: selectorSchema("expected the selector whose age and count vouch for the expression").describe(
      "The selector whose age and count vouch for the expression: the age of a sum cannot be asked for afterwards.",
    ),
    ...measured,
  })
  .transform((demand) => ({ kind: "expression" as const, ...demand }));

const SLOTS = "expected slots, or a number of jobs above 0";

/** Jobs in flight and queued on the role's own machines; censored once every slot is busy. */
export const distccDemandSchema = z
  .strictObject({
    distcc: z
      .strictObject({
        perMachine: z
          .union([z.literal("slots"), positiveSchema], { error: SLOTS })
          .describe("Jobs that a machine of capacity 1 carries: as many as its distccd has slots, or a number."),
      })
      .describe(
        "Measured on the role's own distccds; while every slot is busy, demand is only known to be at least that.",
      ),
    headroom,
  })
  .transform((demand) => ({
    kind: "distcc" as const,
    perMachine: demand.distcc.perMachine,
    headroom: demand.headroom,
  }));

export const restDemandSchema = z.literal("rest").transform(() => ({ kind: "rest" as const }));

export const demandSchema = z.union(
  [restDemandSchema, seriesDemandSchema, expressionDemandSchema, distccDemandSchema],
  { error: "expected the word rest, or one of the keys series, expression (with ageOf) and distcc" },
);

const machines = z.strictObject({
  floor: countSchema.describe("The role never has fewer serving machines than this; 0 must be written."),
  max: countSchema.optional().describe("The role never gets more machines than this. Without it: the pool."),
  step: atLeastOneSchema
    .optional()
    .describe("The most by which the role grows or shrinks at one decision. Without it: only limits.yaml limits."),
  raiseFloor: z
    .array(
      scheduleSchema.extend({
        floor: countSchema.describe("The floor while the schedule is open; it can only raise."),
      }),
    )
    .max(64)
    .prefault([])
    .describe("Schedules that raise the floor."),
});

const hold = z
  .strictObject({
    up: durationSchema.prefault("1m").describe("Demand must want more machines for so long before the role grows."),
    down: durationSchema
      .prefault("5m")
      .describe("Demand must want fewer machines for so long before the role shrinks."),
    cool: durationSchema.prefault("0s").describe("After a change, the role's count stays for so long."),
  })
  .prefault({})
  .describe("How long a wish must last before it is followed.");

export const policySchema = z.strictObject({
  role: roleNameSchema.meta({ title: "name" }).describe("The role's name, the same as the file's."),
  images: z
    .strictObject({
      production: imageNameSchema
        .meta({ title: "image" })
        .describe("The channel, or plain image, that the role boots."),
      prototype: imageNameSchema
        .optional()
        .meta({ title: "image" })
        .describe("The channel, or plain image, of its prototype machines."),
    })
    .describe("What the role's machines boot. No two roles may share an image."),
  prototypeMachines: countSchema
    .default(0)
    .describe("How many of the role's machines are kept on the prototype image; 0 leaves all as they are."),
  demand: demandSchema.describe(
    "The role's load, measured; or the word rest: the role takes what no other role wants (at most one role).",
  ),
  machines: machines.describe("How many machines the role may have."),
  hold,
  blind: z
    .enum(["hold", "grow"])
    .default("hold")
    .describe("What unknown demand does: hold the count, or let it grow. It never shrinks the role."),
  warmUp: durationSchema
    .prefault("0s")
    .describe("After verification, a machine must run for so long before it counts as capacity."),
  shortageCost: positiveSchema
    .default(20)
    .describe("What being one machine short for an hour costs, in machine-hours of the rest role."),
  forecast: z
    .enum(["none", "seasonal"])
    .default("none")
    .describe(
      "Whether to decide ahead, by a forecast of the demand: seasonal needs two days of history; until then it goes by the demand, and is slow to give machines up.",
    ),
  traffic: trafficSchema.prefault({}).describe("How load is taken off a machine and given back."),
  health: z
    .array(
      z.strictObject({
        query: promqlSchema.describe("A PromQL expression; {machines} becomes a pattern of the canaries' names."),
        below: z
          .number({ error: "expected a number" })
          .describe("The canaries are healthy while the value is below this."),
      }),
    )
    .max(16)
    .prefault([])
    .describe(
      "What a roll-out asks of its canaries, and of as many machines on the old image, to tell whether the new one is to blame.",
    ),
});

export type Policy = z.output<typeof policySchema>;
export type Demand = Policy["demand"];
export type TrafficPolicy = Policy["traffic"];
