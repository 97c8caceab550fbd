/** What people are told of while it lasts: the kinds that a receiver may ask for, and one condition as it stands now. */

/** As `on` of retask.yaml names them. */
export const NOTICE_KINDS = [
  "quarantine",
  "hold",
  "breaker",
  "floorMargin",
  "storage",
  "expiry",
  "acceptance",
  "rollout",
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

export type Severity = "info" | "warning" | "critical";

/** One reason to tell somebody something, as one tick finds it. */
export interface Condition {
  /** The same as long as it is the same condition: `quarantine:m07`, `breaker:rack:r1`. */
  readonly key: string;
  readonly kind: NoticeKind;
  /** The machine, role, rack or image that it is about; `pool` where it is about all. */
  readonly subject: string;
  readonly severity: Severity;
  /** One line: what is the matter. */
  readonly summary: string;
  /** What somebody can do. */
  readonly next: string;
  /** It is told once it has lasted so long, watched ms; what comes and goes by itself is worth nobody's evening. */
  readonly afterMs: number;
  /** It counts as over once it has been gone for so long, watched ms. */
  readonly goneMs: number;
}

/** A reason may hold a machine's last words on its console: one line of printable text, and no more than a screen of it. */
export function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{C}\p{Z}]+/gu, " ").trim();
  return line.length <= MOST_CHARACTERS ? line : `${line.slice(0, MOST_CHARACTERS - 1)}…`;
}
const MOST_CHARACTERS = 500;

/** What is measured may come back at once, and come and go the whole night: it is one condition all the same. */
const SETTLED_MS = 300_000;

export interface Found {
  readonly kind: NoticeKind;
  /** What tells it from others of its kind. */
  readonly key: string;
  readonly subject: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly next: string;
}

/** What is recorded is so at once, and over at once; what is measured is judged over a while. */
export function condition(found: Found, measuredAfterMs?: number): Condition {
  return {
    ...found,
    key: `${found.kind}:${found.key}`,
    summary: oneLine(found.summary),
    afterMs: measuredAfterMs ?? 0,
    goneMs: measuredAfterMs === undefined ? 0 : SETTLED_MS,
  };
}
