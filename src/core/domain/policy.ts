/** What an operator wants of one role: the schema of `policies/<role>.yaml`, and the type it yields. */
import { z } from "zod";
import { imageNameSchema, roleNameSchema } from "./names.ts";
import { scheduleSchema } from "./schedule.ts";
import { durationSchema, percentSchema } from "./units.ts";

const count = z.number().int().min(0).max(100_000);
const positive = z.number().positive().max(1e12);
const promql = z.string().trim().min(1).max(4_096);
const command = z.array(z.string().min(1).max(1_024)).min(1).max(32);
const onTimeout = z.enum(["cancel", "proceed"]);

const measured = {
  aggregate: z.enum(["sum", "max"]).default("sum"),
  expectSeries: z.number().int().min(1).max(100_000).optional(),
  maxAge: durationSchema.default(60_000),
  perMachine: positive,
  headroom: percentSchema.default(15),
  confirm: promql.optional(),
  suspectFor: durationSchema.default(1_800_000),
};

/** A selector, from which retask composes value, age and count by itself. */
export const seriesDemandSchema = z
  .strictObject({ series: promql, ...measured })
  .transform((demand) => ({ kind: "series" as const, ...demand }));

/** A whole expression, and the selector whose age and count vouch for it. */
export const expressionDemandSchema = z
  .strictObject({ expression: promql, ageOf: promql, ...measured })
  .transform((demand) => ({ kind: "expression" as const, ...demand }));

/** Jobs in flight and queued on the role's own machines; censored once every slot is busy. */
export const distccDemandSchema = z
  .strictObject({
    distcc: z.strictObject({ perMachine: z.union([z.literal("slots"), positive]) }),
    headroom: percentSchema.default(15),
  })
  .transform((demand) => ({
    kind: "distcc" as const,
    perMachine: demand.distcc.perMachine,
    headroom: demand.headroom,
  }));

export const restDemandSchema = z.literal("rest").transform(() => ({ kind: "rest" as const }));

export const demandSchema = z.union([restDemandSchema, seriesDemandSchema, expressionDemandSchema, distccDemandSchema]);

const haproxyTraffic = z.strictObject({
  backend: z.string().regex(/^[A-Za-z0-9_.:-]{1,128}$/, "expected a backend's name"),
  drainFor: durationSchema.default(900_000),
  onTimeout: onTimeout.default("cancel"),
});

const distccTraffic = z.strictObject({
  hostsFile: z.string().regex(/^\//, "expected an absolute path"),
  entry: z.string().regex(/^\S+$/, "expected one word, as in {ip}:3632/12").default("{ip}:3632"),
  quietFor: durationSchema.default(10_000),
  drainFor: durationSchema.default(120_000),
  onTimeout: onTimeout.default("proceed"),
});

const hookTraffic = z.strictObject({ off: command, on: command, deadline: durationSchema.default(30_000) });

export const trafficSchema = z.strictObject({
  haproxy: haproxyTraffic.optional(),
  distcc: distccTraffic.optional(),
  hook: hookTraffic.optional(),
});

export const policySchema = z.strictObject({
  role: roleNameSchema,
  images: z.strictObject({ production: imageNameSchema, prototype: imageNameSchema.optional() }),
  prototypeMachines: count.default(0),
  demand: demandSchema,
  machines: z.strictObject({
    floor: count,
    max: count.optional(),
    step: z.number().int().min(1).optional(),
    raiseFloor: z
      .array(scheduleSchema.extend({ floor: count }))
      .max(64)
      .default([]),
  }),
  hold: z
    .strictObject({
      up: durationSchema.default(60_000),
      down: durationSchema.default(300_000),
      cool: durationSchema.default(0),
    })
    .prefault({}),
  blind: z.enum(["hold", "grow"]).default("hold"),
  warmUp: durationSchema.default(0),
  shortageCost: positive.default(20),
  forecast: z.enum(["none", "seasonal"]).default("none"),
  traffic: trafficSchema.prefault({}),
  health: z
    .array(z.strictObject({ query: promql, below: z.number() }))
    .max(16)
    .default([]),
});

export type Policy = z.output<typeof policySchema>;
export type Demand = Policy["demand"];
export type TrafficPolicy = Policy["traffic"];
