/** The main job, whole, against the real components: load rises, a build machine becomes a web machine; load falls, it comes back. */
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startWebLoad } from "./support/haproxy.ts";
import { compiledBy, startBuild } from "./support/real-farm/builds.ts";
import { type Farm, startFarm } from "./support/real-farm/farm.ts";
import { runs } from "./support/real-farm/machines.ts";
import { eventually, finished, isUp, watchFloor } from "./support/real-farm/look.ts";
import { COMPILE_IMAGE, WEB_IMAGE } from "./support/real-farm/tftp-root.ts";

let farm: Farm;

beforeAll(async () => {
  farm = await startFarm({ web: 2, compile: 2 });
});
afterAll(() => farm?.stop());
beforeEach(({ onTestFailed }) => onTestFailed(async () => console.error(await farm.diagnose())));

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
  expect(moved.powerCommands().map(({ what }) => what)).toEqual(["shutdown 1", "power 1"]);
  const stayed = farm.machines.filter(({ name }) => name !== moved.name);
  for (const { name, beacon } of stayed) expect((await beacon())?.bootId, name).toBe(before.get(name)?.bootId);

  // Down: 4 sessions want 1 machine, the floor is 2.
  moved.forget();
  await Promise.all(rush.map(({ stop }) => stop()));
  const down = await eventually("a machine to be done with its move back", 150_000, async () => {
    return (await finished(farm)).find(({ to }) => to === "compile");
  });
  const back = farm.machine(down.machine);
  expect(await runs(back, "compile")).toBe(true);
  expect(await root.linkOf(back.ip)).toBe(COMPILE_IMAGE);
  expect(await farm.hosts()).toContain(back.ip);
  await eventually(`${back.name} to compile`, 90_000, async () => ((await compiledBy(back.ip)) ?? 0) > 0);

  await Promise.all(steady.map(({ stop }) => stop()));
  const { failures, missing, jobs, local } = await build.stop();
  const web = [...steady, ...rush].map(({ counts }) => counts());
  console.info({ web, jobs, local, up: up.seconds, down: down.seconds });
  expect({ failures, missing }).toEqual({ failures: [], missing: [] });
  expect(web.map(({ failed, firstFailure }) => ({ failed, firstFailure }))).toEqual(
    web.map(() => ({ failed: 0, firstFailure: null })),
  );
  expect(await floor.stop()).toEqual([]);
}, 420_000);
