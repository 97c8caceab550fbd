/** A machine joins and leaves a real farm by `retask fleet`: its BMC, its boot link, its first boot, and its way out. */
import { existsSync } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { MachineAnswer } from "../../src/cli/answers.ts";
import type { FleetAdded, FleetRemoved } from "../../src/cli/text/fleet-text.ts";
import { cliFor, type Run } from "./support/cli-bench.ts";
import { type IpmiSim, startIpmiSim } from "./support/ipmi-sim.ts";
import { hexAddress } from "./support/real-farm/addresses.ts";
import { diagnose } from "./support/real-farm/diagnose.ts";
import { type Farm, startFarm } from "./support/real-farm/farm.ts";
import { eventually } from "./support/real-farm/look.ts";
import { BMC_PASSWORD, type FarmMachine, startMachine } from "./support/real-farm/machines.ts";
import { COMPILE_IMAGE } from "./support/real-farm/tftp-root.ts";

const LEAVE_MS = 120_000;
let farm: Farm;
let retask: Run;
let spare: FarmMachine;
let twin: IpmiSim;

beforeAll(async () => {
  farm = await startFarm({ web: 2, compile: 1, webHoldDown: "1h", compileFloor: 1 });
  const at = (last: number): string => (farm.machines[0]?.ip ?? "").replace(/\d+$/, String(last));
  const subnet = { machine: at, bmc: (index: number) => at(100 + index), release: async () => {} };
  spare = await startMachine({ name: "m9", index: 9, subnet, dir: farm.dir, tftp: farm.tftpd.address, bootMs: 300 });
  const guid = farm.machine("m1").bmc.guid;
  twin = await startIpmiSim({
    dir: join(farm.dir, "twin"),
    name: "twin",
    password: BMC_PASSWORD,
    address: at(120),
    guid,
  });
  retask = await cliFor(farm.site);
  await farm.daemon.start();
  await farm.adopt();
});
afterAll(async () => {
  await spare?.stop();
  await twin?.stop();
  await farm?.stop();
});
beforeEach(({ onTestFailed }) => onTestFailed(async () => console.error(await diagnose(farm))));

const fleetFile = () => join(farm.site, "fleet.yaml");
const fleetText = () => readFile(fleetFile(), "utf8");
const adding = (bmc: IpmiSim, ...more: string[]) => {
  const { name, ip, mac } = spare;
  return retask(["fleet", "add", name, "--ip", ip, "--mac", mac, "--bmc", `${bmc.address}:${bmc.port}`, ...more]);
};
const seen = (name: string) => farm.daemon.get<MachineAnswer>(`/v1/machines/${name}`);
const linkFile = () => join(farm.root.links, hexAddress(spare.ip));

test("a BMC that is another machine's, refuses the password, or does not answer is found out before anything is written", async () => {
  const before = await fleetText();
  const twins = await adding(twin);
  expect(twins.stderr).toContain("says that it is m1's");

  const wrong = join(farm.dir, "wrong-password");
  await writeFile(wrong, "not-this-one");
  const refused = await adding(spare.bmc, "--bmc-password-file", wrong, "--unreachable");
  expect(refused.stderr).toContain("RTK_BMC_AUTH");

  spare.bmc.pause();
  const silent = await adding(spare.bmc);
  spare.bmc.resume();
  expect(silent.stderr).toContain("RTK_BMC_UNREACHABLE");
  expect(silent.stderr).toContain("--unreachable");
  for (const { code, stderr } of [twins, refused, silent]) {
    expect(code).toBe(1);
    expect(stderr).toContain("nothing was changed");
  }
  const shown = await adding(spare.bmc, "--print", "--rack", "r1");
  expect(shown.stdout).toContain("name: m9");
  expect(await fleetText()).toBe(before);
});

test("a machine whose BMC is to come later is added all the same, and its BMC's steps are left", async () => {
  const before = await fleetText();
  const { mode } = await stat(fleetFile());
  spare.bmc.pause();
  const added = await adding(spare.bmc, "--unreachable", "--power-on", "--json");
  spare.bmc.resume();
  const { steps } = JSON.parse(added.stdout) as FleetAdded;
  const left = steps.filter(({ done }) => done === "left").map(({ step }) => step);
  expect(left).toEqual(["bmc", "networkBoot", "powerOn"]);
  // Nothing was asked of a link, so it boots what holds every machine without one.
  expect(steps.find(({ step }) => step === "bootLink")?.why).toContain("it boots the holding image");
  expect(added.code).toBe(2);
  expect(spare.powerCommands()).toEqual([]);
  expect((await fleetText()).replace(/^ {2}- \{ name: m9,.*\n/m, "")).toBe(before);
  expect((await stat(fleetFile())).mode).toBe(mode);
});

test("one command: entry, boot link, network boot, first boot; the daemon has it as a stray until it is adopted", async () => {
  const added = await adding(spare.bmc, "--role", "compile", "--power-on", "--json");
  const { steps } = JSON.parse(added.stdout) as FleetAdded;
  expect(Object.fromEntries(steps.map(({ step, done }) => [step, done]))).toEqual({
    // The entry is there from the command before.
    ...{ bmc: "unchanged", address: "unchanged", entry: "unchanged", dhcp: "yours", daemon: "changed" },
    bootLink: "changed",
    // ipmi_sim takes the flags, and shows none.
    ...{ networkBoot: "unproven", powerOn: "changed", boot: "changed" },
  });
  expect(added.code).toBe(0);
  expect(steps.find(({ step }) => step === "networkBoot")?.why).toContain("set the boot order");
  expect(await farm.root.linkOf(spare.ip)).toBe(COMPILE_IMAGE);
  expect(spare.powerCommands().map(({ what }) => what)).toEqual(["boot pxe", "power 1"]);

  expect((await seen("m9")).standing).toMatchObject({ kind: "stray", forFloor: false, asCapacity: false });
  const audit = await farm.daemon.get<{ entries: { action: string }[] }>("/v1/audit");
  expect(audit.entries.map(({ action }) => action)).toEqual(expect.arrayContaining(["prepare m9", "prepared m9"]));
});

test("the same command again changes nothing, and another one for the same machine is refused", async () => {
  const before = await fleetText();
  spare.forget();
  const again = await adding(spare.bmc, "--role", "compile", "--power-on", "--boot-device", "none", "--json");
  const { steps } = JSON.parse(again.stdout) as FleetAdded;
  expect(steps.filter(({ done }) => done === "changed").map(({ step }) => step)).toEqual(["daemon", "boot"]);
  expect(spare.powerCommands()).toEqual([]);
  const other = await adding(spare.bmc, "--capacity", "2");
  expect(other.stderr).toContain("capacity is not said in fleet.yaml, 2 here");
  const elsewhere = await adding(spare.bmc, "--role", "web", "--boot-device", "none");
  expect(elsewhere.stdout).toContain(`it names ${COMPILE_IMAGE} already`);
  expect(elsewhere.code).toBe(1);
  expect(await fleetText()).toBe(before);
});

test("adopted it serves; and it leaves drained, off, and without its link and entry, but not before", async () => {
  const body = { author: "test", reason: "it has joined", confirm: true, expect: 1 };
  await eventually("m9 to be adoptable", LEAVE_MS, async () => {
    return (await farm.daemon.write("POST", "/v1/adoption", body)).status === 200;
  });
  await eventually("m9 to serve", LEAVE_MS, async () => (await seen("m9")).standing?.kind === "serving");
  expect((await adding(spare.bmc, "--role", "compile")).stdout).toContain("m9 is adopted");

  const early = await retask(["fleet", "remove", "m9"]);
  expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining("m9 is not retiring") });
  const retired = await retask(["fleet", "remove", "m9", "--retire", "--json"]);
  // One of four machines is more than the share that may go unasked.
  expect(retired.code).toBe(2);
  const waits = (JSON.parse(retired.stdout) as FleetRemoved).steps.find(({ step }) => step === "daemon")?.why;
  const digest = /retask accept (\w+)/.exec(waits ?? "")?.[1] ?? "";
  expect((await retask(["accept", digest])).code).toBe(0);
  expect(await fleetText()).toMatch(/name: m9,.*status: retiring \}/);
  const still = await retask(["fleet", "remove", "m9"]);
  expect(still).toMatchObject({ code: 1, stderr: expect.stringMatching(/still on|on its way/) });
  const gone = await eventually("m9 to be off and gone", LEAVE_MS, async () => {
    const removed = await retask(["fleet", "remove", "m9", "--json"]);
    return removed.code === 0 ? (JSON.parse(removed.stdout) as FleetRemoved) : null;
  });
  expect(gone.steps.map(({ step, done }) => `${step} ${done}`)).toEqual([
    "bootLink changed",
    "entry changed",
    "dhcp yours",
    "daemon changed",
  ]);
  expect(await spare.bmc.power()).toBe("off");
  expect(existsSync(linkFile())).toBe(false);
  expect(await fleetText()).not.toContain("m9");
});
