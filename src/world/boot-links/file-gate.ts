/** File-system calls under a deadline, so that a hung NFS mount below the links can neither stall a tick nor the process. */
import { setMaxListeners } from "node:events";
import pLimit from "p-limit";
import { type FileTrouble, troubleOf } from "./file-trouble.ts";

export type Answer<T> = { readonly ok: true; readonly value: T } | ({ readonly ok: false } & FileTrouble);

/** Runs `work`, which may throw file-system errors, and gives up waiting (not the call itself) when `signal` fires. */
export type FileGate = <T>(doing: string, signal: AbortSignal, work: () => Promise<T>) => Promise<Answer<T>>;

/**
 * Node serves all file calls from 4 threads, and a call into a dead mount keeps its thread for good. With 2 at most in
 * these directories, the rest of the process goes on.
 */
const THREADS = 2;

export function createFileGate(): FileGate {
  const limit = pLimit(THREADS);
  let overdue = 0;

  return async <T>(doing: string, signal: AbortSignal, work: () => Promise<T>): Promise<Answer<T>> => {
    // One signal serves a whole tick: hundreds of machines listen to it, and that is no leak.
    setMaxListeners(0, signal);
    if (signal.aborted || overdue >= THREADS) return late(doing);

    const answer = limit(() => (signal.aborted ? late(doing) : attempt(doing, work)));
    const first = await Promise.race([answer, aborted(signal, answer)]);
    if (first !== null) return first;

    overdue += 1;
    const settled = () => {
      overdue -= 1;
    };
    answer.then(settled, settled);
    return late(doing);
  };
}

/** Resolves with `null` when the signal fires; lets go of the signal once the answer is there. */
function aborted(signal: AbortSignal, answer: Promise<unknown>): Promise<null> {
  return new Promise((resolve) => {
    const onAbort = () => resolve(null);
    const release = () => signal.removeEventListener("abort", onAbort);
    signal.addEventListener("abort", onAbort, { once: true });
    answer.then(release, release);
  });
}

async function attempt<T>(doing: string, work: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, ...troubleOf(error, doing) };
  }
}

const late = (doing: string): { ok: false } & FileTrouble => ({
  ok: false,
  code: "RTK_LINK_TIMEOUT",
  why: `${doing}: no answer from the file system in time; look at the disk or the mount below it`,
});
