/** The main job, whole, against the real components: load rises, a build machine becomes a web machine; load falls, it comes back. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startWebLoad } from "./support/haproxy.ts";
import { compiledBy, startBuild } from "./support/real-farm/builds.ts";
import { diagnose } from "./support/real-farm/diagnose.ts";
import { type Farm, HOSTS_HEAD, startFarm } from "./support/real-farm/farm.ts";
import { eventually, finished, ipmitoolCalls, isUp, live, watchFloor } from "./support/real-farm/look.ts";
import { type FarmMachine, runs } from "./support/real-farm/machines.ts";
import { COMPILE_IMAGE, WEB_IMAGE } from "./support/real-farm/tftp-root.ts";

/** ipmitool may repeat a datagram for 12 s, and a chassis wants 5 s between off and on. */
const SETTLE_MS = 17_000;
let farm: Farm;

beforeAll(async () => {
  farm = await startFarm({ web: 2, compile: 2 });
});
afterAll(() => farm?.stop());
beforeEach(({ onTestFailed }) => onTestFailed(async () => console.error(await diagnose(farm))));

test("load makes web short: one build machine becomes a web machine, proven, and goes back when load falls, while no request and no build fails", async () => {
  const { daemon, proxies, root } = farm;
  const before = new Map(await Promise.all(farm.machines.map(async (m) => [m.name, await m.beacon()] as const)));
  await daemon.start();
  await farm.adopt();

  const build = await startBuild(farm.distccHome, join(farm.dir, "objects"));
  const floor = watchFloor(farm, 2);
  const steady = proxies.map(({ now }) => startWebLoad(`${now().url}page`, 2));
  const rush = proxies.map(({ now }) => startWebLoad(`${now().url}page`, 4));

  // Up: 12 sessions want 3 machines of 5.
  const up = await eventually("a machine to be done with its move to web", 150_000, async () => {
    return (await finished(farm)).find(({ to }) => to === "web");
  });
  const moved = farm.machine(up.machine);
  expect(["m3", "m4"]).toContain(moved.name);
  const asWeb = await moved.beacon();
  expect(asWeb).toMatchObject({ machine: moved.name, mac: moved.mac, role: "web", image: WEB_IMAGE });
  expect(asWeb?.bootId).not.toBe(before.get(moved.name)?.bootId);
  expect(await isUp(farm, moved.name)).toBe(true);
  expect(await root.linkOf(moved.ip)).toBe(WEB_IMAGE);
  expect(await farm.hosts()).not.toContain(moved.ip);
  expectOneOffAndOn(moved, 0);
  const stayed = farm.machines.filter(({ name }) => name !== moved.name);
  for (const { name, beacon } of stayed) expect((await beacon())?.bootId, name).toBe(before.get(name)?.bootId);

  await staysAtRest();
  expect(await finished(farm)).toHaveLength(1);

  // Down: 4 sessions want 1 machine, the floor is 2.
  for (const machine of farm.machines) machine.forget();
  const earlier = ipmitoolCalls(farm, moved).length;
  await Promise.all(rush.map(({ stop }) => stop()));
  const down = await eventually("a machine to be done with its move back", 150_000, async () => {
    return (await finished(farm)).find(({ to }) => to === "compile");
  });
  const back = farm.machine(down.machine);
  expect(await runs(back, "compile")).toBe(true);
  expect(await root.linkOf(back.ip)).toBe(COMPILE_IMAGE);
  expect(await farm.hosts()).toContain(back.ip);
  expectOneOffAndOn(back, back === moved ? earlier : 0);
  await eventually(`${back.name} to compile`, 90_000, async () => ((await compiledBy(back.ip)) ?? 0) > 0);

  await staysAtRest();
  expect(await finished(farm)).toHaveLength(2);

  await Promise.all(steady.map(({ stop }) => stop()));
  const { failures, missing, jobs, local } = await build.stop();
  const web = [...steady, ...rush].map(({ counts }) => counts());
  console.info({ web, jobs, local, up: up.seconds, down: down.seconds });
  expect({ failures, missing }).toEqual({ failures: [], missing: [] });
  expect(web.map(({ failed, firstFailure }) => ({ failed, firstFailure }))).toEqual(
    web.map(() => ({ failed: 0, firstFailure: null })),
  );
  expect(await floor.stop()).toEqual([]);
  // The operator's own lines of the hosts file are as they were, and distcc finds just the machines that compile.
  expect((await readFile(farm.hostsFile, "utf8")).startsWith(HOSTS_HEAD)).toBe(true);
  const compiling = await Promise.all(farm.machines.map((machine) => runs(machine, "compile")));
  const addresses = farm.machines.filter((_, index) => compiling[index]).map(({ ip }) => ip);
  expect((await farm.hosts()).sort()).toEqual(addresses.sort());
  expect(addresses).toHaveLength(2);
}, 420_000);

/** Had one machine not been enough, or one too many, the next operation would begin within this time. */
async function staysAtRest(): Promise<void> {
  for (const endMs = performance.now() + 6_000; performance.now() < endMs; await sleep(500)) {
    expect(await live(farm)).toBeNull();
  }
}

/** As the BMC and ipmitool tell it: identified, soft off, off by two readings, settled, on. */
function expectOneOffAndOn(machine: FarmMachine, earlierCalls: number): void {
  const [off, on, ...more] = machine.powerCommands();
  expect([off?.what, on?.what, more]).toEqual(["shutdown 1", "power 1", []]);
  expect((on?.atMs ?? 0) - (off?.atMs ?? 0)).toBeGreaterThan(SETTLE_MS);
  const calls = ipmitoolCalls(farm, machine).slice(earlierCalls);
  const [sent, resent] = [calls.indexOf("chassis power soft"), calls.indexOf("chassis power on")];
  // On a slow computer the power may be read once more in between.
  expect(calls.slice(0, sent).findLast((call) => call !== "chassis power status")).toBe("mc guid");
  const readings = calls.slice(sent + 1, resent).filter((call) => call === "chassis power status");
  expect(readings.length).toBeGreaterThanOrEqual(2);
}
