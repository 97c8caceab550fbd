/** A role's line of the rota in a sysadmin's words. */
import { describeDuration } from "../../domain/units.ts";
import type { Unmet } from "./rota.ts";

/** `9 now, 31 at the most in 10.5 h, 7 at the least in 90 min; its floor of 12 can't be held in 8 h: 9 there`. */
export function summaryOf(
  counts: readonly number[],
  now: number,
  unmet: readonly Unmet[],
  slotMinutes: number,
): string {
  const [most, least] = [Math.max(...counts), Math.min(...counts)];
  const when = (slot: number): string => (slot === 0 ? "now" : `in ${describeDuration(slot * slotMinutes * 60_000)}`);
  const range =
    most === least
      ? `${most} all along`
      : `${most} at the most ${when(counts.indexOf(most))}, ${least} at the least ${when(counts.indexOf(least))}`;
  const gaps = unmet.map(({ what, from, to, asked, given }) => {
    const until = to === from ? "" : ` until ${to === counts.length - 1 ? "the end" : when(to + 1)}`;
    return `; ${NAMES[what]} of ${asked} can't be held ${when(from)}${until}: ${given} there`;
  });
  return `${now} now, ${range}${gaps.join("")}`;
}

const NAMES: Readonly<Record<Unmet["what"], string>> = {
  keep: "the count",
  floor: "its floor",
  min: "the least",
  max: "its maximum",
};
