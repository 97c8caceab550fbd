/** How long boots take, by what was learned of each: quantiles, for a mean hides the slow ones. */
import type { Proposal } from "./proposal.ts";

export interface BootTimes {
  readonly count: number;
  /** ms; half of the boots, nine of ten, and 99 of 100 took no longer. */
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
}

export function bootTimes(bootMs: readonly number[]): Proposal<BootTimes> {
  if (bootMs.length === 0) return { ok: false, why: "no boot has been learned yet" };
  const sorted = [...bootMs].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return {
    ok: true,
    value: { count: sorted.length, p50Ms: at(0.5), p90Ms: at(0.9), p99Ms: at(0.99) },
    evidence: `the last boots of each machine that the daemon has learned, ${sorted.length} in all`,
  };
}
