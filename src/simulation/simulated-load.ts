/** The load of the article's company: web visitors with a day's curve, and a build farm that is hungry all the time. */
import type { Random } from "./random.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/**
 * Web sessions at a moment: a low night, a climb from seven, a peak at noon and a higher one in the evening, and a
 * restless noise around them. `peak`: sessions at the highest point of an ordinary day.
 */
export function webSessions(wallMs: number, peak: number, random: Random): number {
  const hour = (wallMs % DAY_MS) / HOUR_MS;
  const bump = (centre: number, width: number): number => Math.exp(-(((hour - centre) / width) ** 2));
  const shape = 0.16 + 0.5 * bump(12, 3.2) + 0.78 * bump(19.5, 2.6);
  return Math.max(0, peak * shape * random.between(0.96, 1.04));
}
