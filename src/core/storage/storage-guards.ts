/** What the storage chart asks of a tick, each question by its name. */
import { z } from "zod";
import type { StorageFacts, StorageServer } from "../domain/storage.ts";

const orderSchema = z.object({ by: z.string(), why: z.string(), atMs: z.number() });
/** An operator's word, or retask's own where `failOver: auto` lets it. */
export type StorageOrder = z.output<typeof orderSchema>;

export const storageContextSchema = z.object({
  /** Watched ms since both sources first said that it is down, without a break. */
  downMs: z.number(),
  /** Both said so in the last tick; absent in what an older program stored. */
  isDown: z.boolean().optional(),
  /** Watched ms since its port answers and Prometheus says nothing against it. */
  upMs: z.number(),
  /** Wall-clock ms since which it is in its state. */
  sinceMs: z.number().nullable(),
  /** Who had its machines moved to the mirror; null: nobody. */
  order: orderSchema.nullable(),
});
export type StorageContext = z.output<typeof storageContextSchema>;

export interface StorageTick {
  readonly type: "TICK";
  readonly deltaMs: number;
  readonly atMs: number;
  readonly facts: StorageFacts;
  readonly server: StorageServer;
  /** Its mirror is well and may take its machines. */
  readonly mirrorIsFit: boolean;
  /** Machines that belong on it and run from another server. */
  readonly away: number;
}
export type StorageEvent =
  | StorageTick
  | { readonly type: "FAIL_OVER"; readonly order: StorageOrder }
  | { readonly type: "FAIL_BACK"; readonly order: StorageOrder };

export interface SeenStorage {
  readonly context: StorageContext;
  readonly event: StorageEvent;
}

/** Orders carry no facts; no guard on facts is ever asked for them. */
export const tickOf = ({ event }: SeenStorage): StorageTick => {
  if (event.type !== "TICK") throw new Error(`${event.type} carries no facts`);
  return event;
};

const bothDown = (seen: SeenStorage): boolean => {
  const { port, monitoring } = tickOf(seen).facts;
  return port.kind === "down" && monitoring.kind === "down";
};
const isUp = (seen: SeenStorage): boolean => {
  const { port, monitoring } = tickOf(seen).facts;
  return port.kind === "up" && monitoring.kind !== "down";
};

/** The longest `wellAfter`: counting on would only make the store write a server that nothing happens to. */
const MOST_MS = 7 * 86_400_000;

/**
 * The counters after one more tick. What breaks the row begins it anew: a flapping source never gets there. The first bad word
 * says nothing of the time before it, which may be long after a restart.
 */
export const counted = (seen: SeenStorage): Pick<StorageContext, "downMs" | "isDown" | "upMs"> => ({
  isDown: bothDown(seen),
  downMs:
    bothDown(seen) && seen.context.isDown === true ? Math.min(MOST_MS, seen.context.downMs + tickOf(seen).deltaMs) : 0,
  upMs: isUp(seen) ? Math.min(MOST_MS, seen.context.upMs + tickOf(seen).deltaMs) : 0,
});

export const storageGuards = {
  someSayDown: (seen: SeenStorage) => {
    const { port, monitoring } = tickOf(seen).facts;
    return port.kind === "down" || monitoring.kind === "down";
  },
  noneSayDown: (seen: SeenStorage) => {
    const { port, monitoring } = tickOf(seen).facts;
    return port.kind !== "down" && monitoring.kind !== "down";
  },
  someSayUp: (seen: SeenStorage) => {
    const { port, monitoring } = tickOf(seen).facts;
    return port.kind === "up" || monitoring.kind === "up";
  },
  provenDead: (seen: SeenStorage) => counted(seen).downMs >= tickOf(seen).server.deadAfter,
  mayFailOverByItself: (seen: SeenStorage) => {
    const { server, mirrorIsFit } = tickOf(seen);
    return server.failOver === "auto" && mirrorIsFit && bothDown(seen);
  },
  provenWell: (seen: SeenStorage) => counted(seen).upMs >= tickOf(seen).server.wellAfter,
  nobodyIsAway: (seen: SeenStorage) => tickOf(seen).away === 0,
};
