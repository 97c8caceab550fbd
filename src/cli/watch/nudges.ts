/** The daemon's event stream as a row of nudges: each says that something has changed, and that it is time to look again. */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import axios from "axios";
import type { DaemonPlace } from "../find-daemon.ts";

/** While there is no stream: as often as the pool is observed. */
const LOOK_EVERY_MS = 10_000;
/** However much happens: nobody reads faster, and the daemon lets nobody ask without end. */
const AT_MOST_EVERY_MS = 1_000;
/** What an operation does in between is told by the next tick. */
const TELLING = /^event: ?(?:tick|change|reset)$/;

/** Ends when `signal` says so; a stream that breaks is opened again, and looking goes on meanwhile. */
export async function* nudges(place: DaemonPlace, signal: AbortSignal): AsyncGenerator<undefined> {
  let told = false;
  let wake = (): void => {};
  const nudge = (): void => {
    told = true;
    wake();
  };
  signal.addEventListener("abort", nudge, { once: true });
  void follow(place, signal, nudge);
  while (!signal.aborted) {
    if (!told) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    told = false;
    if (signal.aborted) return;
    yield undefined;
    await sleep(AT_MOST_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}

async function follow(place: DaemonPlace, signal: AbortSignal, nudge: () => void): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const line of await openStream(place, signal)) if (TELLING.test(line)) nudge();
    } catch {
      // Whatever is wrong with it, the next look tells: it has words for a daemon that does not answer.
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
    nudge();
  }
}

async function openStream({ url, token }: DaemonPlace, signal: AbortSignal): Promise<AsyncIterable<string>> {
  const { data } = await axios.request<Readable>({
    url: `${url}/v1/events`,
    headers: { accept: "text/event-stream", ...(token.ok ? { authorization: `Bearer ${token.token}` } : {}) },
    responseType: "stream",
    signal,
    proxy: false,
    maxRedirects: 0,
  });
  return createInterface({ input: data });
}
