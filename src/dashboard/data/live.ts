/**
 * What the page knows of the pool, kept fresh: the daemon's events say that something happened, and then status and grid are
 * asked for, never more often than the daemon can bear. Without events they are asked for every ten seconds.
 */
import type { GridAnswer } from "../../http/grid-route.ts";
import type { StatusAnswer } from "./answers.ts";
import { Box } from "./box.ts";
import type { ServerEvent } from "./event-parser.ts";
import { readEvents } from "./event-stream.ts";
import { emptyGrid, type GridModel, mergeGrid } from "./grid-model.ts";
import { ask, Refused } from "./request.ts";
import { token } from "./session.ts";

export type Connection = "connecting" | "live" | "polling" | "lost" | "token";

/** When the newest tick was first seen here, by this computer's own clock: the daemon's may say anything. */
export interface Freshness {
  readonly atMs: number;
  readonly seenMs: number;
  readonly tickMs: number;
}

const POLL_MS = 10_000;
const SHORTEST_MS = 1_000;
/** A big pool's answer takes the daemon time: nine tenths of it stay its own. */
const REST_FACTOR = 9;
const LONGEST_BACKOFF_MS = 30_000;
const USUAL_TICK_MS = 10_000;

class Live {
  readonly connection = new Box<Connection>("connecting");
  readonly status = new Box<StatusAnswer | null>(null);
  readonly grid = new Box<GridModel>(emptyGrid);
  readonly freshness = new Box<Freshness | null>(null);
  /** Counts up with every refresh: views that ask for more ask again. */
  readonly refreshes = new Box(0);
  #lastId: string | null = null;
  #due = false;
  #nextMs = 0;
  #timer: number | null = null;
  #refreshing: Promise<boolean> | null = null;

  start(): void {
    document.addEventListener("visibilitychange", () => this.soon());
    token.watch(() => void this.refresh());
    void this.#follow();
  }

  /** Something changed: ask as soon as is decent. A hidden tab asks when it is looked at again. */
  soon(): void {
    this.#due = true;
    if (this.#timer !== null || document.hidden) return;
    const waitMs = Math.max(0, this.#nextMs - performance.now());
    this.#timer = window.setTimeout(() => {
      this.#timer = null;
      if (this.#due) void this.refresh();
    }, waitMs);
  }

  /** Asks now. Whether there was an answer. */
  refresh(): Promise<boolean> {
    this.#refreshing ??= this.#ask().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #ask(): Promise<boolean> {
    this.#due = false;
    const beganMs = performance.now();
    try {
      const [status, grid] = await Promise.all([ask<StatusAnswer>("GET", "v1/status"), askGrid()]);
      if (grid !== null) {
        this.grid.set(mergeGrid(this.grid.value, grid));
        this.#noteTick(grid.atMs, grid.tickMs);
      }
      this.status.set(status);
      this.refreshes.set(this.refreshes.value + 1);
      if (this.connection.value === "lost" || this.connection.value === "token") this.connection.set("connecting");
      return true;
    } catch (error) {
      const isRefused = error instanceof Refused && error.status === 401;
      this.connection.set(isRefused ? "token" : "lost");
      return false;
    } finally {
      const tookMs = performance.now() - beganMs;
      this.#nextMs = performance.now() + Math.max(SHORTEST_MS, REST_FACTOR * tookMs);
    }
  }

  #noteTick(atMs: number, tickMs?: number): void {
    const before = this.freshness.value;
    if (before !== null && before.atMs === atMs) return;
    this.freshness.set({ atMs, seenMs: performance.now(), tickMs: tickMs ?? before?.tickMs ?? USUAL_TICK_MS });
  }

  /** For ever: events while there are any; polling where there are none; ever longer pauses while nobody answers. */
  async #follow(): Promise<void> {
    for (let failures = 0; ; ) {
      if (!(await this.refresh())) {
        failures += 1;
        await sleep(Math.min(LONGEST_BACKOFF_MS, 500 * 2 ** failures));
        continue;
      }
      failures = 0;
      const end = await readEvents(
        this.#lastId,
        () => this.connection.set("live"),
        (event) => this.#take(event),
      );
      if (end.kind === "refused") {
        this.connection.set("polling");
        await sleep(POLL_MS);
      } else {
        await sleep(SHORTEST_MS);
      }
    }
  }

  #take({ id, event, data }: ServerEvent): void {
    if (id !== "") this.#lastId = id;
    if (event === "reset") this.#lastId = null;
    if (event === "tick") this.#noteTick((JSON.parse(data) as { atMs: number }).atMs);
    this.soon();
  }
}

/** Before the first tick there is no grid, and that is no failure. */
const askGrid = (): Promise<GridAnswer | null> =>
  ask<GridAnswer>("GET", "v1/grid").catch((error: unknown) => {
    if (error instanceof Refused && error.code === "RTK_STARTING") return null;
    throw error;
  });

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const live = new Live();
