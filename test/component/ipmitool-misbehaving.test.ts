/** Power with an ipmitool that hangs, floods, lies, is broken or is not there. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { checkIpmitool } from "../../src/world/power/check-ipmitool.ts";
import { eventually, type IpmiBench, isAlive, never, startIpmiBench } from "./support/ipmi-bench.ts";

let bench: IpmiBench;
beforeAll(async () => {
  bench = await startIpmiBench("127.45.3.10");
});
afterEach(() => bench.reset());
afterAll(() => bench.end());

describe("an ipmitool that misbehaves", () => {
  const hanging = (name: string) => {
    const pids = join(bench.dir, `${name}.pids`);
    const command = bench.fakeIpmitool(name, `sleep 600 &\necho $$ $! > ${pids}.new; mv ${pids}.new ${pids}; wait`);
    const started = () => readdirSync(bench.dir).includes(`${name}.pids`);
    const pidsOf = () => readFileSync(pids, "utf8").trim().split(" ").map(Number);
    return { command, started, pidsOf };
  };

  test("by hanging is killed at the deadline with all that it started", async () => {
    const { command, pidsOf } = hanging("hanging");
    const reply = await bench.power({ command, deadlineMs: 1_500 }).status(bench.machine, bench.enrolment, never);
    expect(reply).toMatchObject({ ok: false, code: "RTK_BMC_TIMEOUT" });
    expect(pidsOf()).toHaveLength(2);
    await eventually("an empty process group", () => !pidsOf().some(isAlive));
  });

  test("by hanging is killed with all that it started when the caller gives up", async () => {
    const { command, started, pidsOf } = hanging("abandoned");
    const controller = new AbortController();
    const reply = bench.power({ command }).hardOff(bench.machine, bench.enrolment, controller.signal);
    await eventually("a process", started);
    controller.abort();
    expect(await reply).toMatchObject({
      ok: false,
      code: "RTK_BMC_TIMEOUT",
      why: expect.stringContaining(
        "was cut short by retask and was killed; what was asked for may or may not have happened",
      ),
    });
    await eventually("an empty process group", () => !pidsOf().some(isAlive));
  });

  test("keeps a reading waiting, and the reading's deadline passes without a process", async () => {
    const { command, started } = hanging("blocking");
    const { status } = bench.power({ command, deadlineMs: 5_000 });
    const first = new AbortController();
    const running = status(bench.machine, bench.enrolment, first.signal);
    await eventually("a process", started);
    const waited = await status(bench.machine, bench.enrolment, AbortSignal.timeout(100));
    expect(waited).toMatchObject({
      ok: false,
      code: "RTK_BMC_TIMEOUT",
      why: expect.stringContaining("nothing was sent"),
    });
    first.abort();
    await running;
  });

  test("by endless output neither fills memory nor passes for an answer", async () => {
    const command = bench.fakeIpmitool("endless", "yes 'Chassis Power is off'");
    const reply = await bench.power({ command, deadlineMs: 1_000 }).status(bench.machine, bench.enrolment, never);
    expect(reply).toMatchObject({ ok: false, code: "RTK_BMC_TIMEOUT" });
  });

  test.each([
    ["nothing", "true"],
    ["other words", "echo Chassis Power is unknown"],
    ["both states", "echo Chassis Power is on; echo Chassis Power is off"],
  ])("by succeeding with %s is unknown, never off", async (_, script) => {
    const reply = await bench
      .power({ command: bench.fakeIpmitool("garbled", script) })
      .status(bench.machine, bench.enrolment, never);
    expect(reply).toMatchObject({ ok: false, code: "RTK_BMC_GARBLED" });
  });

  test("by being absent is named", async () => {
    const command = join(bench.dir, "no-such-ipmitool");
    const reply = await bench.power({ command }).status(bench.machine, bench.enrolment, never);
    expect(reply).toMatchObject({ ok: false, code: "RTK_IPMITOOL_MISSING" });
    expect(await checkIpmitool(command)).toMatchObject({ ok: false, code: "RTK_IPMITOOL_MISSING" });
  });

  test("by a damaged file of enterprise numbers is broken, though -V still works", async () => {
    const home = join(bench.dir, "home");
    mkdirSync(join(home, ".local/usr/share/misc"), { recursive: true });
    writeFileSync(join(home, ".local/usr/share/misc/enterprise-numbers.txt"), "<html>404</html>\n");
    const command = bench.fakeIpmitool("damaged", `HOME=${home} exec ipmitool "$@"`);
    expect(await checkIpmitool(command)).toMatchObject({ ok: false, code: "RTK_IPMITOOL_BROKEN" });
    const reply = await bench.power({ command }).status(bench.machine, bench.enrolment, never);
    expect(reply).toMatchObject({ ok: false, code: "RTK_IPMITOOL_BROKEN", why: expect.stringContaining("1.8.19") });
  });

  test("is not what is installed here", async () => {
    expect(await checkIpmitool()).toEqual({ ok: true, version: expect.stringMatching(/^\d+\.\d+/) });
  });
});
