/** `retask machines --watch`: a table that follows the pool, on a terminal and in a pipe, and ends cleanly. */
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { machineName } from "../../src/core/domain/names.ts";
import { newMachineRecord } from "../../src/core/domain/pool-state.ts";
import { builtFile } from "./support/built.ts";
import { type SimulatedDaemon, startSimulatedDaemon } from "./support/cli-bench.ts";

let daemon: SimulatedDaemon;

beforeAll(async () => {
  daemon = await startSimulatedDaemon();
  await daemon.simulation.adopt();
});
afterAll(() => daemon.stop());

function quarantine(name: string): void {
  const { controller } = daemon.simulation;
  const machine = machineName(name);
  const record = controller.state.machines.get(machine) ?? newMachineRecord();
  const because = { why: "did not come back", sinceMs: 1, operation: null, expected: null };
  const machines = new Map(controller.state.machines).set(machine, { ...record, quarantine: because });
  controller.state = { ...controller.state, machines };
}

async function watching(...options: string[]) {
  const main = await builtFile("cli/main.js");
  const child = spawn(process.execPath, [main, "--site", daemon.site, "machines", "--watch", ...options]);
  return followed(child);
}

async function watchingOnTerminal() {
  const main = await builtFile("cli/main.js");
  const line = `stty rows 12 columns 60; exec '${process.execPath}' '${main}' --site '${daemon.site}' machines --watch`;
  return followed(spawn("script", ["-qec", line, "/dev/null"], { env: { ...process.env, TERM: "xterm" } }));
}

function followed(child: ReturnType<typeof spawn>) {
  const seen = { text: "" };
  child.stdout?.on("data", (chunk: Buffer) => {
    seen.text += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { seen, child, ended };
}

test("a pipe gets the table once for each change, without a single escape", async () => {
  const { seen, child, ended } = await watching("--rack", "r1");
  await vi.waitFor(() => expect(seen.text).toContain("m01"), 20_000);
  // Ticks that change nothing print nothing; it looks once a second.
  for (let i = 0; i < 3; i++) {
    await daemon.simulation.turn();
    await sleep(1_200);
  }
  quarantine("m01");
  await daemon.simulation.turn();
  await vi.waitFor(() => expect(seen.text).toMatch(/m01 +web +quarantined/), 20_000);
  child.kill("SIGINT");
  expect(await ended).toBe(0);
  expect(seen.text).not.toContain("\u001b");
  const tables = seen.text.split(/^(?=rack)/m);
  expect(tables.some((table, at) => at > 0 && table === tables[at - 1])).toBe(false);
});

test("for a program each change is a document in one line", async () => {
  const { seen, child, ended } = await watching("--rack", "r1", "--json");
  await vi.waitFor(() => expect(seen.text).toContain("\n"), 20_000);
  child.kill("SIGTERM");
  await ended;
  const [first = ""] = seen.text.split("\n");
  expect(JSON.parse(first)).toMatchObject({ version: 1, kind: "machines", machines: expect.any(Array) });
});

test("a terminal gets it on its other screen, as high as it is, and has its own back after Ctrl-C", async () => {
  const { seen, child, ended } = await watchingOnTerminal();
  await vi.waitFor(() => expect(seen.text).toContain("24 machines:"), 20_000);
  expect(seen.text).toContain("\u001b[?1049h");
  expect(seen.text).toMatch(/and 17 more/);
  child.stdin?.write("\u0003");
  expect(await ended).toBe(0);
  expect(seen.text.trimEnd().endsWith("\u001b[?25h\u001b[?1049l")).toBe(true);
});
