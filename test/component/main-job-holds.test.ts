/** What retask needs breaks while it runs: it holds, says why in one readable line, and goes on when it is mended. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startWebLoad, type WebLoad } from "./support/haproxy.ts";
import { diagnose } from "./support/real-farm/diagnose.ts";
import { type Farm, startFarm } from "./support/real-farm/farm.ts";
import { eventually, finished, isUp, live, metric, order, role, status } from "./support/real-farm/look.ts";
import { webPolicy } from "./support/real-farm/site.ts";

/** Longer than web's holds, a suspicion included: had retask wanted to begin something, it would have. */
const HELD_MS = 12_000;
const MEND_MS = 60_000;
const MOVE_MS = 150_000;
let farm: Farm;
let loads: WebLoad[] = [];

beforeAll(async () => {
  farm = await startFarm({ web: 2, compile: 2 });
  await farm.daemon.start();
  await farm.adopt();
});
afterAll(async () => {
  await Promise.all(loads.map(({ stop }) => stop()));
  await farm?.stop();
});
beforeEach(({ onTestFailed }) => onTestFailed(async () => console.error(await diagnose(farm))));

/** As the role that it serves, by its own word: nothing was touched. */
const servingAs = async (): Promise<(string | undefined)[]> =>
  Promise.all(farm.machines.map(async ({ beacon }) => (await beacon())?.role));
const ofWeb = async (): Promise<string[]> => {
  const roles = await servingAs();
  return farm.machines.filter((_, index) => roles[index] === "web").map(({ name }) => name);
};
const holding = (what: RegExp) =>
  eventually(`a hold because of ${what}`, MEND_MS, async () =>
    (await status(farm)).reasons.find((one) => what.test(one)),
  );
const commands = (): number => farm.machines.reduce((sum, machine) => sum + machine.powerCommands().length, 0);

async function staysAsItIs(): Promise<void> {
  const [began, told] = [(await finished(farm)).length, commands()];
  for (const endMs = performance.now() + HELD_MS; performance.now() < endMs; await sleep(500)) {
    expect(await live(farm)).toBeNull();
  }
  expect((await finished(farm)).length).toBe(began);
  expect(commands()).toBe(told);
}

test("a policy broken while retask runs leaves the previous one in force, and says so until it is mended", async () => {
  const file = join(farm.site, "policies/web.yaml");
  const { inForceDigest } = (await status(farm)).configuration;
  expect(await metric(farm, "retask_configuration_valid")).toBe(1);

  await writeFile(file, webPolicy(farm.siteOptions).replace("perMachine: 5", "perMachine: 5 sessions"));
  const { configuration, reasons } = await eventually("the rejection", MEND_MS, async () => {
    const now = await status(farm);
    return now.configuration.problems.length > 0 ? now : null;
  });
  expect(JSON.stringify(configuration.problems)).toContain("expected a number above 0");
  expect(reasons.join()).toContain("configuration files are rejected");
  expect(configuration.inForceDigest).toBe(inForceDigest);
  await eventually("the metric", MEND_MS, async () => (await metric(farm, "retask_configuration_valid")) === 0);
  expect(await role(farm, "web")).toMatchObject({ floor: 2 });
  expect(farm.daemon.log()).toContain("web.yaml:6:15");

  await writeFile(file, webPolicy(farm.siteOptions));
  await eventually("the mended policy", MEND_MS, async () => (await metric(farm, "retask_configuration_valid")) === 1);
  expect((await status(farm)).configuration).toMatchObject({ inForceDigest, problems: [] });
});

test("a lower floor waits until it is accepted", async () => {
  await writeFile(join(farm.site, "policies/web.yaml"), webPolicy({ ...farm.siteOptions, webFloor: 1 }));
  const pending = await eventually(
    "the pending change",
    MEND_MS,
    async () => (await status(farm)).configuration.pending,
  );
  expect(pending.reasons.join()).toMatch(/floor/);
  await sleep(3_000);
  expect(await role(farm, "web")).toMatchObject({ floor: 2, desired: 2 });
  expect(await metric(farm, "retask_configuration_pending")).toBe(1);

  const body = { author: "ada", digest: pending.digest };
  const accepted = await farm.daemon.write("POST", "/v1/configuration/accept", body);
  expect(accepted.status).toBe(200);
  await eventually("the lower floor", MEND_MS, async () => (await role(farm, "web")).floor === 1);

  // A higher one needs no one's word.
  await writeFile(join(farm.site, "policies/web.yaml"), webPolicy(farm.siteOptions));
  await eventually("the old floor", MEND_MS, async () => (await role(farm, "web")).floor === 2);
});

test("with Prometheus stopped nothing moves, however great the load; when it is back, the work goes on", async () => {
  await eventually("demand", MEND_MS, async () => /^\d/.test((await role(farm, "web")).demandText));
  await farm.prometheus.stop();
  loads = farm.proxies.map(({ now }) => startWebLoad(`${now().url}page`, 6));
  expect(await holding(/^web: demand unknown/)).toMatch(/holding/);
  await staysAsItIs();
  expect(await servingAs()).toEqual(["web", "web", "compile", "compile"]);

  await farm.prometheus.start();
  const move = await eventually("the third web machine", MOVE_MS, async () => (await finished(farm))[0]);
  expect(move).toMatchObject({ outcome: "done", from: "compile", to: "web" });
  expect(await isUp(farm, move.machine)).toBe(true);
  expect(await ofWeb()).toContain(move.machine);
}, 300_000);

test("with one of two HAProxies gone demand is partly covered, and no machine is taken although less load is seen", async () => {
  expect(await ofWeb()).toHaveLength(3);
  const [first, second] = farm.proxies;
  // The clients of the second proxy go first; those of the other alone would want two machines.
  await loads[1]?.stop();
  await second?.stop();
  const why = await holding(/^web: demand unknown.*partly covered: 1 of 2 series/);
  await staysAsItIs();
  expect(await ofWeb()).toHaveLength(3);
  // What a daemon learned of the second proxy is not lost with it.
  await farm.daemon.kill();
  await farm.daemon.start();
  expect(await holding(/^web: demand unknown/)).toBe(why);

  await loads[0]?.stop();
  expect(loads.map(({ counts }) => counts().failed)).toEqual([0, 0]);
  await second?.start();
  const move = await eventually("the machine that goes back", MOVE_MS, async () => {
    const all = await finished(farm);
    return all.length === 2 ? all[0] : null;
  });
  expect(move).toMatchObject({ outcome: "done", from: "web", to: "compile" });
  // The new process of the second proxy knew of no drain: retask has told it again.
  for (const proxy of [first, second]) {
    expect(await proxy?.now().ask("show servers state web")).toMatch(new RegExp(` ${move.machine} \\S+ \\d 8 `));
  }
}, 300_000);

test("with tftpd stopped nothing begins, a machine that is off waits off, and none is lost; when it is back, all goes on", async () => {
  const web = await ofWeb();
  const machine = farm.machine(farm.machines.find(({ name }) => !web.includes(name))?.name ?? "none");
  const told = machine.powerCommands().length;
  await farm.tftpd.stop();
  await holding(/operations wait for the boot server/);
  await order(farm, "PUT", `/v1/overrides/machines/${machine.name}`, { to: "web" });
  const held = await eventually("the plan's word", MEND_MS, async () => {
    return (await status(farm)).notDone.find(({ subject }) => subject === machine.name);
  });
  expect(held).toMatchObject({ what: "go to web", why: expect.stringContaining("boot server") });
  await staysAsItIs();

  await farm.tftpd.start();
  const operation = await eventually("the operation", MEND_MS, async () => live(farm));
  await eventually("the power-off", MEND_MS, async () => machine.powerCommands().length > told);
  await farm.tftpd.stop();
  const waits = await eventually("the wait for the boot server", MEND_MS, async () => {
    const now = await live(farm);
    return now?.waitsFor?.includes("until the boot server answers") ? now : null;
  });
  expect(waits).toMatchObject({ id: operation.id, machine: machine.name, phase: "poweringOn" });
  await sleep(HELD_MS);
  expect(await machine.bmc.power()).toBe("off");
  expect((await status(farm)).quarantined).toEqual([]);

  await farm.tftpd.start();
  const end = await eventually("the end", MOVE_MS, async () =>
    (await finished(farm)).find(({ id }) => id === operation.id),
  );
  expect(end).toMatchObject({ outcome: "done", to: "web" });
  expect(
    machine
      .powerCommands()
      .slice(told)
      .map(({ what }) => what),
  ).toEqual(["shutdown 1", "power 1"]);
  expect(await ofWeb()).toContain(machine.name);
}, 300_000);
