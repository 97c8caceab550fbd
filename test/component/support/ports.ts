/** Free loopback ports, deadlines, temporary directories and owned processes for the component tests. */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A TCP port that was free on this loopback address a moment ago. */
export function freePort(address = "127.0.0.1"): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, address, () => {
      const bound = server.address();
      server.close(() => {
        if (bound !== null && typeof bound === "object") resolve(bound.port);
        else reject(new Error(`no port on ${address}`));
      });
    });
  });
}

/**
 * Asks until the condition gives something other than false, null or undefined, and returns that.
 * A condition that throws counts as "not yet"; after `deadlineMs` its last error is the cause.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  deadlineMs: number,
  what: string,
): Promise<Exclude<T, false | null | undefined>> {
  const endsAt = performance.now() + deadlineMs;
  let cause: unknown;
  for (;;) {
    try {
      const answer = await condition();
      if (answer !== false && answer !== null && answer !== undefined) {
        return answer as Exclude<T, false | null | undefined>;
      }
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > endsAt) throw new Error(`waited ${deadlineMs} ms in vain for ${what}`, { cause });
    await sleep(50);
  }
}

/** A fresh directory, and how to remove it with all it holds. */
export async function temporaryDirectory(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "retask-test-"));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** A process that a test started and must end. */
export type OwnedProcess = {
  readonly child: ChildProcess;
  readonly pid: number;
  /** All of stdout and stderr so far. */
  readonly output: () => string;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** SIGTERM to its whole group, SIGKILL after `graceMs` (2000); resolves when it is gone. */
  readonly stop: (graceMs?: number) => Promise<void>;
};

const owned = new Set<number>();

// A crashed test run must leave nothing behind: the last resort, by group id, never by name.
process.on("exit", () => {
  for (const pid of owned) signalGroup(pid, "SIGKILL");
});

/** Starts a command in a process group of its own, so that its children end with it. Throws when it cannot start. */
export async function spawnOwned(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<OwnedProcess> {
  const child = spawn(command, [...args], { stdio: ["ignore", "pipe", "pipe"], ...options, detached: true });
  let output = "";
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-1_000_000);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
  const pid = child.pid as number;
  owned.add(pid);
  const stop = async (graceMs = 2000): Promise<void> => {
    signalGroup(pid, "SIGTERM");
    const gone = await Promise.race([exited.then(() => true), sleep(graceMs, false, { ref: false })]);
    // Also after a graceful end: children that outlived the leader are ours too.
    signalGroup(pid, "SIGKILL");
    if (!gone) await exited;
    owned.delete(pid);
  };
  return { child, pid, output: () => output, exited, stop };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
