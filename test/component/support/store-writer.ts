/** Starts, watches and kills a process that does nothing but journal. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { builtFile } from "./built.ts";

const SCRIPT = fileURLToPath(new URL("store-writer.mjs", import.meta.url));

export interface StoreWriter {
  /** Waits for a line for which `wanted` holds; throws when the process ends before it. */
  said(wanted: (line: string) => boolean): Promise<void>;
  /** SIGKILL, and then all that it had printed. */
  kill(): Promise<readonly string[]>;
  /** Waits for its own end, and then all that it had printed. */
  ended(): Promise<readonly string[]>;
}

/** `maxFileKiB`: as a full disk, by the kernel's limit on file sizes. */
export async function startStoreWriter(file: string, count: number, maxFileKiB?: number): Promise<StoreWriter> {
  const command = [process.execPath, SCRIPT, await builtFile("store/sqlite-store.js"), file, String(count)];
  const child =
    maxFileKiB === undefined
      ? spawn(process.execPath, command.slice(1), { stdio: ["ignore", "pipe", "inherit"] })
      : // dash counts in blocks of 512 bytes.
        spawn("sh", ["-c", `ulimit -f ${maxFileKiB * 2}; exec "$@"`, "sh", ...command], {
          stdio: ["ignore", "pipe", "inherit"],
        });
  onTestFinished(() => void child.kill("SIGKILL"));
  return watch(child);
}

function watch(child: ChildProcess): StoreWriter {
  let printed = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  const closed = once(child, "close");
  // The last line counts only when it is whole: the kill may have cut it.
  const lines = (): string[] => printed.split("\n").slice(0, -1);
  const ended = async (): Promise<readonly string[]> => {
    await closed;
    return lines();
  };
  return {
    said: async (wanted) => {
      while (!lines().some(wanted)) {
        const ending = closed.then(() => "closed" as const);
        const next = once(child.stdout as NodeJS.ReadableStream, "data");
        if ((await Promise.race([next, ending])) === "closed") throw new Error(`it ended early: ${printed}`);
      }
    },
    kill: () => {
      child.kill("SIGKILL");
      return ended();
    },
    ended,
  };
}
