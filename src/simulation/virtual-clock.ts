/** A clock that stands still until it is told to go on; what was put off happens at its exact moment on the way. */
import type { Clock } from "../world/ports.ts";

interface Pending {
  readonly atMs: number;
  readonly order: number;
  readonly happen: () => void;
}

/** No simulated answer is ever late by itself: faults say so in their own words. */
const NEVER = new AbortController().signal;

export class VirtualClock implements Clock {
  private nowMs = 0;
  private wallOffsetMs: number;
  private order = 0;
  private pending: Pending[] = [];

  constructor(startWallMs: number) {
    this.wallOffsetMs = startWallMs;
  }

  wallMs(): number {
    return this.wallOffsetMs + this.nowMs;
  }

  monotonicMs(): number {
    return this.nowMs;
  }

  deadline(): AbortSignal {
    return NEVER;
  }

  after(ms: number, happen: () => void): void {
    this.order += 1;
    this.pending.push({ atMs: this.nowMs + ms, order: this.order, happen });
    this.pending.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
  }

  advance(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (let next = this.pending[0]; next !== undefined && next.atMs <= untilMs; next = this.pending[0]) {
      this.pending.shift();
      this.nowMs = next.atMs;
      next.happen();
    }
    this.nowMs = untilMs;
  }

  /** The wall clock alone: an administrator set it, or daylight saving was got wrong. */
  jumpWall(ms: number): void {
    this.wallOffsetMs += ms;
  }
}
