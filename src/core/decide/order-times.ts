/** When moves may begin in the coming hours: what windows and freezes leave of them. */
import type { ScheduleFact, ScheduleFacts } from "../domain/schedule.ts";
import type { OrderTimes } from "./horizon/shape.ts";

/** Two minutes are a step of the plan, four hours the furthest that it looks. */
const STEP_MINUTES = 2;
const MOST_MINUTES = 240;
const MINUTE_MS = 60_000;

/** Null: at any time. An opening that is still to come is taken to last: how long it does is not among a tick's facts. */
export function orderTimes({ windows, freezes }: ScheduleFacts, wallMs: number): OrderTimes | null {
  const minutes: number[] = [];
  let longestGap = 0;
  for (let minute = 0; minute < MOST_MINUTES; minute += STEP_MINUTES) {
    const atMs = wallMs + minute * MINUTE_MS;
    const covers = (fact: ScheduleFact): boolean => isOpenAt(fact, atMs);
    if ((windows.length > 0 && !windows.some(covers)) || freezes.some(covers)) continue;
    longestGap = Math.max(longestGap, minute - (minutes.at(-1) ?? 0));
    minutes.push(minute);
  }
  longestGap = Math.max(longestGap, MOST_MINUTES - (minutes.at(-1) ?? 0));
  return longestGap <= STEP_MINUTES ? null : { minutes, everyMinutes: longestGap };
}

const isOpenAt = ({ closesMs, nextOpenMs }: ScheduleFact, atMs: number): boolean =>
  (closesMs !== null && atMs < closesMs) || (nextOpenMs !== null && atMs >= nextOpenMs);
