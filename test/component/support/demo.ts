/** `retask demo` as a process of its own, with its site's directory as it says it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "vitest";
import { builtFile } from "./built.ts";

export interface Demo {
  /** What `RETASK_SITE` is to be. */
  readonly site: string;
  /** All that it has said so far. */
  said(): string;
  /** As by Ctrl-C; its exit code. */
  interrupt(): Promise<number | null>;
  kill(): void;
}

/** `speed`: simulated seconds a second. */
export async function startDemo(speed: number): Promise<Demo> {
  const main = await builtFile("cli/main.js");
  const child: ChildProcess = spawn(process.execPath, [main, "demo", "--speed", String(speed), "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout?.on("data", (text: Buffer) => {
    said += text.toString();
  });
  const siteSaid = (): string | undefined => /export RETASK_SITE=(\S+) TZ=\S+/.exec(said)?.[1];
  await expect.poll(siteSaid, { timeout: 60_000 }).toBeDefined();
  return {
    site: siteSaid() ?? "",
    said: () => said,
    interrupt: async () => {
      const ended = once(child, "exit");
      child.kill("SIGINT");
      const [code] = (await ended) as [number | null];
      return code;
    },
    kill: () => void child.kill("SIGKILL"),
  };
}
