/** Which stretch of time is shown: a span that moves with the present, or a fixed one that somebody zoomed to. */
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

export const SPANS = [
  ["1h", "1 h", HOUR_MS],
  ["6h", "6 h", 6 * HOUR_MS],
  ["24h", "24 h", 24 * HOUR_MS],
  ["7d", "7 d", 168 * HOUR_MS],
] as const;
const USUAL_SPAN_MS = 6 * HOUR_MS;
/** So much of what is shown lies ahead. */
const AHEAD_SHARE = 0.25;
/** About one for each three pixels of a wide screen. */
const STEPS = 360;
const SHORTEST_MS = 10 * MINUTE_MS;

export interface Shown {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  /** Moves with the present. */
  readonly isLive: boolean;
}

export const spanOf = (query: URLSearchParams): string => query.get("span") ?? "6h";

export function shownOf(query: URLSearchParams, nowMs: number): Shown {
  const [from, to] = [Number(query.get("from")), Number(query.get("to"))];
  if (from > 0 && to > from) return { ...stepped(from, to), isLive: false };
  const span = spanOf(query);
  const spanMs = SPANS.find(([key]) => key === span)?.[2] ?? USUAL_SPAN_MS;
  return { ...stepped(nowMs - spanMs, nowMs + spanMs * AHEAD_SHARE), isLive: true };
}

/** Whole steps, so that the question stays the same until there is something new to ask for. */
function stepped(fromMs: number, toMs: number): Omit<Shown, "isLive"> {
  const stepMs = Math.max(MINUTE_MS, Math.ceil((toMs - fromMs) / STEPS / MINUTE_MS) * MINUTE_MS);
  const down = (ms: number): number => Math.floor(ms / stepMs) * stepMs;
  return { fromMs: down(fromMs), toMs: Math.max(down(fromMs) + SHORTEST_MS, down(toMs) + stepMs), stepMs };
}

/** Half as much, or twice as much, about the middle. */
export function zoomed({ fromMs, toMs }: Shown, factor: number): { from: string; to: string } {
  const [middle, half] = [(fromMs + toMs) / 2, Math.max(SHORTEST_MS / 2, ((toMs - fromMs) / 2) * factor)];
  return fixed(middle - half, middle + half);
}

/** By half of what is shown. */
export function moved({ fromMs, toMs }: Shown, direction: -1 | 1): { from: string; to: string } {
  const byMs = (direction * (toMs - fromMs)) / 2;
  return fixed(fromMs + byMs, toMs + byMs);
}

export const fixed = (fromMs: number, toMs: number): { from: string; to: string } => ({
  from: String(Math.max(1, Math.round(fromMs))),
  to: String(Math.round(toMs)),
});
