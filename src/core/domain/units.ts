/**
 * Durations, shares and numbers as operators write them (`10s`, `5m`, `1h`, `90d`, `10%`), and as the code reads them. Every
 * message says what was *expected*; whoever reports it adds what stands there instead.
 */
import { z } from "zod";

const MS_PER_UNIT = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^\d{1,6}(ms|s|m|h|d)$/;
const AS_IN = "expected a duration, as in 10s, 5m, 1h or 90d";

export const durationSchema = z
  .string({ error: AS_IN })
  .regex(DURATION, { error: AS_IN, abort: true })
  .transform(parseDuration)
  .meta({ title: "duration" });

/** A duration within bounds, both included; bounds as operators write them. */
export function durationBetween(min: string, max: string) {
  const error = `expected a duration from ${min} to ${max}`;
  return z
    .string({ error })
    .regex(DURATION, { error, abort: true })
    .refine((text) => parseDuration(text) >= parseDuration(min) && parseDuration(text) <= parseDuration(max), { error })
    .transform(parseDuration)
    .meta({ title: `duration, ${min} to ${max}` });
}

/** A whole number within bounds, both included. */
export function countBetween(min: number, max: number) {
  const error = `expected a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error }).meta({ title: "whole number" });
}

/** Enough for any pool, and small enough that no sum of such numbers loses precision. */
const MOST_MACHINES = 100_000;
export const countSchema = countBetween(0, MOST_MACHINES);
export const atLeastOneSchema = countBetween(1, MOST_MACHINES);

const ABOVE_0 = "expected a number above 0";
export const positiveSchema = z
  .number({ error: ABOVE_0 })
  .positive({ error: ABOVE_0 })
  .max(1e12, { error: "expected a number of at most 1e12" })
  .meta({ title: "number above 0" });

/** A file or directory by its whole name: the daemon's working directory means nothing. */
export const absolutePathSchema = z
  .string({ error: "expected an absolute path" })
  .regex(/^\/\P{Cc}{0,4094}$/u, "expected an absolute path")
  .meta({ title: "absolute path" });

/** A host's address or name; never a leading dash, which a command would read as an option. */
export const hostSchema = z
  .string({ error: "expected an address or a host name" })
  .regex(/^[A-Za-z0-9][A-Za-z0-9.:-]{0,252}$/, "expected an address or a host name")
  .meta({ title: "address or host name" });

export const ipv4Schema = z.ipv4("expected an IPv4 address, as in 10.0.3.17").meta({ title: "IPv4 address" });

const COMMAND = "expected a command as a list of words, the program by its absolute path";
/** A command of the operator's, run without a shell. */
export const commandSchema = z
  .array(z.string({ error: COMMAND }).min(1, COMMAND).max(1_024, COMMAND), { error: COMMAND })
  .min(1, COMMAND)
  .max(32, COMMAND)
  .refine((words) => words[0]?.startsWith("/") ?? false, COMMAND)
  .meta({ title: "list of words" });

export const portSchema = countBetween(1, 65_535);

/** A kind of failure domain (`rack`, `pdu`, `storage`), as fleet and limits both name it. */
export const domainKindSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, "expected a kind of domain in lower-case letters, as in rack");

/** A part of something: `10%` of it, or a plain number of machines. */
export type Share =
  | { readonly kind: "percent"; readonly percent: number }
  | { readonly kind: "count"; readonly count: number };

const PERCENT = "expected a share from 0% to 100%, as in 10%";
export const percentSchema = z
  .string({ error: PERCENT })
  .regex(/^(?:100|\d{1,2}(?:\.\d{1,6})?)%$/, PERCENT)
  .transform((text) => Number.parseFloat(text))
  .meta({ title: "share" });

export const shareSchema = z
  .union(
    [
      percentSchema.transform((percent): Share => ({ kind: "percent", percent })),
      atLeastOneSchema.transform((count): Share => ({ kind: "count", count })),
    ],
    { error: "expected a share, as in 10%, or a whole number of machines from 1" },
  )
  .meta({ title: "share, or number of machines" });

/** `5m` in milliseconds. The caller has checked the form. */
export function parseDuration(text: string): number {
  const match = /^(\d+)(ms|s|m|h|d)$/.exec(text);
  if (match === null) throw new Error(`not a duration: ${text}`);
  return Number(match[1]) * MS_PER_UNIT[match[2] as keyof typeof MS_PER_UNIT];
}

/** Machines that a share of `whole` allows: rounded down, but at least 1, or nothing could ever move. */
export function shareOf(share: Share, whole: number): number {
  return share.kind === "count" ? share.count : Math.max(1, Math.floor((share.percent * whole) / 100));
}

/** `95 s`, `12 min`, `3.5 h`: how a duration is written in reasons and tables. */
export function describeDuration(ms: number): string {
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 360_000) / 10} h`;
}
