/** What may be typed after a command: checked before anything is asked of the daemon, with the daemon's own schemas. */
import { InvalidArgumentError } from "commander";
import { z } from "zod";
import { imageNameSchema, machineNameSchema, roleNameSchema, SPARE } from "../core/domain/names.ts";
import { atLeastOneSchema, countSchema, durationSchema, percentSchema } from "../core/domain/units.ts";

/** commander names the argument and what was typed; the schema says what was expected. */
const parserOf =
  <T>(schema: z.ZodType<T>) =>
  (text: string): T => {
    const parsed = schema.safeParse(text);
    if (!parsed.success) throw new InvalidArgumentError(`${parsed.error.issues[0]?.message ?? "not understood"}.`);
    return parsed.data;
  };

/** Never empty and never a path: names become part of the API's addresses (S3). */
export const asMachine = parserOf(machineNameSchema);
export const asRole = parserOf(roleNameSchema);
export const asImage = parserOf(imageNameSchema);
export const asPlacement = parserOf(z.union([z.literal(SPARE), roleNameSchema], "expected a role, or spare"));
const name = machineNameSchema.transform(String);
export const asName = parserOf(name);
/** Several in a row: commander hands over what it has so far. */
export const asMachines = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  asMachine(text),
];

/** As the operator writes them: the daemon reads them again. */
export function asWaves(text: string): readonly string[] {
  const shares = text.split(",").map((share) => share.trim());
  for (const share of shares) parserOf(percentSchema)(share);
  return shares;
}

const digits = z
  .string()
  .regex(/^\d{1,6}$/, "expected a whole number")
  .transform(Number);
export const asCount = parserOf(digits.pipe(countSchema));
export const asCountFrom1 = parserOf(digits.pipe(atLeastOneSchema));

/** As the operator writes it: the daemon reads it again. */
export function asDuration(text: string): string {
  parserOf(durationSchema)(text);
  return text;
}

export const asMoment = parserOf(
  z.iso.datetime({ offset: true, error: "expected a time with its zone, as in 2026-11-23T18:00:00+01:00" }),
);

const LINE = "expected one line of at most 500 characters, without control characters";
export const asLine = parserOf(
  z
    .string()
    .trim()
    .min(1, LINE)
    .max(500, LINE)
    .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u, LINE),
);

export const asDigest = parserOf(
  z.string().regex(/^[0-9a-f]{8,64}$/, "expected the configuration's digest, at least its first 8 digits"),
);

export const asPlanId = parserOf(
  z.string().regex(/^[0-9a-f]{6,64}$/, "expected a plan's id, at least its first 6 digits"),
);

export const asTokenName = parserOf(
  z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, "expected lower-case letters, digits, dots and dashes, as in grafana"),
);

export const asStorage = parserOf(
  z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/, "expected the name of a storage server, as in nfs-a"),
);

export const asUrl = parserOf(
  z
    .url({ protocol: /^https?$/, error: "expected an http:// or https:// address" })
    .transform((url) => url.replace(/\/+$/, "")),
);
