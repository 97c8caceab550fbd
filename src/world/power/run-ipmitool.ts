/**
 * One ipmitool process: an argv array and never a shell, nothing on stdin (ipmitool would prompt for a password there), an
 * environment of three variables, and a process group of its own that is killed whole at the deadline or on abort.
 */
import { type ChildProcess, spawn } from "node:child_process";

export interface Call {
  readonly command: string;
  readonly args: readonly string[];
  /** Through the environment: argv is readable by every user of the controller's host. */
  readonly password: string | null;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

export type Ended =
  | ({ readonly kind: "exited"; readonly code: number } & Output)
  /** By somebody else, or a crash: not by retask. */
  | ({ readonly kind: "died"; readonly signal: string } & Output)
  /** By retask: what was asked for may or may not have happened. */
  | ({ readonly kind: "killed"; readonly by: "deadline" | "abort" } & Output)
  | { readonly kind: "unstartable"; readonly code: string };

/** More than this of either stream is read and thrown away: a BMC's text must never fill memory. */
const OUTPUT_CAP_BYTES = 64 * 1024;
/** How long after SIGKILL retask waits for the corpse; a process stuck in the kernel must not block its BMC's queue. */
const REAP_MS = 1_000;

export function runIpmitool(call: Call): Promise<Ended> {
  if (call.signal.aborted) return Promise.resolve({ kind: "killed", by: "abort", stdout: "", stderr: "" });
  return new Promise((resolve) => {
    const child = start(call);
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    let killedBy: "deadline" | "abort" | null = null;
    let reaper: NodeJS.Timeout | undefined;

    const kill = (by: "deadline" | "abort"): void => {
      if (killedBy !== null) return;
      killedBy = by;
      killGroup(child);
      // A grandchild that left the group may hold the pipes open for ever.
      child.stdout?.destroy();
      child.stderr?.destroy();
      reaper = setTimeout(() => settle({ kind: "killed", by, ...output() }), REAP_MS);
    };
    const onAbort = (): void => kill("abort");
    const deadline = setTimeout(() => kill("deadline"), call.deadlineMs);

    const output = (): Output => ({ stdout: stdout(), stderr: stderr() });
    const settle = (ended: Ended): void => {
      clearTimeout(deadline);
      clearTimeout(reaper);
      call.signal.removeEventListener("abort", onAbort);
      resolve(ended);
    };
    call.signal.addEventListener("abort", onAbort, { once: true });
    child.once("error", (error: NodeJS.ErrnoException) =>
      settle({ kind: "unstartable", code: error.code ?? "unknown" }),
    );
    child.once("close", (code, signal) => {
      if (killedBy !== null) settle({ kind: "killed", by: killedBy, ...output() });
      else if (code !== null) settle({ kind: "exited", code, ...output() });
      else settle({ kind: "died", signal: signal ?? "unknown", ...output() });
    });
  });
}

function start(call: Call): ChildProcess {
  return spawn(call.command, [...call.args], {
    shell: false,
    detached: true, // its own process group
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH ?? "/usr/sbin:/usr/bin:/sbin:/bin",
      LC_ALL: "C",
      ...(call.password === null ? {} : { IPMITOOL_PASSWORD: call.password }),
    },
  });
}

/** Only while `close` has not come: until then the group holds a process, so its id can't be another's. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // ESRCH: it ended by itself in this moment; `close` follows.
  }
}

function collect(stream: ChildProcess["stdout"]): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream?.on("data", (chunk: Buffer) => {
    const kept = chunk.subarray(0, OUTPUT_CAP_BYTES - bytes);
    bytes += kept.length;
    if (kept.length > 0) chunks.push(kept);
  });
  return () => Buffer.concat(chunks).toString("utf8");
}
