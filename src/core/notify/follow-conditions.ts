/**
 * From one tick to the next: which conditions began, last, and are over, so that each is told once. What is told is kept
 * across restarts, so that none is told twice; what has not lasted long enough yet begins anew.
 */
import type { Condition, NoticeKind, Severity } from "./condition.ts";

/** A condition that people were told of. */
export interface Told {
  readonly key: string;
  /** `test`: sent by hand, to see whether it arrives. */
  readonly kind: NoticeKind | "test";
  readonly subject: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly next: string;
  /** When it was first seen, Unix ms. */
  readonly sinceMs: number;
  /** When it was last told, Unix ms. */
  readonly toldMs: number;
  /** How often, the first time included. */
  readonly times: number;
  /** As `Condition` has it. */
  readonly goneMs: number;
}

/** When it was found to be over, Unix ms. */
export interface Over extends Told {
  readonly overMs: number;
}

/** One message: that a condition began, that it still lasts a day later, or that it is over. */
export interface Notification extends Told {
  /** The same whenever this message is sent again: receivers can drop doubles by it. */
  readonly id: string;
  readonly status: "begun" | "lasts" | "over";
  readonly atMs: number;
}

export interface Followed {
  /** Seen, and not yet told: since when, Unix ms, and watched ms that it has lasted. */
  readonly young: ReadonlyMap<string, { readonly sinceMs: number; readonly lastedMs: number }>;
  readonly told: ReadonlyMap<string, Told>;
  /** Watched ms for which a told one has been gone. */
  readonly gone: ReadonlyMap<string, number>;
  /** Over for less than a quarter of an hour: an Alertmanager hears of it for so long. */
  readonly over: readonly Over[];
}

export interface Passed {
  /** Unix ms. */
  readonly nowMs: number;
  /** Watched ms since these were followed last. */
  readonly deltaMs: number;
}

const A_DAY_MS = 86_400_000;
const KEPT_WHEN_OVER_MS = 900_000;

export const followFrom = (told: readonly Told[], over: readonly Over[]): Followed => ({
  young: new Map(),
  told: new Map(told.map((one) => [one.key, one])),
  gone: new Map(),
  over,
});

/** `notifications` is empty in most ticks. */
export function followConditions(
  before: Followed,
  conditions: readonly Condition[],
  passed: Passed,
): { readonly followed: Followed; readonly notifications: readonly Notification[] } {
  const notifications: Notification[] = [];
  const young = new Map<string, { sinceMs: number; lastedMs: number }>();
  const told = new Map<string, Told>();
  const tell = (one: Told, status: Notification["status"]): void =>
    void notifications.push(messageOf(one, status, passed.nowMs));

  for (const condition of conditions) {
    const { key } = condition;
    const known = before.told.get(key);
    if (known !== undefined) {
      const next = lasting(known, passed.nowMs);
      if (next !== known) tell(next, "lasts");
      told.set(key, next);
      continue;
    }
    const first = before.young.get(key);
    const sinceMs = first?.sinceMs ?? passed.nowMs;
    const lastedMs = first === undefined ? 0 : first.lastedMs + passed.deltaMs;
    if (lastedMs < condition.afterMs) {
      young.set(key, { sinceMs, lastedMs });
      continue;
    }
    const begun = toldNow(condition, sinceMs, passed.nowMs);
    told.set(key, begun);
    tell(begun, "begun");
  }

  const { gone, ended } = followAbsent(before, told, passed);
  for (const one of ended) tell(one, "over");
  const stillKept = before.over.filter(({ overMs }) => Math.abs(passed.nowMs - overMs) < KEPT_WHEN_OVER_MS);
  return { followed: { young, told, gone, over: [...stillKept, ...ended] }, notifications };
}

/** Those that were told and are not there now: over, or only just gone, and then they go on being told. */
function followAbsent(before: Followed, told: Map<string, Told>, { nowMs, deltaMs }: Passed) {
  const gone = new Map<string, number>();
  const ended: Over[] = [];
  for (const [key, one] of before.told) {
    if (told.has(key)) continue;
    const wasGoneMs = before.gone.get(key);
    const goneMs = wasGoneMs === undefined ? 0 : wasGoneMs + deltaMs;
    if (goneMs >= one.goneMs) {
      ended.push({ ...one, overMs: nowMs });
      continue;
    }
    told.set(key, one);
    gone.set(key, goneMs);
  }
  return { gone, ended };
}

/** Once a day, so that nothing is forgotten; whichever way the clock may have jumped. */
function lasting(known: Told, nowMs: number): Told {
  if (Math.abs(nowMs - known.toldMs) < A_DAY_MS) return known;
  return { ...known, toldMs: nowMs, times: known.times + 1 };
}

function toldNow(
  { key, kind, subject, severity, summary, next, goneMs }: Condition,
  sinceMs: number,
  nowMs: number,
): Told {
  return { key, kind, subject, severity, summary, next, goneMs, sinceMs, toldMs: nowMs, times: 1 };
}

const messageOf = (told: Told, status: Notification["status"], atMs: number): Notification => ({
  ...told,
  id: `${told.key}@${told.sinceMs}:${status}${status === "lasts" ? `-${told.times}` : ""}`,
  status,
  atMs,
});
