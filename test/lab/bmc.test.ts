/** BMCs that refuse, die or are slow, with machines that really boot behind them; the tests build on one another. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type IpmiSim, startIpmiSim } from "../component/support/ipmi-sim.ts";
import { diagnose } from "../component/support/real-farm/diagnose.ts";
import {
  commandsIn,
  eventually,
  ipmitoolCalls,
  live,
  order,
  role,
  status,
} from "../component/support/real-farm/look.ts";
import { BMC_PASSWORD } from "../component/support/real-farm/machines.ts";
import { COMPILE_IMAGE, WEB_IMAGE } from "../component/support/real-farm/tftp-root.ts";
import { type Lab, startLab } from "./support/lab.ts";
import {
  bootIds,
  expectJournalMatches,
  expectPxeBoot,
  inPhase,
  lastMove,
  MOVE_MS,
  retaskSays,
  wordOf,
} from "./support/look.ts";
import type { LabMachine } from "./support/machines.ts";

let lab: Lab;
let replaced: IpmiSim | undefined;

beforeAll(async () => {
  lab = await startLab({ web: 1, compile: 2, spares: 0, compileFloor: 0 });
  await lab.daemon.start();
  await lab.adopt();
});
afterAll(async () => {
  await replaced?.stop();
  await lab?.stop();
});
beforeEach(({ onTestFailed }) => onTestFailed(async () => console.error(await diagnose(lab))));

const force = (machine: LabMachine) => order(lab, "PUT", `/v1/overrides/machines/${machine.name}`, { to: "web" });
const unforce = (machine: LabMachine) => order(lab, "DELETE", `/v1/overrides/machines/${machine.name}`);

async function isUnmanageable({ name }: LabMachine, code: string): Promise<void> {
  await eventually("the verdict", MOVE_MS, async () =>
    (await status(lab)).unmanageable.find(({ machine, why }) => machine === name && why.includes(code)),
  );
  expect(await retaskSays(lab, "status")).toMatch(new RegExp(`^unmanageable\\n(  .*\\n)*  ${name}  ${code}: `, "m"));
  expect((await status(lab)).quarantined).toEqual([]);
}

/** It serves on and counts, where it was and as it was. */
async function servesOn(machine: LabMachine, before: Map<string, string | undefined>): Promise<void> {
  await eventually("all to count", MOVE_MS, async () => (await role(lab, "compile")).counts.forFloor === 2);
  expect(await bootIds(lab)).toEqual(before);
  expect(await lab.root.linkOf(machine.ip)).toBe(COMPILE_IMAGE);
  expect(await lab.hosts()).toContain(machine.ip);
  expect(machine.powerCommands()).toEqual([]);
}

test("a password that its BMC refuses is tried once: the operation ends before the drain, and the machine serves on", async () => {
  const machine = lab.machine("m3");
  const before = await bootIds(lab);
  const file = join(lab.dir, "bmc-password");
  await writeFile(file, "not-this-one\n");
  const { length: earlier } = ipmitoolCalls(lab, machine);
  await force(machine);
  const ended = await eventually("the end", MOVE_MS, () => lastMove(lab, "web"));
  expect(ended).toMatchObject({ outcome: "undone", machine: "m3", why: expect.stringContaining("RTK_BMC_AUTH") });
  await isUnmanageable(machine, "RTK_BMC_AUTH");
  expect(await retaskSays(lab, "status")).toMatch(/m3 +go to web +unmanageable: RTK_BMC_AUTH/);
  await servesOn(machine, before);
  expect(ipmitoolCalls(lab, machine).slice(earlier)).toHaveLength(1);
  await unforce(machine);
  await writeFile(file, `${BMC_PASSWORD}\n`);
});

test("a BMC that dies while its machine drains: the link and the work come back, and nothing was switched", async () => {
  const machine = lab.machine("m2");
  const before = await bootIds(lab);
  const { length: earlier } = ipmitoolCalls(lab, machine);
  await force(machine);
  const { id } = await inPhase(lab, machine, "draining");
  process.kill(machine.bmc.pid, "SIGKILL");
  const ended = await eventually("the end", MOVE_MS, () => lastMove(lab, "web", id));
  expect(ended).toMatchObject({ outcome: "undone", why: expect.stringContaining("RTK_BMC_UNREACHABLE") });
  await isUnmanageable(machine, "RTK_BMC_UNREACHABLE");
  await servesOn(machine, before);
  const calls = commandsIn(ipmitoolCalls(lab, machine).slice(earlier));
  expect(calls.every((call) => call === "mc guid")).toBe(true);
  await unforce(machine);

  const { address, port } = machine.bmc;
  replaced = await startIpmiSim({ dir: join(lab.dir, "m2"), name: "m2", password: BMC_PASSWORD, address, port });
  // A dead BMC is asked again every five minutes, and by a new daemon at once.
  await lab.daemon.end();
  await lab.daemon.start();
  await eventually("both to be manageable", MOVE_MS, async () => (await status(lab)).unmanageable.length === 0);
});

test("a slow BMC does each command several times, for ipmitool repeats itself: no off comes after the on, and the machine arrives", async () => {
  const machine = lab.machine("m3");
  const before = await wordOf(machine);
  const boots = machine.boots();
  const { length: earlier } = ipmitoolCalls(lab, machine);
  // It takes the soft off, and its machine ignores it: so there are repeated hard offs too, which none could ignore.
  machine.bmc.setFault("set", 'sleep 5; [ "$1" != shutdown ] || exit 0');
  await force(machine);
  const { id } = await eventually("the operation", MOVE_MS, () => live(lab));
  const ended = await eventually("its end", 2 * MOVE_MS, () => lastMove(lab, "web", id));
  expect(ended).toMatchObject({ outcome: "done", machine: "m3" });

  const told = machine.powerCommands().map(({ what }) => what);
  expect(told.join(", ")).toMatch(/^(shutdown 1, ){2,}(power 0, ){2,}power 1(, power 1)*$/);
  const calls = commandsIn(ipmitoolCalls(lab, machine).slice(earlier)).filter((call) => call !== "mc guid");
  expect(calls).toEqual(["chassis power soft", "chassis power off", "chassis power on"]);
  await expectJournalMatches(lab, machine, id, earlier);
  const beacon = await wordOf(machine);
  expect(beacon).toMatchObject({ role: "web", image: WEB_IMAGE });
  expect(beacon?.bootId).not.toBe(before?.bootId);
  expectPxeBoot(machine, "web");
  expect(machine.boots()).toBe(boots + 1);
  expect(await readFile(join(lab.dir, "m3", "bmc.log"), "utf8")).not.toContain("reset");
  machine.bmc.setFault("set", null);
  await unforce(machine);
});
