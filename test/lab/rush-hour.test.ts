/** The main job and three mishaps, on machines that really boot over the network; the tests build on one another. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startWebLoad, type WebLoad } from "../component/support/haproxy.ts";
import { type Build, compiledBy, startBuild } from "../component/support/real-farm/builds.ts";
import { diagnose } from "../component/support/real-farm/diagnose.ts";
import { eventually, ipmitoolCalls, isUp, live, order, status } from "../component/support/real-farm/look.ts";
import { COMPILE_IMAGE, WEB_IMAGE } from "../component/support/real-farm/tftp-root.ts";
import { type Lab, startLab } from "./support/lab.ts";
import {
  bootIds,
  expectJournalMatches,
  expectOneOffAndOn,
  expectPxeBoot,
  lastMove,
  MOVE_MS,
  machineThatCompiles,
  requestsServedBy,
} from "./support/look.ts";

let lab: Lab;
let pageUrl: string;
let build: Build;
let steady: WebLoad;
let rush: WebLoad;

beforeAll(async () => {
  lab = await startLab({ web: 1, compile: 2, spares: 0, compileFloor: 0 });
  await lab.daemon.start();
  await lab.adopt();
  pageUrl = `${lab.proxies[0]?.now().url}cgi-bin/page`;
  build = await startBuild(lab.distccHome, join(lab.dir, "objects"));
  // 2 sessions want 1 machine of 5; 8 want 2.
  steady = startWebLoad(pageUrl, 2);
});
afterAll(() => lab?.stop());
beforeEach(({ onTestFailed }) => onTestFailed(async () => console.error(await diagnose(lab))));

test("load makes web short: a build machine is drained while a build runs, boots as a web machine, and HAProxy serves from it", async () => {
  const before = await bootIds(lab);
  for (const machine of lab.machines) expectPxeBoot(machine, machine.name === "m1" ? "web" : "compile");
  rush = startWebLoad(pageUrl, 6);
  const up = await eventually("a machine to be done with its move to web", MOVE_MS, () => lastMove(lab, "web"));
  expect(up).toMatchObject({ outcome: "done", from: "compile" });
  const moved = lab.machine(up.machine);

  const beacon = await moved.beacon();
  expect(beacon).toMatchObject({ machine: moved.name, mac: moved.mac, role: "web", image: WEB_IMAGE });
  expect(beacon?.bootId).not.toBe(before.get(moved.name));
  expectPxeBoot(moved, "web");
  expectOneOffAndOn(moved);
  await expectJournalMatches(lab, moved, up.id, 0);
  expect(await isUp(lab, moved.name)).toBe(true);
  expect(await lab.hosts()).not.toContain(moved.ip);
  const served = await requestsServedBy(lab, moved);
  await eventually("HAProxy to serve from it", 30_000, async () => (await requestsServedBy(lab, moved)) > served + 5);
  const stayed = await bootIds(lab);
  for (const { name } of lab.machines) if (name !== moved.name) expect(stayed.get(name), name).toBe(before.get(name));
});

test("load ends: a machine goes back and compiles, although the controller is killed between its power-off and its power-on", async () => {
  const earlier = new Map(lab.machines.map((machine) => [machine.name, ipmitoolCalls(lab, machine).length]));
  const before = await bootIds(lab);
  for (const machine of lab.machines) machine.forget();
  await rush.stop();
  // Either web machine may be the one that is needed no more.
  const { id, machine: name } = await eventually("the way back", MOVE_MS, () => live(lab));
  const back = lab.machine(name);
  await eventually("the power-off", MOVE_MS, async () => (await back.bmc.power()) === "off");
  await lab.daemon.kill();
  expect(back.powerCommands().map(({ what }) => what)).toEqual(["shutdown 1"]);
  await lab.daemon.start();
  expect(await live(lab)).toMatchObject({ id, machine: name });

  const down = await eventually("its end", MOVE_MS, () => lastMove(lab, "compile"));
  expect(down).toMatchObject({ id, outcome: "done", machine: name, from: "web" });
  const beacon = await back.beacon();
  expect(beacon).toMatchObject({ machine: name, role: "compile", image: COMPILE_IMAGE });
  expect(beacon?.bootId).not.toBe(before.get(name));
  expectPxeBoot(back, "compile");
  expectOneOffAndOn(back);
  await expectJournalMatches(lab, back, id, earlier.get(name) ?? 0);
  expect(await lab.hosts()).toContain(back.ip);
  await eventually("it to compile", 60_000, async () => ((await compiledBy(back.ip)) ?? 0) > 0);

  const { failures, missing, jobs, local } = await build.stop();
  console.info({ jobs, local, rush: rush.counts() });
  expect({ failures, missing }).toEqual({ failures: [], missing: [] });
  expect(rush.counts()).toMatchObject({ failed: 0, firstFailure: null });
});

test("a machine whose BMC hangs gets its work back before anything happened to it, and is called unmanageable", async () => {
  const machine = await machineThatCompiles(lab);
  const { length: earlier } = ipmitoolCalls(lab, machine);
  const before = await machine.beacon();
  machine.forget();
  machine.bmc.pause();
  await order(lab, "PUT", `/v1/overrides/machines/${machine.name}`, { to: "web" });
  const { why } = await eventually("the verdict", MOVE_MS, async () =>
    (await status(lab)).unmanageable.find((one) => one.machine === machine.name),
  );
  expect(why).toContain("RTK_BMC_UNREACHABLE");
  await order(lab, "DELETE", `/v1/overrides/machines/${machine.name}`);
  await eventually("the end of the operation", MOVE_MS, async () => (await live(lab)) === null);
  machine.bmc.resume();
  expect((await machine.beacon())?.bootId).toBe(before?.bootId);
  expect(await lab.root.linkOf(machine.ip)).toBe(COMPILE_IMAGE);
  expect(await lab.hosts()).toContain(machine.ip);
  const calls = ipmitoolCalls(lab, machine).slice(earlier);
  expect(calls.filter((call) => /power (soft|off|on)$/.test(call))).toEqual([]);
  expect(machine.powerCommands()).toEqual([]);
});

test("a machine that comes up in the wrong role is quarantined with what it said, and is not switched again", async () => {
  const unmanageable = (await status(lab)).unmanageable.map(({ machine }) => machine);
  const machine = await machineThatCompiles(lab, unmanageable);
  machine.forget();
  const earlier = ipmitoolCalls(lab, machine).length;
  const file = join(lab.root.links, WEB_IMAGE);
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace("retask.role=web", "retask.role=compile"));
  await order(lab, "PUT", `/v1/overrides/machines/${machine.name}`, { to: "web" });
  const { why } = await eventually("the quarantine", MOVE_MS, async () =>
    (await status(lab)).quarantined.find((one) => one.machine === machine.name),
  );
  await writeFile(file, text);
  expect(why).toMatch(/compile/);
  expect(await machine.beacon()).toMatchObject({ role: "compile", image: WEB_IMAGE });
  expectOneOffAndOn(machine);
  const ended = await eventually("the end", 30_000, () => lastMove(lab, "web"));
  expect(ended).toMatchObject({ outcome: "quarantined", machine: machine.name });
  await expectJournalMatches(lab, machine, ended.id, earlier);
  await sleep(5_000);
  expectOneOffAndOn(machine);
  expect((await status(lab)).health).not.toBe("healthy");

  await steady.stop();
  expect(steady.counts()).toMatchObject({ failed: 0, firstFailure: null });
});
