/** Boots that go wrong on real machines: one that hangs, images that are missing, and one that nobody asked for. */
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { hexAddress } from "../component/support/real-farm/addresses.ts";
import { diagnose } from "../component/support/real-farm/diagnose.ts";
import { commandsIn, eventually, ipmitoolCalls, order, role, status } from "../component/support/real-farm/look.ts";
import { COMPILE_IMAGE, WEB_IMAGE } from "../component/support/real-farm/tftp-root.ts";
import { type Lab, startLab } from "./support/lab.ts";
import {
  bootIds,
  expectJournalMatches,
  expectOneOffAndOn,
  inPhase,
  lastMove,
  MOVE_MS,
  retaskSays,
  wordOf,
} from "./support/look.ts";
import type { LabMachine } from "./support/machines.ts";
import { teachBootTimes } from "./support/teach-boot-times.ts";

let lab: Lab;
let hanging: LabMachine;
let hangingId: string;
/** Where an image's file is while nobody shall find it. */
let aside: string;
let image: string;

/** The deadline of a boot, two minutes, passes while the other tests run: the machine hangs from here to the last of them. */
beforeAll(async () => {
  lab = await startLab({ web: 1, compile: 3, spares: 0, compileFloor: 0, atOnce: 2 });
  [aside, image] = [join(lab.dir, WEB_IMAGE), join(lab.root.links, WEB_IMAGE)];
  await lab.daemon.start();
  await lab.adopt();
  hanging = lab.machine("m4");
  await teachBootTimes(lab, [hanging]);
  await force(hanging);
  ({ id: hangingId } = await inPhase(lab, hanging, "verifying"));
  await eventually("its first question on the wire", MOVE_MS, async () => hanging.requests().length > 0);
  hanging.hang();
});
afterAll(() => lab?.stop());
beforeEach(({ onTestFailed }) => onTestFailed(async () => console.error(await diagnose(lab))));

const others = () => ({ machines: lab.machines.filter((machine) => machine !== hanging) });
const force = ({ name }: LabMachine) => order(lab, "PUT", `/v1/overrides/machines/${name}`, { to: "web" });
const unforce = ({ name }: LabMachine) => order(lab, "DELETE", `/v1/overrides/machines/${name}`);
const quarantined = ({ name }: LabMachine) =>
  eventually(`${name} to be quarantined`, 2 * MOVE_MS, async () =>
    (await status(lab)).quarantined.find(({ machine }) => machine === name),
  );

/** Once in a while emulated firmware hangs in a reset and asks for nothing: then it is reset again. */
async function reset(machine: LabMachine): Promise<void> {
  const asked = machine.requests().length;
  for (let tries = 0; tries < 3; tries++) {
    await writeFile(join(lab.dir, machine.name, "monitor.in"), "system_reset\n");
    const asks = eventually("it to ask for its files", 40_000, async () => machine.requests().length > asked);
    if (await asks.catch(() => false)) return;
  }
  throw new Error(`${machine.name} does not boot after a reset: ${machine.log()}`);
}

/** What is wrong with it was mended, and an operator says so. */
async function letOut(machine: LabMachine): Promise<void> {
  await eventually("its beacon", MOVE_MS, async () => (await machine.beacon())?.role === "web");
  const line = await eventually("the release", MOVE_MS, () =>
    retaskSays(lab, `unquarantine ${machine.name} --reason mended`),
  );
  expect(line).toContain(`${machine.name} is out of quarantine, recorded as web, ${WEB_IMAGE}`);
}

test("a machine that reboots by itself is known by its new boot id, and is left alone", async () => {
  const machine = lab.machine("m2");
  const before = await bootIds(others());
  const asked = machine.requests().length;
  const { length: earlier } = ipmitoolCalls(lab, machine);
  await reset(machine);
  const boot = await eventually("its new boot id", MOVE_MS, async () => {
    const beacon = await machine.beacon();
    return beacon !== null && beacon.bootId !== before.get("m2") ? beacon : null;
  });
  expect(boot).toMatchObject({ role: "compile", image: COMPILE_IMAGE });
  const links = machine
    .requests()
    .slice(asked)
    .filter(({ file }) => file === `pxelinux.cfg/${hexAddress(machine.ip)}`);
  expect(links).toEqual([{ file: `pxelinux.cfg/${hexAddress(machine.ip)}`, error: null }]);
  await eventually("it to count again", MOVE_MS, async () => (await role(lab, "compile")).counts.forFloor === 2);
  expect(lab.daemon.log()).toContain(`"machine":"m2","why":"booted ${COMPILE_IMAGE} by itself"`);
  expect(machine.powerCommands()).toEqual([]);
  expect(commandsIn(ipmitoolCalls(lab, machine).slice(earlier))).toEqual([]);
  expect(await lab.hosts()).toContain(machine.ip);
  expect((await status(lab)).operations.map(({ id }) => id)).toEqual([hangingId]);
});

test("an image whose file is missing costs no machine: the operation ends before the drain, and the status says which file", async () => {
  const machine = lab.machine("m3");
  const before = await bootIds(others());
  await rename(image, aside);
  await force(machine);
  const { why } = await eventually("the refusal", MOVE_MS, async () =>
    (await status(lab)).notDone.find(({ subject }) => subject === "m3"),
  );
  expect(why).toMatch(new RegExp(`^its last operation was undone: RTK_BOOT_FILES: .*/${WEB_IMAGE} is missing$`));
  expect(await retaskSays(lab, "status")).toContain(why);
  await unforce(machine);
  await rename(aside, image);
  expect((await status(lab)).operations.map(({ id }) => id)).toEqual([hangingId]);
  expect(await bootIds(others())).toEqual(before);
  expect(machine.powerCommands()).toEqual([]);
  expect(await lab.root.linkOf(machine.ip)).toBe(COMPILE_IMAGE);
});

test("an image that goes missing while its machine is off: the machine boots the holding image and is quarantined with what it says", async () => {
  const machine = lab.machine("m3");
  const { length: earlier } = ipmitoolCalls(lab, machine);
  await force(machine);
  const { id } = await inPhase(lab, machine, "poweringOn");
  await rename(image, aside);
  const { why } = await quarantined(machine);
  expect(why).toContain("came up in role none instead of web");
  // The boot's last trace, from the serial console's log.
  expect(why).toMatch(/; last on its console: .*m3 serves as none/);
  expect(await wordOf(machine)).toMatchObject({ role: "none", image: "holding" });
  const asked = machine.requests().filter(({ file }) => file.startsWith("pxelinux.cfg/"));
  expect(asked.find(({ file }) => file === `pxelinux.cfg/${hexAddress(machine.ip)}`)?.error).toMatch(/not found/i);
  expect(asked.at(-1)).toEqual({ file: "pxelinux.cfg/default", error: null });
  expectOneOffAndOn(machine);
  await expectJournalMatches(lab, machine, id, earlier);
  expect(await retaskSays(lab, "status")).toMatch(
    /^quarantined\n( {2}.*\n)* {2}m3 {2}since \S+ \S+: came up in role none instead of web/m,
  );

  await rename(aside, image);
  await machine.bmc.setPower("off");
  await machine.bmc.setPower("on");
  await letOut(machine);
});

test("a machine that hangs in its boot is quarantined when its time is up, and is not switched again", async () => {
  const { why } = await quarantined(hanging);
  expect(why).toContain("did not come up in time");
  expect(why).toMatch(/; (last|nothing) on its console/);
  expect(await retaskSays(lab, "status")).toMatch(
    /^quarantined\n( {2}.*\n)* {2}m4 {2}since \S+ \S+: did not come up in time/m,
  );
  expect(await lastMove(lab, "web", hangingId)).toMatchObject({ outcome: "quarantined", machine: "m4" });
  expect(await hanging.bmc.power()).toBe("on");
  expect(await hanging.beacon()).toBeNull();
  expectOneOffAndOn(hanging);
  await expectJournalMatches(lab, hanging, hangingId, 0);
  hanging.unhang();
  await letOut(hanging);
  expectOneOffAndOn(hanging);
});
