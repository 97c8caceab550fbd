/** Operators over HTTP, and a BMC whose password is wrong: forces, pins and pauses hold against the real machines. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { diagnose } from "./support/real-farm/diagnose.ts";
import { type Farm, startFarm } from "./support/real-farm/farm.ts";
import { eventually, finished, isUp, live, order, role, status } from "./support/real-farm/look.ts";
import { runs } from "./support/real-farm/machines.ts";
import { webPolicy } from "./support/real-farm/site.ts";

/** Several ticks long: had a word not been obeyed, an operation would have begun. */
const HELD_MS = 5_000;
const MEND_MS = 60_000;
const MOVE_MS = 150_000;
let farm: Farm;

beforeAll(async () => {
  // What web has beyond its floor of 2 it keeps for an hour, although there is no load.
  farm = await startFarm({ web: 2, compile: 2, webHoldDown: "1h", wrongPasswords: ["m4"] });
  await farm.daemon.start();
  await farm.adopt();
});
afterAll(() => farm?.stop());
beforeEach(({ onTestFailed }) => onTestFailed(async () => console.error(await diagnose(farm))));

const notDone = (subject: string) =>
  eventually(`why ${subject} does not move`, MEND_MS, async () => {
    return (await status(farm)).notDone.find((one) => one.subject === subject);
  });
const staysAsItIs = async (): Promise<void> => {
  for (const endMs = performance.now() + HELD_MS; performance.now() < endMs; await sleep(500)) {
    expect(await live(farm)).toBeNull();
  }
};
const moved = (machine: string, to: string) =>
  eventually(`${machine} to be moved to ${to}`, MOVE_MS, async () => {
    return (await finished(farm)).find((one) => one.machine === machine && one.to === to);
  });

test("a wrong BMC password makes its machine unmanageable after one login, and it goes on serving and counting", async () => {
  const { why } = await eventually("m4 to be unmanageable", MEND_MS, async () => {
    return (await status(farm)).unmanageable.find(({ machine }) => machine === "m4");
  });
  expect(why).toContain("RTK_BMC_AUTH");
  const m4 = farm.machine("m4");
  const sessions = () => farm.ipmitool.calls().filter((argv) => argv.includes(` -H ${m4.bmc.address} `));

  await order(farm, "PUT", "/v1/overrides/machines/m4", { to: "web" });
  expect((await notDone("m4")).why).toContain("unmanageable");
  await staysAsItIs();
  await order(farm, "DELETE", "/v1/overrides/machines/m4");
  // ipmi_sim refuses suite 17 before any password is asked for; the one session with suite 3 is the login.
  expect(sessions().map((argv) => / -C (\d+) /.exec(argv)?.[1])).toEqual(["17", "3"]);
  expect(await m4.beacon()).toMatchObject({ role: "compile" });
  expect(await farm.hosts()).toContain(m4.ip);
  expect(await role(farm, "compile")).toMatchObject({ counts: { forFloor: 2, capacity: 2 } });
});

test("a pause of the pool and a pin each keep a forced machine where it is, and say so; without them it moves although no load asks", async () => {
  const m3 = farm.machine("m3");
  await order(farm, "POST", "/v1/pause", { scope: "pool" });
  await order(farm, "PUT", "/v1/overrides/machines/m3", { to: "web" });
  expect((await notDone("m3")).why).toContain("paused");
  expect((await status(farm)).health).toBe("holding");
  await staysAsItIs();

  await order(farm, "PUT", "/v1/overrides/pins/m3");
  await order(farm, "DELETE", "/v1/pause", { scope: "pool" });
  await eventually("the pin's word", MEND_MS, async () => (await notDone("m3")).why.includes("pinned by ada"));
  await staysAsItIs();
  expect(m3.powerCommands()).toEqual([]);

  await order(farm, "DELETE", "/v1/overrides/pins/m3");
  expect(await moved("m3", "web")).toMatchObject({ outcome: "done", from: "compile" });
  expect(await runs(m3, "web")).toBe(true);
  expect(await isUp(farm, "m3")).toBe(true);
  expect(m3.powerCommands().map(({ what }) => what)).toEqual(["shutdown 1", "power 1"]);
}, 300_000);

test("a force that would break a floor is held, and says so; a count below it is refused", async () => {
  // Web has three machines and needs them all from now on; compile has only the one that can't be moved.
  await writeFile(join(farm.site, "policies/web.yaml"), webPolicy({ ...farm.siteOptions, webFloor: 3 }));
  await eventually("the higher floor", MEND_MS, async () => (await role(farm, "web")).floor === 3);
  const m1 = farm.machine("m1");
  await order(farm, "PUT", "/v1/overrides/machines/m1", { to: "compile" });
  expect((await notDone("m1")).why).toContain("web is at its floor of 3");
  await expect(order(farm, "PUT", "/v1/overrides/roles/web", { count: 1 })).rejects.toThrow("RTK_BELOW_FLOOR");
  await staysAsItIs();
  expect(m1.powerCommands()).toEqual([]);
  expect(await runs(m1, "web")).toBe(true);
});
