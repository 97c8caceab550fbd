/** Says on a terminal's standard error what is waited for, once that has taken a second; nothing of it stays. */

const SAY_AFTER_MS = 1_000;
const SAY_EVERY_MS = 1_000;

export interface WaitingStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** The work's own end; `what`: as in `waiting for http://127.0.0.1:9420`. */
export async function whileWaiting<T>(
  what: string,
  work: Promise<T>,
  stream: WaitingStream = process.stderr,
): Promise<T> {
  if (stream.isTTY !== true) return work;
  let shown = false;
  const beganMs = performance.now();
  const say = (): void => {
    shown = true;
    stream.write(`\r${what}, ${Math.round((performance.now() - beganMs) / 1_000)} s\u001b[K`);
  };
  let again: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    say();
    again = setInterval(say, SAY_EVERY_MS);
  }, SAY_AFTER_MS);
  try {
    return await work;
  } finally {
    clearTimeout(first);
    clearInterval(again);
    if (shown) stream.write("\r\u001b[K");
  }
}
