/**
 * The shapes of what is stored, checked when it is read back. Unknown fields are kept (`looseObject`), so that a field
 * that a later program adds to a type is never silently dropped by a schema that forgot it.
 */
import { z } from "zod";
import {
  imageNameSchema,
  machineNameSchema,
  type OperationId,
  type OverrideId,
  type PlanId,
  roleNameSchema,
  SPARE,
} from "../core/domain/names.ts";
import type { EffectKind } from "../core/domain/observation.ts";
import type { ChartSnapshot, FinishedOperation, Operation, OperationOutcome } from "../core/domain/operation.ts";
import type { MachineRecord, PoolState } from "../core/domain/pool-state.ts";
import type { Rollout } from "../core/domain/rollout.ts";
import type { Enrolment } from "../world/ports.ts";
import type { AcceptedConfiguration, ApiToken, Intent } from "./store.ts";

const ms = z.number().min(-8.64e15).max(8.64e15);
const count = z.number().int().min(0);
const operationId = z
  .string()
  .min(1)
  .transform((id) => id as OperationId);
const overrideId = z
  .string()
  .min(1)
  .transform((id) => id as OverrideId);
const planId = z.string().transform((id) => id as PlanId);
const placement = z.union([z.literal(SPARE), roleNameSchema]);
const domains = z.record(z.string(), z.string());
/** By key, so that the compiler finds a kind that is missing here: its intents would read as corrupt. */
const effectKinds: Record<EffectKind, true> = {
  preflight: true,
  trafficOff: true,
  relink: true,
  restoreLink: true,
  identify: true,
  softOff: true,
  hardOff: true,
  powerOn: true,
  trafficOn: true,
};
const effect: z.ZodType<EffectKind> = z.enum(Object.keys(effectKinds) as EffectKind[]);

/** Whether this program can go on from it is the chart's own check; here only that it is a snapshot at all. */
export const chartSnapshotShape: z.ZodType<ChartSnapshot> = z.looseObject({
  version: z.number().int(),
  value: z.unknown(),
  context: z.unknown(),
});

const expected = z.looseObject({ placement, image: imageNameSchema.nullable() });

export const machineRecordShape: z.ZodType<MachineRecord> = z.looseObject({
  adopted: z.boolean(),
  placement: placement.nullable(),
  image: imageNameSchema.nullable(),
  bootId: z.string().nullable(),
  unmanageable: z.string().nullable(),
  quarantine: z
    .looseObject({ why: z.string(), sinceMs: ms, operation: operationId.nullable(), expected: expected.nullable() })
    .nullable(),
  bootMs: z.array(ms),
  lastNamedMs: ms.default(0),
});

export const operationShape: z.ZodType<Operation> = z.looseObject({
  id: operationId,
  machine: machineNameSchema,
  from: placement,
  to: placement,
  fromImage: imageNameSchema.nullable(),
  toImage: imageNameSchema.nullable(),
  // Operations of before there were others.
  manner: z.enum(["usual", "hard", "drainOnly"]).default("usual"),
  reason: z.string(),
  plan: planId,
  startedMs: ms,
  chart: chartSnapshotShape,
});

const overrideScope = z.discriminatedUnion("kind", [
  z.looseObject({ kind: z.literal("pool") }),
  z.looseObject({ kind: z.literal("role"), role: roleNameSchema }),
  z.looseObject({ kind: z.literal("machine"), machine: machineNameSchema }),
]);

const overrides = z.array(
  z.looseObject({
    id: overrideId,
    act: z.discriminatedUnion("kind", [
      z.looseObject({
        kind: z.literal("pause"),
        scope: overrideScope,
        // Before version 2 of the store a pause knew no directions.
        direction: z.enum(["in", "out", "both"]).default("both"),
      }),
      z.looseObject({ kind: z.literal("pin"), machine: machineNameSchema }),
      z.looseObject({ kind: z.literal("forceMachine"), machine: machineNameSchema, to: placement }),
      z.looseObject({ kind: z.literal("maintain"), machine: machineNameSchema, power: z.enum(["off", "on"]) }),
      z.looseObject({ kind: z.literal("forceCount"), role: roleNameSchema, count }),
      z.looseObject({ kind: z.literal("forceRange"), role: roleNameSchema, min: count, max: count }),
      z.looseObject({ kind: z.literal("forceFloor"), role: roleNameSchema, floor: count }),
    ]),
    author: z.string(),
    reason: z.string(),
    createdMs: ms,
    expiresMs: ms.nullable(),
    overrideFloor: z.boolean(),
    warned: z.boolean().optional(),
  }),
);

const spent = z.array(
  z.looseObject({
    operation: operationId,
    machine: machineNameSchema,
    domains,
    ageMs: ms,
    hard: z.boolean().optional(),
    undone: z.string().optional(),
  }),
);

const failures = z.array(
  z.looseObject({
    machine: machineNameSchema,
    image: imageNameSchema.nullable(),
    rack: z.string().nullable(),
    effect: effect.nullable(),
    why: z.string(),
    ageMs: ms,
    overcome: z.boolean().default(false),
  }),
);

const rolloutAim = z.discriminatedUnion("kind", [
  z.looseObject({ kind: z.literal("image"), image: imageNameSchema, previous: imageNameSchema }),
  z.looseObject({ kind: z.literal("reboot") }),
]);
const rollout: z.ZodType<Rollout> = z.looseObject({
  role: roleNameSchema,
  aim: rolloutAim,
  canaries: count,
  wavesPercent: z.array(z.number()),
  soakMs: ms,
  order: z.array(z.looseObject({ machine: machineNameSchema, bootId: z.string() })),
  left: z.array(z.looseObject({ machine: machineNameSchema, why: z.string() })),
  author: z.string(),
  reason: z.string(),
  startedMs: ms,
  endedMs: ms.nullable(),
  chart: chartSnapshotShape,
});
/** Null: a store of before there were any. */
const rollouts = z
  .array(rollout)
  .nullable()
  .transform((stored) => stored ?? []);

/** What the pool's state holds beside its three Maps. */
export type PoolFields = Omit<PoolState, "roles" | "machines" | "operations">;
export const poolFieldShapes: { readonly [Field in keyof PoolFields]: z.ZodType<PoolFields[Field]> } = {
  adopted: z.boolean(),
  mode: chartSnapshotShape,
  overrides,
  spent,
  failures,
  rollouts,
  recoveringMs: ms.nullable(),
  // Absent in the stores of before.
  storage: z
    .map(z.string(), chartSnapshotShape)
    .nullable()
    .transform((servers) => servers ?? new Map()),
};

/** An intent without its id and operation, which are columns. */
export const intentShape: z.ZodType<Omit<Intent, "id" | "operation">> = z.looseObject({
  machine: machineNameSchema,
  effect,
  attempt: z.number().int(),
  atMs: ms,
  result: z
    .looseObject({ ok: z.boolean(), code: z.string().nullable(), detail: z.string().nullable(), atMs: ms })
    .nullable(),
});

const outcome: z.ZodType<OperationOutcome> = z.enum(["done", "undone", "quarantined", "stranded"]);

export const finishedOperationShape: z.ZodType<FinishedOperation> = z.looseObject({
  operation: operationShape,
  outcome,
  why: z.string(),
  endedMs: ms,
});

export const enrolmentShape: z.ZodType<Enrolment> = z.looseObject({ guid: z.string(), cipherSuite: z.number().int() });

export const apiTokenShape: z.ZodType<ApiToken> = z.looseObject({
  name: z.string().min(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/, "expected a SHA-256 in lower-case hex"),
  scope: z.enum(["read", "write"]),
  createdMs: ms,
  // Tokens of the first versions never ended.
  expiresMs: ms.nullable().default(null),
});

export const acceptedShape: z.ZodType<AcceptedConfiguration> = z.looseObject({
  digest: z.string().min(1),
  acceptedMs: ms,
  files: z.map(z.string(), z.string()),
});
