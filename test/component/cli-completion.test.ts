/** Completion in the shells themselves: what they offer when the key is pressed, with a daemon that knows names and without. */
import { execFile, spawn } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtFile } from "./support/built.ts";
import { cliFor, type Run, type SimulatedDaemon, startSimulatedDaemon } from "./support/cli-bench.ts";
import { freePort } from "./support/ports.ts";

const run = promisify(execFile);
let daemon: SimulatedDaemon;
let retask: Run;
let bin: string;

beforeAll(async () => {
  daemon = await startSimulatedDaemon();
  await daemon.simulation.adopt();
  retask = await cliFor(daemon.site);
  // As it is installed: a command of its own name.
  bin = join(daemon.site, "../bin");
  await mkdir(bin);
  await writeFile(
    join(bin, "retask"),
    `#!/bin/sh\nexec '${process.execPath}' '${await builtFile("cli/main.js")}' "$@"\n`,
  );
  await chmod(join(bin, "retask"), 0o755);
});
afterAll(() => daemon.stop());

const environment = () => ({ PATH: `${bin}:/usr/bin:/bin`, RETASK_SITE: daemon.site, HOME: bin, TERM: "dumb" });

/** What bash offers when the key is pressed at the end of the line, asked of its own completion function. */
async function inBash(line: string): Promise<string[]> {
  const words = line.split(" ");
  const script = `
    source <(retask completion bash)
    COMP_LINE=${JSON.stringify(line)} COMP_POINT=${line.length}
    COMP_WORDS=(${words.map((word) => JSON.stringify(word)).join(" ")}) COMP_CWORD=${words.length - 1}
    $(complete -p retask | sed 's/.*-F \\([^ ]*\\).*/\\1/')
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = await run("bash", ["--norc", "-c", script], { env: environment() });
  expect(stderr).toBe("");
  return stdout.trim().split("\n");
}

/** Fish has a builtin for it. */
async function inFish(line: string): Promise<string[]> {
  const script = `retask completion fish | source; complete -C ${JSON.stringify(line)}`;
  return (await run("fish", ["--no-config", "-c", script], { env: environment() })).stdout.trim().split("\n");
}

/** Zsh completes only where somebody types, so a terminal is typed at. */
async function inZsh(line: string): Promise<string> {
  const child = spawn("script", ["-qec", "zsh -f -i", "/dev/null"], { env: environment() });
  let screen = "";
  child.stdout.on("data", (chunk: Buffer) => {
    screen += chunk.toString();
  });
  const until = async (text: string): Promise<void> => {
    for (let i = 0; i < 300 && !screen.includes(text); i++) await new Promise((resolve) => setTimeout(resolve, 100));
    expect(screen).toContain(text);
  };
  child.stdin.write("PS1=; autoload -U compinit; compinit -u -D; eval \"$(retask completion zsh)\"; echo rea''dy\n");
  await until("ready");
  screen = "";
  child.stdin.write(`${line}\t`);
  // What is offered comes below the line that was typed.
  await until("\n");
  await new Promise((resolve) => setTimeout(resolve, 500));
  child.kill("SIGKILL");
  return screen;
}

describe("bash", () => {
  test.each([
    ["retask sta", ["status"]],
    ["retask force mach", ["machine"]],
    ["retask force machine m0", ["m01", "m02", "m03", "m04", "m05", "m06", "m07", "m08", "m09"]],
    ["retask force machine m07 --to ", ["compile", "web", "spare"]],
    ["retask machines --state qu", ["quarantined"]],
  ])("%s", async (line, expected) => {
    expect(await inBash(line)).toEqual(expected);
  });
});

test("fish offers each with what it is", async () => {
  expect(await inFish("retask sta")).toEqual(["status\tshow the pool at a glance: healthy, or why not"]);
  expect(await inFish("retask explain w")).toEqual(["web"]);
});

test("zsh", async () => {
  expect(await inZsh("retask force machine m2")).toMatch(/m20 +m21 +m22 +m23 +m24/);
});

describe("without a daemon", () => {
  test("commands are completed, names are not, and nothing is said", async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const names = await retask(["complete", "--", "--url", url, "force", "machine", ""]);
    expect(names).toEqual({ code: 0, stdout: "", stderr: "" });
    const commands = await retask(["complete", "--", "--url", url, "force", ""]);
    expect(commands.stdout).toMatch(/^machine\t/);
  });

  test("a hung one is not waited for", async () => {
    const { createServer } = await import("node:http");
    const hung = createServer(() => {});
    await new Promise<void>((resolve) => hung.listen(0, "127.0.0.1", resolve));
    const { port } = hung.address() as { port: number };
    const beganMs = performance.now();
    const names = await retask(["complete", "--", "--url", `http://127.0.0.1:${port}`, "pin", ""]);
    // Its deadline is 0.6 s; the CLI's usual one is 10 s.
    expect(performance.now() - beganMs).toBeLessThan(8_000);
    expect(names).toEqual({ code: 0, stdout: "", stderr: "" });
    hung.closeAllConnections();
    await new Promise((resolve) => hung.close(resolve));
  });
});
