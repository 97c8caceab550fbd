/** The header Retry-After (RFC 9110, 10.2.3): how long the other side asks to be left alone. */

/** Whoever asks for longer is asked again after an hour all the same. */
const LONGEST_MS = 3_600_000;

/** ms from now, an hour at most; `null`: it says nothing that can be understood. `nowMs`: Unix ms. */
export function retryAfterMs(header: unknown, nowMs: number): number | null {
  if (typeof header !== "string") return null;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), LONGEST_MS);
}
