/** Whether a schedule's cron fields and time zone mean anything, asked before the configuration is accepted. */
import { validateDetailed } from "node-cron";

export interface ScheduleProblem {
  readonly key: "opens" | "timezone";
  readonly why: string;
}

/** What is wrong with a schedule, in words; `null` when nothing is. */
export function validateSchedule(opens: string, timezone: string): ScheduleProblem | null {
  return validateOpens(opens) ?? validateTimezone(timezone);
}

function validateOpens(opens: string): ScheduleProblem | null {
  // node-cron would also take six fields, and nicknames: seconds mean nothing to a tick of many, and `@daily` hides its hour.
  const fields = opens.trim().split(/\s+/).length;
  if (fields !== 5)
    return { key: "opens", why: `expected five cron fields, minute hour day month weekday, got ${fields}` };
  const { errors } = validateDetailed(opens);
  const error = errors[0];
  if (error === undefined) return null;
  return { key: "opens", why: `not a cron expression: ${error.message.replace(" is a invalid ", " is an invalid ")}` };
}

function validateTimezone(timezone: string): ScheduleProblem | null {
  // Intl also takes fixed offsets, whose clocks never change: an operator who writes one has forgotten summer time.
  if (/^[+-]/.test(timezone)) return { key: "timezone", why: "expected a named time zone, as in Europe/Berlin" };
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
    return null;
  } catch {
    return { key: "timezone", why: "unknown time zone; expected one as in Europe/Berlin" };
  }
}
