/** Runs an operator's command: no shell, a process group of its own, a deadline, and little of its output kept. */
import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

const MAX_OUTPUT_BYTES = 4_096;
/** A child that the command left behind may hold the pipe open for ever; what the command itself wrote is there at once. */
const LAST_OUTPUT_MS = 200;
/** A process that waits for a dead disk ignores even SIGKILL; nobody waits for it longer than this. */
const KILL_GRACE_MS = 1_000;

export type HookEnd =
  | { readonly kind: "ended"; readonly code: number; readonly output: string }
  | { readonly kind: "killed"; readonly by: string; readonly output: string }
  /** The deadline or the caller's signal came first; the whole group was killed. */
  | { readonly kind: "late"; readonly output: string }
  | { readonly kind: "unstartable"; readonly why: string };

/** Waits for the command itself; what it leaves running in the background goes on, unless the deadline comes first. */
export async function runHook(argv: readonly string[], deadlineMs: number, signal: AbortSignal): Promise<HookEnd> {
  if (signal.aborted) return { kind: "late", output: "" };
  const child = start(argv);
  if ("kind" in child) return child;

  const output = collectOutput(child);
  const exited = exitOf(child);
  const limit = startLimit(deadlineMs, signal);
  const end = await Promise.race([exited, limit.reached]);
  limit.cancel();
  if (end === "late") {
    killGroup(child);
    await Promise.race([exited, sleep(KILL_GRACE_MS, undefined, { ref: false })]);
  }
  await Promise.race([output.ended, sleep(LAST_OUTPUT_MS, undefined, { ref: false })]);
  child.stdout?.destroy();
  child.stderr?.destroy();
  if (end === "late") return { kind: "late", output: output.text() };
  return end.kind === "unstartable" ? end : { ...end, output: output.text() };
}

function start(argv: readonly string[]): ChildProcess | Extract<HookEnd, { kind: "unstartable" }> {
  const [command = "", ...args] = argv;
  // The daemon's environment stays here, with whatever secrets it holds.
  const env = Object.fromEntries(["PATH", "HOME", "LANG", "TZ"].map((name) => [name, process.env[name]]));
  try {
    // Detached: the leader of a new process group, so that its children can be killed with it.
    return spawn(command, args, { detached: true, stdio: ["ignore", "pipe", "pipe"], env });
  } catch (error) {
    // An argument with a NUL, or too many of them; a missing program is told by the `error` event.
    return { kind: "unstartable", why: (error as Error).message };
  }
}

type Exit =
  | { readonly kind: "ended"; readonly code: number }
  | { readonly kind: "killed"; readonly by: string }
  | { readonly kind: "unstartable"; readonly why: string };

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      resolve({ kind: "unstartable", why: error.code ?? error.message });
    });
    child.once("exit", (code, by) => {
      resolve(code === null ? { kind: "killed", by: by ?? "a signal" } : { kind: "ended", code });
    });
  });
}

/** A plain timer: AbortSignal.any may be collected, and its time-out with it, before it fires. */
function startLimit(deadlineMs: number, signal: AbortSignal): { reached: Promise<"late">; cancel: () => void } {
  let cancel = (): void => undefined;
  const reached = new Promise<"late">((resolve) => {
    const onLimit = (): void => resolve("late");
    const timer = setTimeout(onLimit, deadlineMs);
    signal.addEventListener("abort", onLimit, { once: true });
    cancel = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onLimit);
    };
  });
  return { reached, cancel: () => cancel() };
}

function collectOutput(child: ChildProcess): { text: () => string; ended: Promise<unknown> } {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // What is beyond the cap is still read, or the command would block on a full pipe.
  const keep = (chunk: Buffer): void => {
    const part = chunk.subarray(0, Math.max(0, MAX_OUTPUT_BYTES - bytes));
    if (part.length === 0) return;
    bytes += part.length;
    chunks.push(part);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  const ended = new Promise((resolve) => child.once("close", resolve));
  return { text: () => Buffer.concat(chunks).toString("utf8"), ended };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    // Gone already.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
