/** Traffic by an operator's own commands: real processes, real process groups. */
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { roleName } from "../../src/core/domain/names.ts";
import type { TrafficFact } from "../../src/core/domain/observation.ts";
import { trafficSchema } from "../../src/core/domain/traffic-policy.ts";
import type { Traffic } from "../../src/world/ports.ts";
import { policyTraffic } from "../../src/world/traffic/policy-traffic.ts";
import { someMachine } from "../unit/traffic/some-machine.ts";
import { temporaryDirectory, waitFor } from "./support/ports.ts";

const web = roleName("web");
const m01 = someMachine("m01", "10.0.3.17");
const m02 = someMachine("m02", "10.0.3.18");

let dir: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ path: dir, remove } = await temporaryDirectory());
});
afterEach(() => remove());

const start = (dryRun = false): Traffic =>
  policyTraffic({
    haproxySockets: [],
    dryRun,
    logger: pino({ enabled: false }),
    clock: { wallMs: () => Date.now(), monotonicMs: () => performance.now(), deadline: AbortSignal.timeout },
  });

const soon = (ms = 10_000): AbortSignal => AbortSignal.timeout(ms);
const file = (name: string): string => join(dir, name);

async function script(name: string, ...lines: string[]): Promise<string> {
  await writeFile(file(name), ["#!/bin/sh", ...lines, ""].join("\n"));
  await chmod(file(name), 0o755);
  return file(name);
}

/** The same command for off and on, told which as its first argument. */
const hook = (command: string, deadline = "10s", ...rest: string[]) =>
  trafficSchema.parse({ hook: { off: [command, "off", ...rest], on: [command, "on", ...rest], deadline } });

async function factOf(traffic: Traffic, policy: ReturnType<typeof hook>): Promise<TrafficFact | undefined> {
  return (await traffic.read(web, policy, [m01, m02], soon())).get(m01.name);
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test("values go in as whole arguments, never through a shell, and the fact is what was last told", async () => {
  const command = await script("lb", `for word in "$@"; do echo "$word" >> ${file("calls")}; done`);
  const policy = hook(command, "10s", "{machine}", "--at={ip}", "$(touch pwned) ; {role}", "{other}");
  const traffic = start();
  expect(await factOf(traffic, policy)).toMatchObject({ kind: "unknown" });

  expect(await traffic.off(web, policy, m01, soon())).toEqual({ ok: true, changed: true });
  expect(await readFile(file("calls"), "utf8")).toBe("off\nm01\n--at=10.0.3.17\n$(touch pwned) ; web\n{other}\n");
  expect(await factOf(traffic, policy)).toEqual({ kind: "off", busy: null });
  expect(await traffic.off(web, policy, m01, soon())).toEqual({ ok: true, changed: false });
  expect(await traffic.on(web, policy, m01, soon())).toEqual({ ok: true, changed: true });
  expect(await factOf(traffic, policy)).toEqual({ kind: "on", up: true });
});

test("the deadline kills the hook, its children and its grandchildren", async () => {
  const command = await script(
    "slow",
    `sh -c 'sleep 300 & echo $! > ${file("grandchild")}; wait' &`,
    "echo about to wait",
    "wait",
  );
  const traffic = start();
  const outcome = await traffic.off(web, hook(command, "1s"), m01, soon());
  expect(outcome).toMatchObject({ ok: false, code: "RTK_HOOK_TIMEOUT" });
  expect(outcome).toMatchObject({ why: expect.stringContaining("it said: about to wait") });
  const grandchild = Number(await readFile(file("grandchild"), "utf8"));
  expect(grandchild).toBeGreaterThan(1);
  await waitFor(() => !isRunning(grandchild), 5_000, "the grandchild's end");
});

test("the caller's signal ends a hook that may still run by its own deadline", async () => {
  const command = await script("slow", `echo $$ > ${file("pid")}`, "exec sleep 300");
  expect(await start().off(web, hook(command, "10m"), m01, soon(500))).toMatchObject({ code: "RTK_HOOK_TIMEOUT" });
  const pid = Number(await readFile(file("pid"), "utf8"));
  await waitFor(() => !isRunning(pid), 5_000, "the hook's end");
});

test("a failure tells the exit code and what the hook said, made harmless", async () => {
  const command = await script("bad", "printf 'no \\033[31msuch\\r\\npool' >&2", "exit 7");
  const outcome = await start().on(web, hook(command), m01, soon());
  expect(outcome).toMatchObject({ ok: false, code: "RTK_HOOK_FAILED" });
  expect(outcome).toMatchObject({ why: expect.stringMatching(/exited 7;.*it said: no \\x1b\[31msuch\\x0d\\npool$/) });
});

test("a call that fails leaves the state unknown, since it may have had its effect", async () => {
  const command = await script("half", `test "$1" = on && exit 0; exit 1`);
  const [policy, traffic] = [hook(command), start()];
  await traffic.on(web, policy, m01, soon());
  expect(await factOf(traffic, policy)).toEqual({ kind: "on", up: true });
  await traffic.off(web, policy, m01, soon());
  expect(await factOf(traffic, policy)).toMatchObject({ kind: "unknown" });
});

test("endless output neither blocks the hook nor fills the memory", async () => {
  const command = await script("loud", "head -c 30000000 /dev/zero | tr '\\0' x", "exit 3");
  const outcome = await start().on(web, hook(command, "30s"), m01, soon(30_000));
  expect(outcome).toMatchObject({ ok: false, code: "RTK_HOOK_FAILED" });
  expect(JSON.stringify(outcome).length).toBeLessThan(2_000);
});

test("a hook that leaves something in the background ends when it ends itself", async () => {
  const command = await script("daemon", `sleep 300 & echo $! > ${file("left")}`);
  expect(await start().on(web, hook(command), m01, soon())).toMatchObject({ ok: true });
  const left = Number(await readFile(file("left"), "utf8"));
  expect(isRunning(left)).toBe(true);
  process.kill(left, "SIGKILL");
});

test("a hook that can't be started says so", async () => {
  const outcome = await start().on(web, hook("/nonexistent/lb"), m01, soon());
  expect(outcome).toMatchObject({ ok: false, code: "RTK_HOOK_MISSING", why: expect.stringContaining("ENOENT") });
});

test("the daemon's environment stays out of the hook", async () => {
  process.env.RETASK_TEST_SECRET = "hidden";
  try {
    const command = await script("env", `env > ${file("env")}`);
    await start().on(web, hook(command), m01, soon());
    const seen = await readFile(file("env"), "utf8");
    expect(seen).toContain("PATH=");
    expect(seen).not.toContain("hidden");
  } finally {
    delete process.env.RETASK_TEST_SECRET;
  }
});

test("calls for one machine never overlap: a slow off is over before the on that follows it", async () => {
  const command = await script("order", `test "$1" = off && sleep 0.5`, `echo "$1 $2" >> ${file("calls")}`);
  const [policy, traffic] = [hook(command, "10s", "{machine}"), start()];
  await Promise.all([
    traffic.off(web, policy, m01, soon()),
    traffic.on(web, policy, m01, soon()),
    traffic.on(web, policy, m02, soon()),
  ]);
  expect(await readFile(file("calls"), "utf8")).toBe("on m02\noff m01\non m01\n");
  expect(await factOf(traffic, policy)).toEqual({ kind: "on", up: true });
});

test("in dry run no hook is spawned", async () => {
  const command = await script("lb", `touch ${file("called")}`);
  const [policy, traffic] = [hook(command), start(true)];
  expect(await traffic.off(web, policy, m01, soon())).toMatchObject({ ok: false, code: "RTK_DRY_RUN" });
  expect(await traffic.on(web, policy, m01, soon())).toMatchObject({ ok: false, code: "RTK_DRY_RUN" });
  await factOf(traffic, policy);
  await expect(readFile(file("called"))).rejects.toThrow("ENOENT");
});
