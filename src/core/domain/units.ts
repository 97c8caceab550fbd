/** Durations and shares as operators write them (`10s`, `5m`, `1h`, `90d`, `10%`), and as the code reads them. */
import { z } from "zod";

const MS_PER_UNIT = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export const durationSchema = z
  .string()
  .regex(/^\d{1,6}(ms|s|m|h|d)$/, "expected a duration, as in 10s, 5m, 1h or 90d")
  .transform(parseDuration);

/** A part of something: `10%` of it, or a plain number of machines. */
export type Share =
  | { readonly kind: "percent"; readonly percent: number }
  | { readonly kind: "count"; readonly count: number };

export const percentSchema = z
  .string()
  .regex(/^(?:100|\d{1,2}(?:\.\d+)?)%$/, "expected a share from 0% to 100%, as in 10%")
  .transform((text) => Number.parseFloat(text));

export const shareSchema = z.union([
  percentSchema.transform((percent): Share => ({ kind: "percent", percent })),
  z
    .number()
    .int()
    .min(1)
    .transform((count): Share => ({ kind: "count", count })),
]);

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
