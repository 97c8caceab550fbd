/** What an operator may order by the CLI: overrides, and the stop that needs nobody's help. */
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { machineName } from "../../src/core/domain/names.ts";
import { newMachineRecord } from "../../src/core/domain/pool-state.ts";
import { cliFor, type Run, type SimulatedDaemon, startSimulatedDaemon } from "./support/cli-bench.ts";
import { freePort } from "./support/ports.ts";

let daemon: SimulatedDaemon;
let retask: Run;

beforeAll(async () => {
  daemon = await startSimulatedDaemon();
  await daemon.simulation.adopt();
  retask = await cliFor(daemon.site);
});
afterAll(() => daemon.stop());

const json = async (...args: string[]) => JSON.parse((await retask([...args, "--json"])).stdout);
const overrides = () => daemon.simulation.controller.state.overrides.map(({ act }) => act.kind);

describe("overriding", () => {
  test("a pause without a scope is an error, and pauses nothing", async () => {
    const pause = await retask(["pause", "--for", "2h", "--reason", "x"]);
    expect(pause).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("--pool for the whole pool") });
    expect(await retask(["pause", "--pool", "--reason", "x"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("say how long it shall hold"),
    });
    expect((await retask(["resume"])).code).toBe(1);
    expect(overrides()).toEqual([]);
  });

  test.each([
    [["--pool"], "the whole pool"],
    [["--role", "web"], "role web"],
    [["--machine", "m07"], "machine m07"],
  ])("pause %s and resume", async (scope, words) => {
    const sure = scope[0] === "--pool" ? ["--confirm", "pool"] : [];
    const why = ["--for", "2h", "--reason", "switch work", "--author", "alice"];
    const pause = await retask(["pause", ...scope, ...why, ...sure]);
    expect(pause.code).toBe(0);
    expect(pause.stdout).toContain(`set: pause of ${words}, by alice, until 2026-11-23 `);
    expect(overrides()).toEqual(["pause"]);
    await daemon.simulation.turn();
    expect((await retask(["status"])).stdout).toContain(`pause of ${words}`);
    expect((await retask(["resume", ...scope, ...sure])).stdout).toContain(`ended: pause of ${words}`);
    expect(overrides()).toEqual([]);
    await daemon.simulation.turn();
  });

  test("maintain, and its end before its time", async () => {
    const why = ["--for", "2h", "--reason", "new fan"];
    const set = await json("maintain", "m07", "--leave-on", ...why);
    expect(set).toMatchObject({ act: { kind: "maintain", machine: "m07", power: "on" }, overrideFloor: false });
    const off = await retask(["maintain", "m07", ...why]);
    expect(off.stdout).toContain("set: maintenance of m07, switched off, by ");
    expect(overrides()).toEqual(["maintain"]);
    const both = await retask(["maintain", "m07", "--end", ...why]);
    expect(both).toMatchObject({ code: 1, stderr: expect.stringContaining("cannot be used with") });
    const end = await retask(["maintain", "m07", "--end", "--reason", "done"]);
    expect(end.stdout).toContain("ended: maintenance of m07, switched off");
    expect(overrides()).toEqual([]);
  });

  test("pin and unpin, force and unforce of a machine; --json is the override itself", async () => {
    const why = ["--for", "2h", "--reason", "new fan"];
    expect(await json("pin", "m07", ...why)).toMatchObject({ act: { kind: "pin", machine: "m07" }, reason: "new fan" });
    expect((await retask(["unpin", "m07"])).stdout).toContain("ended: pin of m07");
    const force = await json(
      "force",
      "machine",
      "m07",
      "--to",
      "spare",
      "--override-floor",
      ...why,
      "--confirm",
      "m07",
    );
    expect(force).toMatchObject({ act: { kind: "forceMachine", machine: "m07", to: "spare" }, overrideFloor: true });
    expect((await retask(["unforce", "machine", "m07"])).stdout).toContain("ended: force of m07 to spare");
    expect(await retask(["unforce", "machine", "m07"])).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("RTK_UNKNOWN_OVERRIDE"),
    });
    expect(await retask(["pin", "m99", ...why])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("RTK_UNKNOWN_MACHINE"),
    });
  });

  const WHY = ["--for", "1h", "--reason", "a sale"];

  test("a force below the floor is refused unless that is said; one that its maximum holds back says so at once", async () => {
    const force = (...what: string[]) => retask(["force", "role", "web", ...what, ...WHY, "--confirm", "web"]);
    expect(await force("--count", "0")).toMatchObject({ code: 1, stderr: expect.stringContaining("RTK_BELOW_FLOOR") });
    expect((await force("--count", "0", "--override-floor")).code).toBe(0);
    const { code, stdout } = await force("--count", "24");
    expect(code).toBe(0);
    expect(stdout).toContain("\nconflict: the maximum of web is 20: it gets no more\n");
    expect(stdout).toMatch(/\nheld back: have 24 machines, because .*maximum/);
    await retask(["unforce", "role", "web", "--confirm", "web"]);
  });

  test("a role is forced to a range or a floor, and to one of them at a time", async () => {
    const force = (...what: string[]) => retask(["force", "role", "web", ...what, ...WHY, "--confirm", "web"]);
    expect((await force("--min", "8", "--max", "12")).stdout).toContain(
      "set: force of web to between 8 and 12 machines",
    );
    expect((await force("--floor", "9")).stdout).toContain("set: force of web to a floor of 9 machines");
    expect(overrides()).toEqual(["forceFloor"]);
    await retask(["unforce", "role", "web", "--confirm", "web"]);
    for (const wrong of [[], ["--min", "8"], ["--count", "8", "--floor", "8"], ["--max", "9", "--floor", "8"]])
      expect(await force(...wrong)).toMatchObject({ code: 1, stdout: "" });
    expect(overrides()).toEqual([]);
  });

  test("a role is paused one way, the pool until it is resumed, and nothing else is", async () => {
    const pause = (...what: string[]) => retask(["pause", ...what, "--reason", "a sale"]);
    const out = await pause("--role", "web", "--only", "out", "--for", "1h");
    expect(out.stdout).toContain("set: pause of role web, none may leave, by ");
    await retask(["resume", "--role", "web"]);
    expect((await pause("--pool", "--until-resumed", "--confirm", "pool")).stdout).toMatch(
      /^set: pause of the whole pool, .* until resumed \(/,
    );
    await retask(["resume", "--pool", "--confirm", "pool"]);
    for (const wrong of [
      ["--pool", "--only", "in", "--for", "1h"],
      ["--role", "web", "--until-resumed"],
      ["--pool", "--until-resumed", "--for", "1h"],
    ])
      expect(await pause(...wrong)).toMatchObject({ code: 1, stdout: "" });
    expect(overrides()).toEqual([]);
  });

  test("the author is whoever called sudo, when nobody else is named", async () => {
    const pin = ["--json", "pin", "m01", "--for", "1h", "--reason", "x"];
    const author = JSON.parse((await retask(pin, { SUDO_USER: "carol" })).stdout).author as string;
    const self = process.getuid?.() === 0 ? "carol" : process.env.USER;
    expect(author).toBe(self);
    await retask(["unpin", "m01"]);
  });

  test("unquarantine lets a machine out as what it is, and refuses one that is not in", async () => {
    const out = ["unquarantine", "m05", "--reason", "power supply replaced"];
    expect(await retask(out)).toMatchObject({ code: 1, stderr: expect.stringContaining("RTK_NOT_QUARANTINED") });
    const { controller } = daemon.simulation;
    const name = machineName("m05");
    const record = controller.state.machines.get(name) ?? newMachineRecord();
    const quarantine = { why: "did not come back", sinceMs: 0, operation: null, expected: null };
    const machines = new Map(controller.state.machines).set(name, { ...record, quarantine });
    controller.state = { ...controller.state, machines };
    expect((await retask(["status"])).stdout).toMatch(/^quarantined\n {2}m05 {2}since .*: did not come back$/m);
    const released = await retask(out);
    expect(released.code).toBe(0);
    expect(released.stdout).toMatch(/^m05 is out of quarantine, recorded as /);
    expect(controller.state.machines.get(name)?.quarantine).toBeNull();
  });
});

describe("stop", () => {
  test("writes its flag with the daemon dead, and takes it back", async () => {
    const url = ["--url", `http://127.0.0.1:${await freePort()}`];
    const stop = await retask([...url, "stop", "--reason", "smoke in rack 2", "--author", "alice"]);
    expect(stop).toMatchObject({ code: 0, stderr: expect.stringContaining("no daemon confirmed it") });
    expect(readFileSync(daemon.stopFlag, "utf8")).toBe("alice: smoke in rack 2\n");
    expect((await retask(["stop", "--clear"])).stdout).toContain("no longer stopped");
    expect(existsSync(daemon.stopFlag)).toBe(false);
    expect((await retask(["stop", "--clear"])).stdout).toContain("it was not stopped");
  });

  test("writes its flag with the daemon hung, and does not hang with it", async () => {
    const hung = createServer(() => {});
    await new Promise<void>((resolve) => hung.listen(0, "127.0.0.1", resolve));
    const { port } = hung.address() as { port: number };
    const stopped = await json("--url", `http://127.0.0.1:${port}`, "stop", "--reason", "it hangs");
    expect(stopped).toMatchObject({ flag: daemon.stopFlag, confirmed: false });
    expect(existsSync(daemon.stopFlag)).toBe(true);
    hung.closeAllConnections();
    await new Promise((resolve) => hung.close(resolve));
    await retask(["stop", "--clear"]);
  });

  test("is confirmed by a daemon that has seen it", async () => {
    const status = JSON.stringify({ health: "holding", reasons: [], mode: "auto", modes: { stop: "stopped" } });
    const obedient = createServer((_, response) => void response.end(existsSync(daemon.stopFlag) ? status : "{}"));
    await new Promise<void>((resolve) => obedient.listen(0, "127.0.0.1", resolve));
    const { port } = obedient.address() as { port: number };
    expect(await json("--url", `http://127.0.0.1:${port}`, "stop")).toMatchObject({ confirmed: true });
    await new Promise((resolve) => obedient.close(resolve));
    await retask(["stop", "--clear"]);
  });

  test("says what to do where it may not write", async () => {
    const store = join(daemon.site, "retask.yaml", "retask.db");
    const elsewhere = await cliFor(await daemon.otherSite(store));
    const stop = await elsewhere(["stop"]);
    expect(stop).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("can't be written (EEXIST)") });
    expect(stop.stderr).toContain("as root or as retask's user");
  });
});
