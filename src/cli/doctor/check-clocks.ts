/** Clocks: the controller's, Prometheus' and each HAProxy's agree. */
import { describeDuration } from "../../core/domain/units.ts";
import { bearerTokenFile } from "../../world/load/bearer-token.ts";
import { CLOCK_SKEW_MS } from "../../world/load/prometheus.ts";
import { queryEndpoint } from "../../world/load/prometheus-query.ts";
import { askHaproxy } from "../../world/traffic/haproxy-socket.ts";
import { type Check, counted, type Examined, USUAL_DEADLINE_MS } from "./examined.ts";
import { type Fault, looked, skipped } from "./finding.ts";

/** One clock that was read; the controller's own at the question and at the answer. Unix ms. */
export interface ClockReading {
  readonly who: string;
  readonly theirsMs: number;
  readonly beforeMs: number;
  readonly afterMs: number;
  /** It tells no finer than this. */
  readonly resolutionMs: number;
  /** Whether retask asks it what was when. */
  readonly counts: boolean;
}

/** As much as retask lets a sample's own time stamp be ahead. */
const TOLERANCE_MS = CLOCK_SKEW_MS;
/** Windows, freezes and expiries are by the minute, and so is the demand's history that a forecast learns from. */
const MINUTE_MS = 60_000;

export const clocksCheck: Check = {
  name: "clocks",
  deadlineMs: () => USUAL_DEADLINE_MS,
  run: async (site, signal) => {
    const { prometheus, haproxy } = site.configuration.settings;
    const asked = [...(prometheus === undefined ? [] : [readPrometheus(site, signal)])];
    const read = await Promise.all([...asked, ...haproxy.map((socket) => readHaproxy(site, socket, signal))]);
    const readings = read.filter((one) => one !== null);
    if (readings.length === 0) return skipped("neither Prometheus nor an HAProxy tells the time");
    const well = `${counted(readings.length, "clock")} within ${describeDuration(TOLERANCE_MS)} of the controller's`;
    return looked(readings.flatMap(judgeClock), well);
  },
};

/** Null where it does not answer: its own check says so. */
async function readPrometheus({ configuration, wallMs }: Examined, signal: AbortSignal): Promise<ClockReading | null> {
  const { prometheus } = configuration.settings;
  if (prometheus === undefined) return null;
  const token = await bearerTokenFile(prometheus.tokenFile)(signal);
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(prometheus.deadline)]);
  const beforeMs = wallMs();
  const answer = await queryEndpoint(prometheus.url).query("time()", token, deadline);
  if (!answer.ok) return null;
  const theirs = { theirsMs: answer.value * 1_000, resolutionMs: 1, counts: true };
  return { who: "Prometheus", ...theirs, beforeMs, afterMs: wallMs() };
}

/** HAProxy tells when it started and for how long it has run, both in whole seconds. */
async function readHaproxy({ wallMs }: Examined, socket: string, signal: AbortSignal): Promise<ClockReading | null> {
  const beforeMs = wallMs();
  const answer = await askHaproxy(socket, "show info", signal);
  const afterMs = wallMs();
  if (!answer.ok) return null;
  const [start, uptime] = ["Start_time_sec", "Uptime_sec"].map((key) =>
    Number(new RegExp(`^${key}: (\\d+)$`, "m").exec(answer.text)?.[1] ?? Number.NaN),
  );
  const theirsMs = ((start ?? Number.NaN) + (uptime ?? Number.NaN)) * 1_000;
  if (!Number.isFinite(theirsMs)) return null;
  return { who: `HAProxy at ${socket}`, theirsMs, beforeMs, afterMs, resolutionMs: 2_000, counts: false };
}

export function judgeClock({ who, theirsMs, beforeMs, afterMs, resolutionMs, counts }: ClockReading): Fault[] {
  const aheadMs = theirsMs - afterMs;
  const behindMs = beforeMs - theirsMs - resolutionMs;
  const apartMs = Math.max(aheadMs, behindMs);
  if (apartMs <= TOLERANCE_MS) return [];
  const direction = aheadMs > behindMs ? "ahead of" : "behind";
  return [
    {
      name: "clock-apart",
      level: counts && apartMs >= MINUTE_MS ? "error" : "warning",
      what: `its clock is ${describeDuration(Math.round(apartMs / 1_000) * 1_000)} ${direction} the controller's`,
      where: [who],
      why: "retask asks for the demand of past minutes by its own clock, and keeps windows, freezes and expiries by it",
      advice: counts
        ? "let chrony or another NTP client run on both"
        : "let an NTP client run on both; if both clocks are right by now, HAProxy started before its own was: reload it",
    },
  ];
}
