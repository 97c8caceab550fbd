/** How long a boot may take, learned from the machine's own boots. */

const LEARNED_FROM = 5;
const SHORTEST_MS = 120_000;

/**
 * Milliseconds from power on to a verified beacon. Twice the slowest of its last boots, once there are five of them:
 * with so few samples the maximum stands for the 99th percentile.
 */
export function bootDeadlineMs(bootMs: readonly number[], unlearnedMs: number): number {
  if (bootMs.length < LEARNED_FROM) return unlearnedMs;
  return Math.min(unlearnedMs, Math.max(SHORTEST_MS, 2 * Math.max(...bootMs)));
}
