/** A dead machine is replaced by the CLI: the real files, keeper, API and store over a simulated farm, whose metal stays what it is. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { proveOff } from "../../src/control/replacement/prove-off.ts";
import { machineName } from "../../src/core/domain/names.ts";
import { newMachineRecord } from "../../src/core/domain/pool-state.ts";
import { cliFor, type Ended, type Run, type SimulatedDaemon, startSimulatedDaemon } from "./support/cli-bench.ts";
import { exchangeInFleet } from "./support/lose.ts";

const DEAD = machineName("m03");
const SPARE = machineName("m24");
const REPLACE = ["replace", DEAD, "--with", SPARE];
const CONFIRMED = [...REPLACE, "--confirm", DEAD];

const STRANGER = { guid: `${"f".repeat(31)}0`, cipherSuite: 17 };
/** The spare stays one, no window is open, and no machine leaves its role, whatever the night would bring. */
const QUIET = `  reserve: { machines: 1 }
  windows: [{ opens: "0 3 1 1 *", for: 10m, timezone: Europe/Berlin }]
`;

let daemon: SimulatedDaemon;
let run: Run;

beforeEach(async () => {
  daemon = await startSimulatedDaemon();
  metalOf(SPARE).switchOff();
  await daemon.rewrite("policies/limits.yaml", (text) => `${text.replace("dwell: 30m", "dwell: 3d")}${QUIET}`);
  await daemon.simulation.runFor(120_000, 10_000);
  await daemon.simulation.adopt();
  await daemon.simulation.runFor(60_000, 10_000);
  run = await cliFor(daemon.site, 110_000);
});
afterEach(() => daemon.stop());

/** By the name that it bears now. */
function metalOf(name: typeof DEAD) {
  const metal = daemon.simulation.world.machines.get(name);
  if (metal === undefined) throw new Error(`no machine bears the name ${name}`);
  return metal;
}

const fleetText = (): Promise<string> => readFile(join(daemon.site, "fleet.yaml"), "utf8");
const dhcpText = (): Promise<string> => readFile(join(daemon.site, "..", "dnsmasq.retask"), "utf8");
async function entryOf(name: string) {
  const { machines } = parse(await fleetText()) as { machines: { name: string; mac: string; status?: string }[] };
  const entry = machines.find((one) => one.name === name);
  if (entry === undefined) throw new Error(`fleet.yaml has no ${name}`);
  return entry;
}
const standing = (name: typeof DEAD) => daemon.simulation.controller.state.machines.get(name);

/** A hundred simulated seconds a second at most, so that a fast computer does not run out of an hour's reservation. */
async function retask(args: readonly string[]): Promise<Ended> {
  let ended: Ended | null = null;
  const running = run(args).then((end) => {
    ended = end;
  });
  while (ended === null) await Promise.race([running, daemon.simulation.runFor(5_000, 1_000).then(() => sleep(50))]);
  return ended;
}

async function die(): Promise<void> {
  metalOf(DEAD).switchOff();
  await daemon.simulation.runFor(180_000, 10_000);
}

test("a dead web machine's name, role and entry go over to the spare, and it serves", async () => {
  const before = { dead: await entryOf(DEAD), spare: await entryOf(SPARE), text: await fleetText() };
  await die();
  const unasked = await retask(REPLACE);
  expect(unasked).toMatchObject({ code: 1, stderr: expect.stringContaining(`say --confirm ${DEAD}`) });
  expect(unasked.stderr).toContain(before.spare.mac);
  expect(await fleetText()).toBe(before.text);

  const replaced = await retask([...CONFIRMED, "--json"]);
  expect(replaced.stderr).toMatch(/says off, twice, and no beacon answers\nfleet.yaml: .*\nDHCP: .*\noperation/);
  expect(replaced.stderr).toContain(`${SPARE}'s own boot link: removed`);
  expect(await readdir(daemon.links)).not.toContain("0A000322");
  expect(await readdir(daemon.links)).toContain("0A00030D");
  expect(replaced.code, replaced.stdout).toBe(0);
  expect(JSON.parse(replaced.stdout)).toMatchObject({ kind: "replaced", outcome: "done", role: "web" });
  expect(await entryOf(DEAD)).toEqual({
    ...{ name: DEAD, ip: "10.0.3.13", mac: before.spare.mac, bmc: "10.0.9.34", capacity: 1.5 },
    // The rack is the new metal's; where its file systems live goes by the name.
    domains: { rack: "r3", pdu: "p3", storage: "nfs-a" },
  });
  expect(await entryOf(SPARE)).toMatchObject({ mac: before.dead.mac, status: "retired" });
  expect(standing(DEAD)).toMatchObject({ placement: "web", quarantine: null, unmanageable: null });
  const { controller } = daemon.simulation;
  expect(controller.state.machines.has(SPARE)).toBe(false);
  expect(controller.state.overrides).toEqual([]);
  expect((await controller.store.enrolment(DEAD))?.guid).toBe(metalOf(DEAD).guid);
  const entries = await dhcpText();
  expect(entries).toContain(`${before.spare.mac},10.0.3.13,${DEAD}\n`);
  expect(entries).not.toContain(before.dead.mac);

  const again = await retask(CONFIRMED);
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining("serves as web") });
});

test("what is not proven off keeps its address, and a machine in a role is no spare", async () => {
  const before = await fleetText();
  const alive = await retask(CONFIRMED);
  expect(alive).toMatchObject({ code: 1, stderr: expect.stringContaining("RTK_NOT_PROVEN_OFF") });
  // Hung in its boot: no beacon, and yet it may have its address any moment.
  metalOf(DEAD).phase = "booting";
  for (const more of [[], ["--dead-is-unplugged"]])
    expect((await retask([...CONFIRMED, ...more])).stderr).toContain("its BMC says that it is on");
  const busy = await retask(["replace", DEAD, "--with", "m10", "--confirm", DEAD]);
  expect(busy).toMatchObject({ code: 1, stderr: expect.stringContaining("RTK_NOT_REPLACEABLE") });
  expect(await fleetText()).toBe(before);
  expect(daemon.simulation.controller.state.overrides).toEqual([]);
});

test("a DHCP server that can't be told undoes all before it, and nothing was switched on", async () => {
  await daemon.rewrite("retask.yaml", (text) => text.replace("[/bin/true]", "[/bin/false]"));
  const before = await fleetText();
  await die();
  const failed = await retask(CONFIRMED);
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining("RTK_DHCP_RELOAD") });
  expect(await fleetText()).toBe(before);
  expect(metalOf(SPARE).power).toBe("off");
  expect(standing(SPARE)).toMatchObject({ adopted: true, placement: "spare" });
  expect(standing(DEAD)?.quarantine?.expected).toMatchObject({ placement: "web" });

  await daemon.rewrite("retask.yaml", (text) => text.replace("[/bin/false]", "[/bin/true]"));
  expect(await retask(CONFIRMED)).toMatchObject({ code: 0, stdout: expect.stringContaining("serves as web") });
});

test("new hardware that does not come up is quarantined, and taken back once it is off", async () => {
  const before = await fleetText();
  await die();
  const { simulation } = daemon;
  const metal = metalOf(SPARE);
  const press = metal.switchOn.bind(metal);
  // It is switched on, and never boots.
  metal.switchOn = () => {
    metal.phase = "booting";
  };
  const failed = await retask(CONFIRMED);
  expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining("--undo") });
  expect(standing(DEAD)?.quarantine?.why).toContain("did not come up in time");
  const hurried = await retask([...CONFIRMED, "--undo"]);
  expect(hurried).toMatchObject({ code: 1, stderr: expect.stringContaining("switch it off at its BMC first") });

  metal.switchOff();
  metal.switchOn = press;
  await simulation.runFor(300_000, 10_000);
  const undone = await retask([...CONFIRMED, "--undo"]);
  expect(undone).toMatchObject({ code: 0, stdout: expect.stringContaining("is a spare again") });
  expect(await fleetText()).toBe(before);
  expect(standing(SPARE)).toMatchObject({ adopted: true, placement: "spare", quarantine: null });
  expect(await simulation.controller.store.enrolment(SPARE)).toMatchObject({ guid: metal.guid });
});

test("one that was interrupted behind the change of fleet.yaml is finished by the same command, as long as its proof holds", async () => {
  await die();
  const { controller } = daemon.simulation;
  const wanted = { machine: DEAD, spare: SPARE, unplugged: false };
  expect(await proveOff(controller, { author: "ada", from: "cli" }, wanted, "it is dead")).toMatchObject({ ok: true });
  await exchangeInFleet(daemon, DEAD, SPARE);
  const overrides = controller.state.overrides.map((pin) => ({ ...pin, expiresMs: Number.MAX_SAFE_INTEGER }));
  controller.state = { ...controller.state, overrides: [] };
  expect((await retask(CONFIRMED)).stderr).toContain("was not proven within the hour");
  expect(metalOf(DEAD).power).toBe("off");
  controller.state = { ...controller.state, overrides };

  // At the address that fleet.yaml now gives m03 answers a board that was never the spare's.
  const enrolled = await controller.store.enrolment(SPARE);
  await controller.store.saveEnrolment(SPARE, STRANGER);
  expect((await retask(CONFIRMED)).stderr).toContain("RTK_WRONG_HARDWARE");
  expect(metalOf(DEAD).power).toBe("off");
  if (enrolled !== null) await controller.store.saveEnrolment(SPARE, enrolled);
  const replaced = await retask(CONFIRMED);
  expect(replaced.stderr).toContain("going on from there");
  expect(replaced.code, replaced.stderr).toBe(0);
});

test("what would have to wait is refused before anything is changed", async () => {
  const before = await fleetText();
  const always = '    - { opens: "* * * * *", for: 1h, timezone: Europe/Berlin }\n';
  await daemon.rewrite("policies/limits.yaml", (text) => text.replace(/^ {2}freeze:.*\n/m, `$&${always}`));
  await die();
  const held = await retask(CONFIRMED);
  expect(held).toMatchObject({ code: 1, stderr: expect.stringContaining("RTK_HELD") });
  expect(held.stderr).not.toContain("fleet.yaml:");
  expect(await fleetText()).toBe(before);
  expect(daemon.simulation.controller.state.overrides).toEqual([]);
});

test("so is what the limits of the new hardware's rack hold, not those of the dead one's", async () => {
  await daemon.rewrite("policies/limits.yaml", (text) => text.replace("rack: 2", "rack: 1"));
  await die();
  const { controller } = daemon.simulation;
  // m17 has failed in r3, where the spare stands; the dead machine stood in r1.
  const failed = machineName("m17");
  const quarantine = { why: "wrong role", sinceMs: 0, operation: null, expected: null };
  const machines = new Map(controller.state.machines).set(failed, { ...newMachineRecord(), adopted: true, quarantine });
  const failure = {
    machine: failed,
    rack: "r3",
    image: null,
    effect: null,
    why: "wrong role",
    ageMs: 0,
    overcome: false,
  };
  controller.state = { ...controller.state, machines, failures: [failure] };
  const wanted = { machine: DEAD, spare: SPARE, unplugged: false };
  const held = await proveOff(controller, { author: "ada", from: "cli" }, wanted, "it is dead");
  expect(held).toMatchObject({ code: "RTK_HELD", why: "rack r3 has 1 in operation or failed, the most at once" });
});

test("without a DHCP server in retask.yaml the entry must be said to be changed by hand", async () => {
  await daemon.rewrite("retask.yaml", (text) => text.replace(/^dhcp: .*\n/m, ""));
  await die();
  expect(await retask(CONFIRMED)).toMatchObject({ code: 1, stderr: expect.stringContaining("--dhcp-by-hand") });
  const { code, stderr } = await retask([...CONFIRMED, "--dhcp-by-hand"]);
  expect(code, stderr).toBe(0);
});

test("another board at the spare's BMC address is not switched on", async () => {
  await die();
  const { store } = daemon.simulation.controller;
  await daemon.simulation.runFor(300_000, 10_000);
  await store.saveEnrolment(SPARE, STRANGER);
  daemon.simulation.controller.observer.power.forget(SPARE);
  const refused = await retask(CONFIRMED);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("another BMC answers") });
  expect(metalOf(SPARE).power).toBe("off");
});
