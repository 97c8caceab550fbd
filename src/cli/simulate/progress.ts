/** How far long work is, on standard error: one line that changes on a terminal, elsewhere a line now and then. */

/** Where nothing can be overwritten: seldom enough for a log. */
const LINE_EVERY_MS = 15_000;
const REDRAW_EVERY_MS = 100;
/** Before that, what is left is a guess. */
const GUESS_FROM_SHARE = 0.02;

interface Stream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Call it with the share that is done, 0 to 1; at 1 a terminal's line is gone. `now`: monotonic, ms. */
export function progress(what: string, stream: Stream, now: () => number): (share: number) => void {
  const isTerminal = stream.isTTY === true;
  const startMs = now();
  let toldMs = isTerminal ? Number.NEGATIVE_INFINITY : startMs;
  return (share) => {
    const nowMs = now();
    if (isTerminal && share >= 1) {
      stream.write("\r\u001b[K");
      return;
    }
    if (share >= 1 || nowMs - toldMs < (isTerminal ? REDRAW_EVERY_MS : LINE_EVERY_MS)) return;
    toldMs = nowMs;
    const leftS = Math.ceil(((nowMs - startMs) * (1 - share)) / share / 1_000);
    const left = share < GUESS_FROM_SHARE ? "" : `, some ${leftS} s left`;
    const line = `${what}: ${Math.round(share * 100)} %${left}`;
    stream.write(isTerminal ? `\r${line}\u001b[K` : `${line}\n`);
  };
}
