/** How moments, durations and states are written on the page: the words of the command line. */

/** `95 s`, `12 min`, `3.5 h`, `4 d`. */
export function duration(ms: number): string {
  if (ms < 120_000) return `${Math.max(0, Math.round(ms / 1_000))} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${Math.round(ms / 360_000) / 10} h`;
  return `${Math.round(ms / 8_640_000) / 10} d`;
}

const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DAY_TIME = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});
const DAY = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit" });

/** With its day, where that is not the day of `nowMs`, the daemon's present. */
export const moment = (atMs: number, nowMs: number): string =>
  (DAY.format(atMs) === DAY.format(nowMs) ? TIME : DAY_TIME).format(atMs);

export const fullMoment = (atMs: number): string => `${DAY.format(atMs)} ${TIME.format(atMs)}`;

/** To two places, as the daemon writes numbers; what is large has none. */
export function number(value: number): string {
  return String(Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 100) / 100);
}
export const machines = (count: number): string => `${count} ${count === 1 ? "machine" : "machines"}`;

/** Half of them took longer; null of none. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}

/** What each state of a machine means, in a few words. */
export const STATE_WORDS: Readonly<Record<string, string>> = {
  serving: "serves in its role, verified",
  late: "its beacon is late: it carries load, and no floor",
  unmanageable: "its BMC does not answer: it serves and is not moved",
  switching: "on its way to another role",
  spare: "in no role",
  unknown: "what it is can't be told now",
  quarantined: "did not come back as it should: untouched until released",
  stray: "not adopted: shown and untouched",
};
export const STATES = Object.keys(STATE_WORDS);

export const PHASES: readonly string[] = [
  "preflight",
  "draining",
  "relinking",
  "poweringOff",
  "poweringOn",
  "verifying",
  "warming",
];
const PHASE_WORDS: Readonly<Record<string, string>> = { poweringOff: "powering off", poweringOn: "powering on" };
export const phaseWords = (phase: string): string => PHASE_WORDS[phase] ?? phase;
