/** The real daemon as a process of its own, its API, and an ipmitool in its PATH that records every call. */
import { appendFileSync, readFileSync } from "node:fs";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { builtFile } from "../built.ts";
import { type OwnedProcess, spawnOwned, waitFor } from "../ports.ts";

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

export interface RetaskDaemon {
  /** Resolves when the API answers and the first tick has ended. */
  readonly start: (...options: readonly string[]) => Promise<void>;
  /** In order: SIGTERM, and its exit code. */
  readonly end: () => Promise<number | null>;
  /** `kill -9`, of the daemon alone: an ipmitool that it started goes on. */
  readonly kill: () => Promise<void>;
  /** Waits until it has ended by itself, or by another's hand. */
  readonly crashed: () => Promise<void>;
  /** Of the process that runs now. */
  readonly pid: () => number;
  /** All that it ever logged, over all starts. */
  readonly log: () => string;
  readonly get: <T = unknown>(path: string) => Promise<T>;
  /** A write with the first token. */
  readonly write: <T = unknown>(method: string, path: string, body: unknown) => Promise<Answer<T>>;
}

export interface DaemonPlaces {
  /** An existing directory. */
  readonly dir: string;
  readonly site: string;
  readonly listen: string;
  readonly tokenFile: string;
  readonly ipmitool: RecordingIpmitool;
}

const START_MS = 60_000;

export function retaskDaemon({ dir, site, listen, tokenFile, ipmitool }: DaemonPlaces): RetaskDaemon {
  const url = `http://${listen}`;
  const earlier = join(dir, "daemon.log");
  let running: OwnedProcess | null = null;
  const get = async <T>(path: string): Promise<T> => {
    const answer = await fetch(url + path, { signal: AbortSignal.timeout(10_000) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${text}`);
    return (path === "/metrics" ? text : JSON.parse(text)) as T;
  };
  const ended = async (): Promise<number | null> => {
    if (running === null) return null;
    const { code } = await running.exited;
    await running.stop();
    appendFileSync(earlier, running.output());
    running = null;
    return code;
  };
  return {
    start: async (...options) => {
      if (running !== null) throw new Error("the daemon is running already");
      const main = await builtFile("cli/main.js");
      running = await spawnOwned(process.execPath, [main, "serve", "--site", site, ...options], {
        env: { PATH: `${ipmitool.bin}:${process.env.PATH ?? ""}`, HOME: dir },
      });
      const { output, exited } = running;
      const ready = waitFor(async () => (await fetch(`${url}/readyz`)).ok, START_MS, "the daemon to be ready");
      const failed = exited.then(({ code }) => Promise.reject(new Error(`it ended at once, exit code ${code}`)));
      await Promise.race([ready, failed]).catch((error) => {
        throw new Error(`the daemon did not start:\n${output()}`, { cause: error });
      });
    },
    end: async () => {
      running?.child.kill("SIGTERM");
      return ended();
    },
    kill: async () => {
      running?.child.kill("SIGKILL");
      await ended();
    },
    crashed: async () => {
      await ended();
    },
    pid: () => running?.pid ?? 0,
    log: () => readText(earlier) + (running?.output() ?? ""),
    get,
    write: async <T>(method: string, path: string, body: unknown) => {
      const token = (await readFile(tokenFile, "utf8")).trim();
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const answer = await fetch(url + path, { method, headers, body: JSON.stringify(body) });
      return { status: answer.status, body: (await answer.json()) as T };
    },
  };
}

export interface RecordingIpmitool {
  /** Goes first in PATH. */
  readonly bin: string;
  /** Each call's argv in one line, oldest first. */
  readonly calls: () => string[];
  /** Shell text that runs before, or after, each call; it finds the argv in `$*` and the caller in `$PPID`. */
  readonly meddle: (when: "before" | "after", script: string | null) => Promise<void>;
}

export async function recordingIpmitool(dir: string): Promise<RecordingIpmitool> {
  const bin = join(dir, "bin");
  const calls = join(dir, "ipmitool.calls");
  const [before, after] = [join(dir, "ipmitool.before"), join(dir, "ipmitool.after")];
  await mkdir(bin);
  await writeFile(
    join(bin, "ipmitool"),
    `#!/bin/sh
echo "$*" >>${calls}
[ ! -f ${before} ] || . ${before}
/usr/bin/ipmitool "$@"
code=$?
[ ! -f ${after} ] || . ${after}
exit $code
`,
  );
  await chmod(join(bin, "ipmitool"), 0o755);
  return {
    bin,
    calls: () => readText(calls).split("\n").slice(0, -1),
    meddle: async (when, script) => {
      const file = when === "before" ? before : after;
      await (script === null ? rm(file, { force: true }) : writeFile(file, `${script}\n`));
    },
  };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
