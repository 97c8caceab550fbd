/** Power with the real ipmitool against real BMC simulators. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  eventually,
  type IpmiBench,
  isAlive,
  machineAt,
  never,
  PASSWORD,
  startIpmiBench,
} from "./support/ipmi-bench.ts";
import { freeUdpPort, startIpmiSim } from "./support/ipmi-sim.ts";

let bench: IpmiBench;
beforeAll(async () => {
  bench = await startIpmiBench("127.45.1.10");
});
afterEach(() => bench.reset());
afterAll(() => bench.end());

describe("a healthy BMC", () => {
  test("is enrolled with the first cipher suite that it takes, and with its GUID", async () => {
    const { command, calls } = bench.recordingIpmitool("enrol");
    const reply = await bench.power({ command }).enrol(bench.machine, never);
    expect(reply).toMatchObject({ ok: true, enrolment: { cipherSuite: 3 } });
    expect(calls().map((call) => /-C (\d+) /.exec(call)?.[1])).toEqual(["17", "3"]);
    expect(reply.ok && (await bench.power().identify(bench.machine, reply.enrolment, never))).toEqual({ ok: true });
  });

  test("reads off, is switched on, reads on, and is switched off hard", async () => {
    const { status, on, hardOff } = bench.power();
    expect(await status(bench.machine, bench.enrolment, never)).toEqual({ ok: true, power: "off" });
    expect(await on(bench.machine, bench.enrolment, never)).toEqual({ ok: true });
    expect(await status(bench.machine, bench.enrolment, never)).toEqual({ ok: true, power: "on" });
    expect(await hardOff(bench.machine, bench.enrolment, never)).toEqual({ ok: true });
    expect(await status(bench.machine, bench.enrolment, never)).toEqual({ ok: true, power: "off" });
  });

  test("is switched off softly when on, and refuses it when off", async () => {
    await bench.bmc.setPower("on");
    expect(await bench.power().softOff(bench.machine, bench.enrolment, never)).toEqual({ ok: true });
    expect(await bench.bmc.power()).toBe("off");
    expect(bench.sets().at(-1)?.what).toBe("shutdown 1");
    const again = await bench.power().softOff(bench.machine, bench.enrolment, never);
    expect(again).toMatchObject({ ok: false, code: "RTK_BMC_REFUSED" });
  });

  test("takes boot flags by one process each, and what it shows of them is read by its bytes", async () => {
    const { command, calls } = bench.recordingIpmitool("boot");
    const { setBootFlags, bootFlags } = bench.power({ command });
    for (const step of ["keep", "bios", "uefi"] as const)
      expect(await setBootFlags(bench.machine, bench.enrolment, step, never), step).toEqual({ ok: true });
    expect(bench.sets().slice(-2)).toMatchObject([{ what: "boot pxe" }, { what: "boot pxe" }]);
    // ipmi_sim keeps no flags: a machine for which nothing shows them.
    const none = { ok: true, flags: { network: false, persistent: false, firmware: "bios" } };
    expect(await bootFlags(bench.machine, bench.enrolment, never)).toEqual(none);
    expect(calls().map((call) => call.replace(/^.* -E /, ""))).toEqual([
      "raw 0x00 0x08 0x03 0x08",
      "chassis bootdev pxe options=persistent",
      "raw 0x00 0x08 0x05 0xe0 0x04 0x00 0x00 0x00",
      "chassis bootparam get 5",
    ]);
    const shown = bench.fakeIpmitool("shown", "echo 'Boot parameter data: e004000000'");
    const kept = { ok: true, flags: { network: true, persistent: true, firmware: "uefi" } };
    expect(await bench.power({ command: shown }).bootFlags(bench.machine, bench.enrolment, never)).toEqual(kept);
  });

  test("of another machine is told by its GUID, and both are named", async () => {
    const other = "4c4c4544004d3510805ab3c04f4e3332";
    const reply = await bench.power().identify(bench.machine, { ...bench.enrolment, guid: other }, never);
    expect(reply).toMatchObject({ ok: false, code: "RTK_BMC_WRONG_GUID", why: expect.stringContaining(other) });
    expect(reply.ok || reply.why.split(" ").some((word) => /^[0-9a-f]{32},?$/.test(word))).toBe(true);
  });

  test("gets one command at a time, the interval apart", async () => {
    const fresh = bench.sets().length;
    const { status, on } = bench.power({ intervalMs: 300 });
    bench.bmc.setFault("get", "sleep 0.2");
    const began = bench.bmc.commands().length;
    await Promise.all([
      status(bench.machine, bench.enrolment, never),
      status(bench.machine, bench.enrolment, never),
      on(bench.machine, bench.enrolment, never),
    ]);
    const times = bench.bmc
      .commands()
      .slice(began)
      .map(({ atMs }) => atMs);
    expect(times).toHaveLength(3);
    expect(bench.sets()).toHaveLength(fresh + 1);
    for (const [index, atMs] of times.slice(1).entries()) expect(atMs - (times[index] ?? 0)).toBeGreaterThan(300);
  });

  test("that offers no such suite says so", async () => {
    const reply = await bench.power().status(bench.machine, { ...bench.enrolment, cipherSuite: 17 }, never);
    expect(reply).toMatchObject({ ok: false, code: "RTK_BMC_CIPHER" });
  });

  test("whose GUID is a placeholder is not enrolled", async () => {
    mkdirSync(join(bench.dir, "anonymous"));
    const options = { dir: join(bench.dir, "anonymous"), name: "m02", password: PASSWORD, guid: "0".repeat(32) };
    const anonymous = await startIpmiSim(options);
    const reply = await bench.power().enrol(machineAt(anonymous.address, anonymous.port), never);
    await anonymous.stop();
    expect(reply).toMatchObject({ ok: false, code: "RTK_BMC_NO_GUID" });
  });
});

describe("a BMC that does not do as asked", () => {
  test("because nothing is there is unreachable, never off", async () => {
    const nowhere = machineAt("127.45.1.11", await freeUdpPort("127.45.1.11"));
    const { status } = bench.power({ retries: { N: 1, R: 1 } });
    const reply = await status(nowhere, bench.enrolment, never);
    expect(reply).toMatchObject({
      ok: false,
      code: "RTK_BMC_UNREACHABLE",
      why: expect.stringContaining("127.45.1.11"),
    });
  });

  test("because it hangs is unreachable, and answers again when it wakes", async () => {
    bench.bmc.pause();
    const { status } = bench.power({ retries: { N: 1, R: 1 } });
    expect(await status(bench.machine, bench.enrolment, never)).toMatchObject({
      ok: false,
      code: "RTK_BMC_UNREACHABLE",
    });
    bench.bmc.resume();
    expect(await status(bench.machine, bench.enrolment, never)).toEqual({ ok: true, power: "off" });
  });

  test("because it refuses is quoted", async () => {
    bench.bmc.setFault("set", "exit 1");
    const reply = await bench.power().on(bench.machine, bench.enrolment, never);
    expect(reply).toMatchObject({ ok: false, code: "RTK_BMC_REFUSED", why: expect.stringContaining("Unspecified") });
    bench.bmc.setFault("get", "exit 1");
    expect(await bench.power().status(bench.machine, bench.enrolment, never)).toMatchObject({
      ok: false,
      code: "RTK_BMC_REFUSED",
    });
  });

  test("because it is slow executes the retransmissions too: one call, several power commands", async () => {
    const before = bench.sets().length;
    const { command, calls } = bench.recordingIpmitool("slow");
    bench.bmc.setFault("set", "sleep 4");
    await bench.power({ command, retries: { N: 1, R: 3 } }).on(bench.machine, bench.enrolment, never);
    await eventually("the duplicate", () => bench.sets().length > before + 1);
    expect(calls()).toHaveLength(1);
    // Wait the backlog out: the next test is another one's.
    bench.bmc.setFault("set", null);
    await expect
      .poll(() => bench.power().status(bench.machine, bench.enrolment, never), { timeout: 30_000 })
      .toMatchObject({ ok: true });
  });

  test("before the deadline may or may not have done it", async () => {
    const before = bench.sets().length;
    bench.bmc.setFault("set", "sleep 3");
    const reply = await bench.power({ deadlineMs: 1_000 }).on(bench.machine, bench.enrolment, never);
    expect(reply).toMatchObject({ ok: false, code: "RTK_BMC_TIMEOUT", why: expect.stringContaining("may or may not") });
    expect(bench.sets().length).toBeGreaterThan(before);
    await eventually(
      "the machine came on all the same",
      () => readFileSync(join(bench.dir, "bmc", "power"), "utf8") === "1\n",
    );
    expect(await bench.bmc.power()).toBe("on");
  });
});

describe("a BMC with a machine behind it", () => {
  test("starts the machine, ends it softly and hard, and frees its own port", async () => {
    mkdirSync(join(bench.dir, "real"));
    const script = "process.on('SIGTERM', () => setTimeout(() => process.exit(), 300)); setInterval(() => {}, 1e6)";
    const options = { dir: join(bench.dir, "real"), name: "m03", password: PASSWORD, address: "127.45.1.12" };
    const sim = await startIpmiSim({ ...options, machineCommand: [process.execPath, "-e", script] });
    const real = machineAt(sim.address, sim.port);
    const { on, softOff, hardOff, status, enrol } = bench.power();
    const enrolled = await enrol(real, never);
    if (!enrolled.ok) throw new Error(enrolled.why);
    expect(await on(real, enrolled.enrolment, never)).toEqual({ ok: true });
    const pid = Number(readFileSync(join(bench.dir, "real", "machine.pid"), "utf8"));
    expect(isAlive(pid)).toBe(true);
    await sleep(300); // until it handles SIGTERM
    expect(await softOff(real, enrolled.enrolment, never)).toEqual({ ok: true });
    await eventually("the end of the machine", () => !isAlive(pid));
    expect(await status(real, enrolled.enrolment, never)).toEqual({ ok: true, power: "off" });
    await on(real, enrolled.enrolment, never);
    expect(await hardOff(real, enrolled.enrolment, never)).toEqual({ ok: true });
    expect(await status(real, enrolled.enrolment, never)).toEqual({ ok: true, power: "off" });
    await on(real, enrolled.enrolment, never);
    const last = Number(readFileSync(join(bench.dir, "real", "machine.pid"), "utf8"));
    await sim.stop();
    expect(isAlive(last)).toBe(false);
    expect(isAlive(sim.pid)).toBe(false);
  });
});
