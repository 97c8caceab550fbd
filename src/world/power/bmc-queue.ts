/**
 * Who may talk to which BMC when. BMCs are small computers: one command at a time, a minimum interval apart, and power
 * commands before readings. Over all BMCs the number of processes is limited, with places that readings can't take: a
 * hundred dead BMCs, twelve seconds each, must not keep a power command waiting.
 */
import pLimit, { type LimitFunction } from "p-limit";
import type { Clock } from "../ports.ts";

export type Urgency = "command" | "reading";

export interface BmcQueueOptions {
  /** From the end of one command to the start of the next of the same BMC. */
  readonly intervalMs: number;
  /** Over all BMCs; at least 1. With 1, power commands have no place of their own. */
  readonly maxProcesses: number;
  readonly clock: Pick<Clock, "monotonicMs">;
}

/** `started: false`: the signal fired while it waited, and nothing was run. */
export type Turn<T> = { readonly started: true; readonly value: T } | { readonly started: false };

interface Waiting {
  readonly urgency: Urgency;
  readonly run: () => Promise<void>;
}

interface Lane {
  readonly waiting: Waiting[];
  busy: boolean;
  readyMs: number;
  timer: NodeJS.Timeout | undefined;
}

export class BmcQueue {
  private readonly options: BmcQueueOptions;
  private readonly lanes = new Map<string, Lane>();
  private readonly places: Readonly<Record<Urgency, LimitFunction>>;

  constructor(options: BmcQueueOptions) {
    this.options = options;
    const kept = Math.min(Math.max(1, Math.floor(options.maxProcesses / 4)), options.maxProcesses - 1);
    const readings = pLimit(options.maxProcesses - kept);
    this.places = { reading: readings, command: kept === 0 ? readings : pLimit(kept) };
  }

  /** Runs `work` in its turn; `work` must not throw for expected failures. Answers at once when the signal fires first. */
  submit<T>(bmc: string, urgency: Urgency, signal: AbortSignal, work: () => Promise<T>): Promise<Turn<T>> {
    if (signal.aborted) return Promise.resolve({ started: false });
    const lane = this.lane(bmc);
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        urgency,
        run: () => {
          signal.removeEventListener("abort", leave);
          return work().then((value) => resolve({ started: true, value }), reject);
        },
      };
      const leave = (): void => {
        const index = lane.waiting.indexOf(waiting);
        if (index >= 0) lane.waiting.splice(index, 1);
        resolve({ started: false });
      };
      signal.addEventListener("abort", leave, { once: true });
      lane.waiting.push(waiting);
      this.offer(lane);
    });
  }

  private lane(bmc: string): Lane {
    const known = this.lanes.get(bmc);
    if (known !== undefined) return known;
    const lane: Lane = { waiting: [], busy: false, readyMs: Number.NEGATIVE_INFINITY, timer: undefined };
    this.lanes.set(bmc, lane);
    return lane;
  }

  /** Asks for a place for this lane, once it may speak. Asking too often is harmless: `take` looks again. */
  private offer(lane: Lane): void {
    if (lane.busy || lane.waiting.length === 0 || lane.timer !== undefined) return;
    const restMs = lane.readyMs - this.options.clock.monotonicMs();
    if (restMs > 0) {
      lane.timer = setTimeout(() => {
        lane.timer = undefined;
        this.offer(lane);
      }, Math.ceil(restMs));
      return;
    }
    for (const urgency of new Set(lane.waiting.map((waiting) => waiting.urgency))) {
      void this.places[urgency](() => this.take(lane, urgency));
    }
  }

  /** Chosen only now, when the place is there: a power command that came meanwhile goes first. */
  private async take(lane: Lane, place: Urgency): Promise<void> {
    if (lane.busy || lane.timer !== undefined || this.options.clock.monotonicMs() < lane.readyMs) return;
    const next = lane.waiting.find(({ urgency }) => urgency === "command") ?? lane.waiting[0];
    if (next === undefined || (place === "command" && next.urgency !== "command" && this.separate())) return;
    lane.waiting.splice(lane.waiting.indexOf(next), 1);
    lane.busy = true;
    await next.run();
    lane.busy = false;
    lane.readyMs = this.options.clock.monotonicMs() + this.options.intervalMs;
    // In a task of its own: this one still holds its place.
    setImmediate(() => this.offer(lane));
  }

  private separate(): boolean {
    return this.places.command !== this.places.reading;
  }
}
