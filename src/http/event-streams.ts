/**
 * Server-Sent Events, written by hand: a reader is a place in the ring, so that a slow one costs no memory. It is written to
 * only while it takes what it gets, falls behind otherwise, and is told to look anew when the ring has gone past its place.
 * (@fastify/sse writes its heartbeats to readers that take nothing, and waits for them for ever.)
 */
import type { ServerResponse } from "node:http";
import type { EventRing } from "./event-ring.ts";

/** More than a team has windows open; each holds a connection, of which there are 256. */
const MOST_STREAMS = 100;
const BEAT_MS = 15_000;
/** Between two attempts of a browser to come back. */
const RETRY_MS = 2_000;

export interface Reader {
  /** Where it was before it was cut off; null: it is new. */
  readonly lastEventId: string | null;
  /** Hash and expiry of the token that it came with; null where none was needed. */
  readonly token: { readonly hash: string; readonly expiresMs: number | null } | null;
}

type Headers = Readonly<Record<string, string | number | string[] | undefined>>;

export class EventStreams {
  private readonly ring: EventRing;
  private readonly wallMs: () => number;
  private readonly streams = new Set<Stream>();
  private readonly beating: NodeJS.Timeout;

  constructor(ring: EventRing, wallMs: () => number, beatMs = BEAT_MS) {
    this.ring = ring;
    this.wallMs = wallMs;
    this.beating = setInterval(() => this.beat(), beatMs);
    this.beating.unref();
  }

  get isFull(): boolean {
    return this.streams.size >= MOST_STREAMS;
  }

  open(raw: ServerResponse, headers: Headers, reader: Reader): void {
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) raw.setHeader(name, value);
    raw.writeHead(200, { "content-type": "text/event-stream", "x-accel-buffering": "no" });
    const stream = new Stream(raw, this.ring, reader);
    this.streams.add(stream);
    raw.once("close", () => {
      stream.stop();
      this.streams.delete(stream);
    });
    raw.on("error", () => raw.destroy());
    stream.begin();
  }

  /** What a revoked token had opened ends with it. */
  endOf(hash: string): void {
    for (const stream of this.streams) if (stream.reader.token?.hash === hash) stream.end();
  }

  close(): void {
    clearInterval(this.beating);
    for (const stream of this.streams) stream.end();
  }

  private beat(): void {
    const nowMs = this.wallMs();
    for (const stream of this.streams) {
      const expiresMs = stream.reader.token?.expiresMs ?? null;
      if (expiresMs !== null && expiresMs <= nowMs) stream.end();
      else stream.beat();
    }
  }
}

class Stream {
  readonly reader: Reader;
  private readonly raw: ServerResponse;
  private readonly ring: EventRing;
  private next: number;
  private stalled = false;
  readonly stop: () => void;

  constructor(raw: ServerResponse, ring: EventRing, reader: Reader) {
    this.raw = raw;
    this.ring = ring;
    this.reader = reader;
    this.next = ring.newest + 1;
    this.stop = ring.listen(() => this.pump());
    raw.on("drain", () => this.pump());
  }

  begin(): void {
    const { lastEventId } = this.reader;
    const last = lastEventId === null ? this.ring.newest : this.ring.numberIn(lastEventId);
    // An id without data sets where a browser resumes, and tells its page nothing.
    this.raw.write(`retry: ${RETRY_MS}\nid: ${this.ring.idOf(this.ring.newest)}\n\n`);
    if (last === null) this.reset("nothing is known of that Last-Event-ID: look anew");
    else this.next = last + 1;
    this.pump();
  }

  beat(): void {
    if (!this.raw.writableNeedDrain) {
      this.stalled = false;
      this.raw.write(":\n\n");
    } else if (this.stalled) {
      // It took nothing between two beats: it is gone, whatever its connection says.
      this.raw.destroy();
    } else {
      this.stalled = true;
    }
  }

  end(): void {
    this.stop();
    this.raw.end();
    // What it has not taken by now it may never take, and a shutdown waits for no reader.
    if (this.raw.writableNeedDrain) this.raw.destroy();
  }

  private pump(): void {
    while (!this.raw.writableNeedDrain && this.next <= this.ring.newest) {
      const frame = this.ring.get(this.next);
      if (frame === null) {
        this.reset("too much has happened since then: look anew");
      } else {
        this.raw.write(frame);
        this.next += 1;
      }
    }
  }

  private reset(why: string): void {
    this.raw.write(this.ring.frame("reset", { why }));
    this.next = this.ring.newest + 1;
  }
}
