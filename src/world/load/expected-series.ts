/** Remembers how many series each role's selector matched in the last 24 h: fewer of them now is *partly covered*. */
import type { RoleName } from "../../core/domain/names.ts";

const KEEP_MS = 24 * 3_600_000;
/** The memory is cut into hours, so that a role costs 25 numbers, not 8,640. */
const BUCKET_MS = 3_600_000;

/** The most series seen, by how long ago; `ageMs` grows only while retask runs (a jump of the clock forgets nothing). */
export interface SeriesSeen {
  /** Another selector starts afresh. */
  readonly selector: string;
  readonly seen: readonly { readonly ageMs: number; readonly most: number }[];
}

interface Memory {
  readonly selector: string;
  readonly buckets: { sinceMs: number; most: number }[];
}

export class ExpectedSeries {
  readonly #now: () => number;
  readonly #roles = new Map<RoleName, Memory>();

  /** `now`: monotonic ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes note of a count, and says what to expect: the most seen in 24 h, this one included. */
  learn(role: RoleName, selector: string, count: number): number {
    const { buckets } = this.#memoryOf(role, selector);
    const now = this.#now();
    const stale = buckets.findLastIndex((bucket) => now - bucket.sinceMs > KEEP_MS);
    buckets.splice(0, stale + 1);

    const newest = buckets.at(-1);
    if (newest !== undefined && now - newest.sinceMs < BUCKET_MS) newest.most = Math.max(newest.most, count);
    else buckets.push({ sinceMs: now, most: count });
    return Math.max(...buckets.map((bucket) => bucket.most));
  }

  state(): ReadonlyMap<RoleName, SeriesSeen> {
    const now = this.#now();
    const seenOf = ({ selector, buckets }: Memory): SeriesSeen => ({
      selector,
      seen: buckets.map(({ sinceMs, most }) => ({ ageMs: now - sinceMs, most })),
    });
    return new Map([...this.#roles].map(([role, memory]) => [role, seenOf(memory)]));
  }

  /** Puts back what an earlier process saw; replaces what this one knows of these roles. */
  restore(state: ReadonlyMap<RoleName, SeriesSeen>): void {
    const now = this.#now();
    for (const [role, { selector, seen }] of state) {
      const oldestFirst = seen.toSorted((a, b) => b.ageMs - a.ageMs);
      this.#roles.set(role, {
        selector,
        buckets: oldestFirst.map(({ ageMs, most }) => ({ sinceMs: now - ageMs, most })),
      });
    }
  }

  #memoryOf(role: RoleName, selector: string): Memory {
    const present = this.#roles.get(role);
    if (present?.selector === selector) return present;
    const fresh: Memory = { selector, buckets: [] };
    this.#roles.set(role, fresh);
    return fresh;
  }
}
