/** Waits for work that cannot be cancelled itself, such as a file on a dead NFS server, but no longer than allowed. */

/** The work's outcome, or `late` once the signal fires. The work goes on unwatched, so it must not reject. */
export function beforeAbort<T>(work: Promise<T>, signal: AbortSignal, late: T): Promise<T> {
  if (signal.aborted) return Promise.resolve(late);
  return new Promise((resolve, reject) => {
    const onAbort = (): void => resolve(late);
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
