/**
 * The calendar: a schedule is open when an opening of it lies at most its length back. It is asked anew at every tick and
 * never waits for an event, so that neither a jump of the clock nor a suspended daemon can miss or repeat an opening.
 */
import type { Schedule, ScheduleFact } from "../../core/domain/schedule.ts";
import type { Calendar } from "../ports.ts";
import { type CronMatcher, cronMatcher } from "./cron-matcher.ts";

const DAY_MS = 86_400_000;
const AHEAD_MS = 366 * DAY_MS;
/** Schedules of configurations long gone need not stay in memory. */
const MOST_REMEMBERED = 1_000;

/** The openings around one moment; they hold from `fromMs` until the next opening. */
interface Remembered {
  readonly matcher: CronMatcher;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly lastOpenMs: number | null;
  readonly nextOpenMs: number | null;
}

/** Throws on a schedule that `validateSchedule` refuses: the configuration has been checked by then. */
export function createCalendar(): Calendar {
  const remembered = new Map<string, Remembered>();

  return {
    at(schedule, wallMs) {
      const key = `${schedule.opens}\n${schedule.for}\n${schedule.timezone}`;
      let openings = remembered.get(key);
      if (openings === undefined || wallMs < openings.fromMs || wallMs >= openings.untilMs) {
        if (openings === undefined && remembered.size >= MOST_REMEMBERED) remembered.clear();
        openings = lookUp(schedule, openings?.matcher ?? cronMatcher(schedule), wallMs);
        remembered.set(key, openings);
      }
      return factOf(schedule, openings, wallMs);
    },
  };
}

function lookUp(schedule: Schedule, matcher: CronMatcher, wallMs: number): Remembered {
  const lastOpenMs = matcher.lastUpTo(wallMs, wallMs - schedule.for);
  const nextOpenMs = matcher.firstAfter(wallMs, wallMs + AHEAD_MS);
  return {
    matcher,
    lastOpenMs,
    nextOpenMs,
    fromMs: lastOpenMs ?? wallMs,
    untilMs: nextOpenMs ?? wallMs + DAY_MS,
  };
}

function factOf(schedule: Schedule, { lastOpenMs, nextOpenMs }: Remembered, wallMs: number): ScheduleFact {
  const closesMs = lastOpenMs === null ? null : lastOpenMs + schedule.for;
  const open = closesMs !== null && wallMs < closesMs;
  return { open, nextOpenMs, closesMs: open ? closesMs : null };
}
