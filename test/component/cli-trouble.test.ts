/** What the CLI says when something is wrong, and what it lets through to a terminal. */
import { execFile } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { machineName } from "../../src/core/domain/names.ts";
import { builtFile } from "./support/built.ts";
import { cliFor, onTerminal, type Run, type SimulatedDaemon, startSimulatedDaemon } from "./support/cli-bench.ts";
import { freePort } from "./support/ports.ts";

const ESCAPES = "\u001b[";
let daemon: SimulatedDaemon;
let retask: Run;

beforeAll(async () => {
  daemon = await startSimulatedDaemon();
  await daemon.simulation.adopt();
  retask = await cliFor(daemon.site);
});
afterAll(() => daemon.stop());

const overrides = () => daemon.simulation.controller.state.overrides.map(({ act }) => act.kind);

describe("what goes wrong is said once, on standard error, with what to do", () => {
  test("nobody listens", async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { code, stdout, stderr } = await retask(["--url", url, "status"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(`no retask answers at ${url} (connection refused)`);
    expect(stderr).toContain("systemctl status retask");
  });

  test("there is no token, or the wrong one", async () => {
    const pin = ["pin", "m07", "--for", "1h", "--reason", "x"];
    const missing = await retask(["--token-file", "/nowhere/token", ...pin]);
    expect(missing).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("/nowhere/token can't be read"),
    });
    const wrong = await retask(pin, { RETASK_TOKEN: "rtk_000000000000000000000000" });
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining("does not know this token") });
    const stranger = await cliFor(await daemon.otherSite("/nowhere/retask.db"));
    const without = await stranger(["--url", daemon.url, ...pin]);
    expect(without).toMatchObject({ code: 1, stderr: expect.stringContaining("--token-file or RETASK_TOKEN") });
    expect(overrides()).toEqual([]);
    expect((await stranger(["--url", daemon.url, "status"])).code).toBe(0);
  });

  test("a command is mistyped", async () => {
    expect(await retask(["stauts"])).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("Did you mean status?"),
    });
    expect((await retask(["--help"])).code).toBe(0);
  });
});

describe("the terminal", () => {
  test("gets colours, unless NO_COLOR is set; a pipe gets none", async () => {
    expect((await onTerminal(daemon.site, ["status"])).screen).toContain(ESCAPES);
    expect((await onTerminal(daemon.site, ["status"], "", { NO_COLOR: "1" })).screen).not.toContain(ESCAPES);
    expect((await retask(["status"])).stdout).not.toContain(ESCAPES);
  });

  test("is not steered by what others wrote", async () => {
    const { controller } = daemon.simulation;
    const reason = "\u001b[2J\u001b]0;owned\u0007\nhealthy \u202e";
    const before = controller.state;
    const override = { kind: "pin", machine: machineName("m01") } as const;
    await retask(["pin", "m01", "--for", "1h", "--reason", "x"]);
    const [pinned] = controller.state.overrides;
    if (pinned === undefined) throw new Error("the pin was not set");
    controller.state = { ...controller.state, overrides: [{ ...pinned, act: override, reason }] };
    const { stdout } = await retask(["status"]);
    expect(stdout.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(stdout).toContain("\\x1b[2J\\x1b]0;owned\\x07\\nhealthy \\u{202e}");
    const raw = await retask(["--json", "status"]);
    expect(raw.stdout.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(JSON.parse(raw.stdout).overrides[0].reason).toBe(reason);
    controller.state = before;
  });

  test("a reader that has seen enough is no error", async () => {
    const main = await builtFile("cli/main.js");
    const line = `"${process.execPath}" "${main}" reference | head -1`;
    const stderr = await new Promise<string>((resolve) => {
      execFile("sh", ["-c", line], (_, __, said) => resolve(said));
    });
    expect(stderr).toBe("");
  });
});
