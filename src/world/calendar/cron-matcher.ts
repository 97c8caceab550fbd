/**
 * Finds a schedule's openings before and after any moment, by node-cron's own matching. node-cron itself only looks
 * ahead from now; its `match` answers for one moment, so this walks over the minutes, in strides where a whole day does not match.
 */
import { createTask } from "node-cron";
import type { Schedule } from "../../core/domain/schedule.ts";

const MINUTE_MS = 60_000;
/** Every zone's clock differs from UTC by whole quarters of an hour, and so hours and days begin on one. */
const QUARTER_MS = 15 * MINUTE_MS;
/** Shorter than any local day, the one of 23 hours included: such a stride never passes over a day unseen. */
const STRIDE_MS = 12 * 60 * MINUTE_MS;

export interface CronMatcher {
  /** The first opening in (afterMs, untilMs], Unix ms; `null` when there is none. */
  firstAfter(afterMs: number, untilMs: number): number | null;
  /** The last opening in (afterMs, untilMs]. */
  lastUpTo(untilMs: number, afterMs: number): number | null;
}

/** Throws on a schedule that `validateSchedule` refuses. */
export function cronMatcher({ opens, timezone }: Pick<Schedule, "opens" | "timezone">): CronMatcher {
  const [, hour, ...day] = opens.trim().split(/\s+/);
  const matchesDay = matcher(`* * ${day.join(" ")}`, timezone);
  const matchesHour = matcher(`* ${hour} ${day.join(" ")}`, timezone);
  const matches = matcher(opens, timezone);

  const firstAfter = (afterMs: number, untilMs: number): number | null => {
    let atMs = Math.floor(afterMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
    while (atMs <= untilMs) {
      if (!matchesDay(atMs)) atMs = nextDay(atMs, matchesDay);
      else if (!matchesHour(atMs)) atMs = nextQuarter(atMs);
      else if (matches(atMs)) return atMs;
      else atMs += MINUTE_MS;
    }
    return null;
  };

  const lastUpTo = (untilMs: number, afterMs: number): number | null => {
    // Backwards in chunks: openings every minute are found in the first, and rare ones cost little per chunk.
    for (let endMs = untilMs; endMs > afterMs; endMs -= QUARTER_MS * 24) {
      let last: number | null = null;
      let next = firstAfter(Math.max(afterMs, endMs - QUARTER_MS * 24), endMs);
      while (next !== null) {
        last = next;
        next = firstAfter(next, endMs);
      }
      if (last !== null) return last;
    }
    return null;
  };

  return { firstAfter, lastUpTo };
}

function matcher(expression: string, timezone: string): (atMs: number) => boolean {
  const task = createTask(expression, () => undefined, { timezone });
  // node-cron keeps every task in a registry of its own; its matching works without, and nothing is ever started.
  void task.destroy();
  return (atMs) => task.match(new Date(atMs));
}

const nextQuarter = (atMs: number): number => Math.floor(atMs / QUARTER_MS) * QUARTER_MS + QUARTER_MS;

/** The beginning of the next day that matches, or a moment at most a stride on, when none does until then. */
function nextDay(atMs: number, matchesDay: (atMs: number) => boolean): number {
  if (!matchesDay(atMs + STRIDE_MS)) return atMs + STRIDE_MS;
  let nextMs = nextQuarter(atMs);
  while (!matchesDay(nextMs)) nextMs += QUARTER_MS;
  return nextMs;
}
