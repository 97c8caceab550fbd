/** What the bodies of changes must look like: an author and a reason always, and for an override how long it holds. */
import { z } from "zod";
import { CHANNEL_KINDS } from "../control/promote-image.ts";
import { imageNameSchema, machineNameSchema, type RoleName, roleNameSchema, SPARE } from "../core/domain/names.ts";
import type { RoleForce } from "../core/domain/override.ts";
import { countBetween, countSchema, durationSchema, percentSchema } from "../core/domain/units.ts";

const LINE = "expected one line of at most 500 characters, without control characters";
/** Shown in logs, terminals and pages: no control characters, no line breaks, nothing that reorders text. */
export const line = z
  .string({ error: LINE })
  .trim()
  .min(1, "expected some words")
  .max(500, LINE)
  .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u, LINE);

const because = {
  author: line.describe("Who asks; one line of at most 500 characters."),
  reason: line.describe("Why; likewise."),
};
export const endBody = z.strictObject(because);

const HOW_LONG = 'say how long it holds: "for": "2h", or "until": "2026-11-23T18:00:00Z"';
const EITHER = 'expected one of "for", "until" and "untilResumed", not several';

/** Looked at whatever else is wrong, so that all mistakes are told at once. */
const isObject = ({ value }: { readonly value: unknown }): boolean => typeof value === "object" && value !== null;
const endings = (body: object): number => ["for", "until", "untilResumed"].filter((key) => key in body).length;
const endsTwice = (body: object): boolean => endings(body) > 1;

const howLong = {
  for: durationSchema.optional().describe("How long it holds, as in 2h; or until."),
  until: z.iso
    .datetime({ offset: true, error: "expected a moment, as in 2026-11-23T18:00:00Z" })
    .optional()
    .describe("When it ends, as in 2026-11-23T18:00:00+01:00."),
};

/** When it ends, Unix ms; null: its body does not say. */
export function endOf(body: z.output<z.ZodObject<typeof howLong>>, nowMs: number): number | null {
  if (body.until !== undefined) return Date.parse(body.until);
  return body.for === undefined ? null : nowMs + body.for;
}

const TOKEN_NAME = "expected lower-case letters, digits, dots, dashes and underscores, 63 at most, as in grafana";
export const tokenNameSchema = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, TOKEN_NAME);

/** An override that never ends is one that nobody remembers, so its body says when it ends, and says it once. */
const overrideBody = <Own extends z.ZodRawShape>(own: Own) =>
  z
    .strictObject({
      ...because,
      ...howLong,
      overrideFloor: z.boolean().default(false).describe("Said on purpose: it may go below a floor. Audited."),
      ...own,
    })
    .refine((body) => endings(body) > 0, { path: ["for"], error: HOW_LONG, when: isObject })
    .refine((body) => !endsTwice(body), { path: ["until"], error: EITHER, when: isObject });

const scope = z.union(
  [
    z.literal("pool").transform(() => ({ kind: "pool" as const })),
    z.strictObject({ role: roleNameSchema }).transform(({ role }) => ({ kind: "role" as const, role })),
    z.strictObject({ machine: machineNameSchema }).transform(({ machine }) => ({ kind: "machine" as const, machine })),
  ],
  { error: 'expected "pool", {"role": "web"} or {"machine": "m07"}' },
);

const direction = z.enum(["in", "out", "both"], { error: "expected in, out or both" }).default("both");
/** Said on purpose, by a word of its own: a pause that somebody forgets keeps the pool as it is for ever. */
const untilResumed = z.literal(true).optional().describe("A pause of the pool alone: it has no end.");

export const pauseBody = overrideBody({ scope, direction, untilResumed })
  .refine((body) => body.direction === "both" || body.scope.kind === "role", {
    path: ["direction"],
    error: "only a role can be paused one way",
  })
  .refine((body) => body.untilResumed === undefined || body.scope.kind === "pool", {
    path: ["untilResumed"],
    error: 'only a pause of the pool may lack an end; say "for" or "until"',
  });
export const resumeBody = z.strictObject({ ...because, scope });
export const pinBody = overrideBody({});
const placement = z.union([z.literal(SPARE), roleNameSchema], { error: "expected a role, or spare" });
const power = z.enum(["off", "on"], { error: "expected off or on" });
export const maintainBody = overrideBody({ power: power.default("off").describe("on: drained, and left as it runs.") });
export const forceMachineBody = overrideBody({ to: placement });
export const forceRoleBody = overrideBody({
  count: countSchema.optional(),
  range: z.strictObject({ min: countSchema, max: countSchema }).optional(),
  floor: countSchema.optional(),
}).refine(({ count, range, floor }) => [count, range, floor].filter((one) => one !== undefined).length === 1, {
  path: ["count"],
  error: 'expected one of "count": 12, "range": {"min": 8, "max": 12} and "floor": 9',
});
export type OverrideBody = z.output<typeof pinBody>;

export function roleForceOf(role: RoleName, { count, range, floor }: z.output<typeof forceRoleBody>): RoleForce {
  if (count !== undefined) return { kind: "forceCount", role, count };
  if (range !== undefined) return { kind: "forceRange", role, ...range };
  return { kind: "forceFloor", role, floor: floor ?? 0 };
}

const SERVER_NAME = "expected the name of a storage server, as in nfs-a";
export const storageNameSchema = z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/, SERVER_NAME);
const WAVES = "expected shares of the role in ascending order, the last one 100%, as in 10%, 50%, 100%";
const isAscending = (waves: readonly number[]): boolean =>
  waves.at(-1) === 100 && waves.every((share, at) => share > (waves[at - 1] ?? 0));
/** How a roll-out goes on in phases; the fields of its start, and of its preview. */
const phases = {
  role: roleNameSchema,
  image: imageNameSchema.nullable().describe("An image or a channel; null: each machine boots its own image again."),
  canaries: countBetween(0, 1_000).default(1).describe("So many machines first; 0: none."),
  soak: durationSchema.prefault("30m").describe("How long each stage must stay healthy."),
  waves: z
    .array(percentSchema)
    .min(1, WAVES)
    .max(20)
    .refine(isAscending, WAVES)
    .prefault(["10%", "50%", "100%"])
    .describe("Shares of the role, canaries included."),
};
export const rolloutBody = z.strictObject({
  ...because,
  ...phases,
  confirm: roleNameSchema.describe("The role once more: all of it will be rebooted."),
});
const keepAll = z.boolean().default(false).describe("Leave every machine on what it runs, instead of going back.");
export const abortBody = z.strictObject({ ...because, keep: keepAll });
/** As the core takes it. */
export const rolloutRequestOf = ({ role, image, canaries, soak, waves }: z.output<z.ZodObject<typeof phases>>) => ({
  role,
  image,
  canaries,
  soakMs: soak,
  wavesPercent: waves,
});

const ofMachine = { machine: machineNameSchema };
const ofRole = { role: roleNameSchema };
const act = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("pause"), scope, direction }),
  z.strictObject({ kind: z.literal("resume"), scope }),
  z.strictObject({ kind: z.literal("pin"), ...ofMachine }),
  z.strictObject({ kind: z.literal("forceMachine"), ...ofMachine, to: placement }),
  z.strictObject({ kind: z.literal("maintain"), ...ofMachine, power }),
  z.strictObject({ kind: z.literal("forceCount"), ...ofRole, count: countSchema }),
  z.strictObject({ kind: z.literal("forceRange"), ...ofRole, min: countSchema, max: countSchema }),
  z.strictObject({ kind: z.literal("forceFloor"), ...ofRole, floor: countSchema }),
  z.strictObject({ kind: z.enum(["unpin", "unforceMachine", "endMaintenance", "unquarantine"]), ...ofMachine }),
  z.strictObject({ kind: z.literal("unforceRole"), ...ofRole }),
  z.strictObject({ kind: z.enum(["failOver", "failBack"]), server: storageNameSchema }),
  z.strictObject({ kind: z.enum(["pauseRollout", "resumeRollout"]), ...ofRole }),
  z.strictObject({ kind: z.literal("abortRollout"), ...ofRole, keep: keepAll }),
  z
    .strictObject({ kind: z.literal("startRollout"), ...phases })
    .transform(({ kind, ...said }) => ({ kind, ...rolloutRequestOf(said) })),
]);
/** As the write that it previews; what has no bearing on the answer, an author and a reason, may still be missing. */
export const previewBody = z.strictObject({
  act,
  overrideFloor: z.boolean().default(false),
  author: line.optional(),
  reason: line.optional(),
  ...howLong,
  untilResumed,
});

export const adoptionBody = z.strictObject({
  ...because,
  confirm: z.boolean().default(false).describe("Record what the table says; otherwise it is only shown."),
  expect: countSchema.optional().describe("How many would be adopted as you saw it; with another number nothing is."),
});
export const acceptBody = z.strictObject({
  author: line,
  digest: z
    .string()
    .regex(/^[0-9a-f]{8,64}$/, "expected the digest, or its first 8 digits or more")
    .describe("At least its first 8 digits."),
});
export const applyBody = z.strictObject({
  ...because,
  machines: z
    .array(machineNameSchema)
    .min(1, "expected at least one machine's name")
    .max(20_000)
    .optional()
    .describe("These of its moves alone."),
  confirm: z
    .string()
    .regex(/^\d{1,6}$/, "expected the number of machines, as text")
    .optional()
    .describe("How many moves are meant: needed for all of more than three."),
});
/** A token may last for ever: it is listed and revoked by its name. */
export const tokenBody = z
  .strictObject({
    ...because,
    name: tokenNameSchema,
    scope: z.enum(["read", "write"], { error: "expected read or write" }),
    ...howLong,
  })
  .refine((body) => !endsTwice(body), { path: ["until"], error: EITHER, when: isObject });
const firstBoot = z.union([z.strictObject({ role: roleNameSchema }), z.strictObject({ image: imageNameSchema })], {
  error: 'expected {"role": "web"} or {"image": "web.2026-11"}',
});
export const prepareBody = z.strictObject({
  ...because,
  boots: firstBoot
    .nullable()
    .default(null)
    .describe("What its first boot link names; null: it gets none, and boots the holding image."),
  networkBoot: z
    .enum(["bios", "uefi"], { error: "expected bios, uefi or null" })
    .nullable()
    .default(null)
    .describe("Tell its BMC to boot by the network always; null: leave that as it is."),
  powerOn: z.boolean().default(false).describe("Switch it on, if it is off."),
});
export const proveOffBody = z.strictObject({
  ...because,
  spare: machineNameSchema.describe("Whose hardware takes the dead machine's place."),
  unplugged: z
    .boolean({ error: "expected true or false" })
    .default(false)
    .describe("The dead machine's plugs were pulled: for one whose BMC does not answer."),
});
export const replacementBody = proveOffBody.extend({
  undo: z
    .boolean({ error: "expected true or false" })
    .default(false)
    .describe("fleet.yaml has put the hardware back: the spare is one again, and the dead machine stays out."),
});
export const repairBody = z.strictObject({
  ...because,
  machines: z.array(machineNameSchema).min(1, "expected at least one machine's name").max(20_000),
});

const channel = z
  .enum(CHANNEL_KINDS, { error: "expected production or prototype" })
  .default("production")
  .describe("Which of the channels that the role's policy names.");
export const promoteBody = z.strictObject({ ...because, image: imageNameSchema, channel });
export const rollbackBody = z.strictObject({ ...because, role: roleNameSchema, channel });
