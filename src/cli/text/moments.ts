/** Times as people read them: the local time, and how long from now. */
import { describeDuration } from "../../core/domain/units.ts";
import type { Look } from "./look.ts";

/** `2026-11-23 14:02:10`, in the look's time zone. */
export function clockTime(ms: number, look: Look): string {
  if (!Number.isFinite(ms)) return "an unknown time";
  // Sweden's way of writing dates is ISO 8601's, with a space.
  const format = new Intl.DateTimeFormat("sv-SE", {
    dateStyle: "short",
    timeStyle: "medium",
    timeZone: look.timeZone,
  });
  return format.format(ms);
}

/** `in 12 min`, `12 min ago`. */
export const relativeTo = (nowMs: number, ms: number): string =>
  ms >= nowMs ? `in ${describeDuration(ms - nowMs)}` : `${describeDuration(nowMs - ms)} ago`;

/** `2026-11-02 00:00` in UTC, of an ISO 8601 moment. */
export const minuteText = (moment: string): string => moment.slice(0, 16).replace("T", " ");
