/** How often anybody may ask: a flood must not slow the loop, fill the disk with refusals, or lock the operator out. */
import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyRequest } from "fastify";

/** Seconds until it may be tried again; null: it may be done now. */
export type Limiter = (request: FastifyRequest, key: string) => Promise<Exceeded | null>;

export interface Exceeded {
  readonly retryAfterS: number;
  /** The first one of its time window: worth a line in the log, which the others are not. */
  readonly first: boolean;
}

export interface FloodLimits {
  /** Requests that only look, by address and route: one dear route cannot use up the others. */
  readonly reads: Limiter;
  /** Refusals, all senders together: each one is written to the record and flushed, and addresses are cheap. */
  readonly refusals: Limiter;
  /** Changes, by token: each waits for a tick to end, and the next tick for it. */
  readonly writes: Limiter;
}

/** Of a request, unless its route takes long lists. */
export const MAX_BODY_BYTES = 65_536;
export const READS = { max: 100, timeWindow: 10_000 };
export const REFUSALS = { max: 30, timeWindow: 60_000 };
/** A shell loop over a rack of machines passes, a runaway script does not. */
export const WRITES = { max: 60, timeWindow: 10_000 };

export async function createFloodLimits(api: FastifyInstance): Promise<FloodLimits> {
  await api.register(rateLimit, { global: false });
  const limiter = (limit: typeof READS): Limiter => {
    const keys = new WeakMap<FastifyRequest, string>();
    const keyGenerator = (request: FastifyRequest): string => keys.get(request) ?? "";
    const check = api.createRateLimit({ ...limit, keyGenerator });
    const told = new Set<string>();
    return async (request, key) => {
      keys.set(request, key);
      const result = await check(request);
      if (result.isAllowed || !result.isExceeded) {
        told.delete(key);
        return null;
      }
      const first = !told.has(key);
      // Bounded: a flood of addresses must not grow memory either, and to tell one twice does no harm.
      if (told.size > 1_000) told.clear();
      told.add(key);
      return { retryAfterS: Math.max(1, result.ttlInSeconds), first };
    };
  };
  return { reads: limiter(READS), refusals: limiter(REFUSALS), writes: limiter(WRITES) };
}
