/** The daemon is killed (`kill -9`) in the middle of operations, and started again: it observes, resumes and finishes. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { requestOnce } from "./support/haproxy.ts";
import { diagnose } from "./support/real-farm/diagnose.ts";
import { type Farm, startFarm } from "./support/real-farm/farm.ts";
import {
  commandsIn,
  eventually,
  finished,
  ipmitoolCalls,
  isUp,
  journal,
  live,
  order,
} from "./support/real-farm/look.ts";
import type { FarmMachine } from "./support/real-farm/machines.ts";
import { COMPILE_IMAGE, WEB_IMAGE } from "./support/real-farm/tftp-root.ts";

const PHASE_MS = 90_000;
let farm: Farm;
let m3: FarmMachine;

beforeAll(async () => {
  // The third web machine is one more than the floor, and by itself retask would keep it for an hour.
  farm = await startFarm({ web: 3, compile: 1, webHoldDown: "1h", bootMs: 4_000, softOff: "8s" });
  m3 = farm.machine("m3");
  await farm.daemon.start();
  await farm.adopt();
});
afterAll(() => farm?.stop());
beforeEach(({ onTestFailed }) => onTestFailed(async () => console.error(await diagnose(farm))));

const reaches = (phase: string) =>
  eventually(`phase ${phase}`, PHASE_MS, async () => {
    const operation = await live(farm);
    return operation?.phase === phase ? operation : null;
  });
const ends = (id: string) =>
  eventually(`the end of ${id}`, 180_000, async () => (await finished(farm)).find((one) => one.id === id));
const restart = async (): Promise<void> => {
  await farm.daemon.kill();
  await farm.daemon.start();
};

test("killed while it drains, after the power-off, before the power-on and while it verifies, it finishes the same operation", async () => {
  const before = await m3.beacon();
  // Work in progress on every web machine holds the drain until it has ended.
  const slow = [...farm.proxies, ...farm.proxies, ...farm.proxies].map(({ now }) =>
    requestOnce(`${now().url}?ms=10000`),
  );
  await order(farm, "PUT", "/v1/overrides/machines/m3", { to: "compile" });
  const { id } = await reaches("draining");
  const drained = () =>
    Promise.all(farm.proxies.map(async ({ now }) => (await now().status("m3")).startsWith("DRAIN")));
  await eventually("the drain on both proxies", PHASE_MS, async () => (await drained()).every(Boolean));
  // From here on the daemon dies as soon as a power-off has been carried out, and before it hears of it.
  await farm.ipmitool.meddle(
    "after",
    `case "$*" in *"power soft") rm -f ${farm.dir}/ipmitool.after; kill -9 $PPID ;; esac`,
  );
  await farm.daemon.kill();
  expect(await drained()).toEqual([true, true]);
  await farm.daemon.start();
  expect((await live(farm))?.id).toBe(id);
  expect(await Promise.all(slow)).toEqual(slow.map(() => "200"));

  await eventually("the power-off", PHASE_MS, async () => m3.powerCommands().length > 0);
  await farm.daemon.crashed();
  await farm.daemon.start();
  expect((await live(farm))?.id).toBe(id);

  await reaches("poweringOn");
  await restart();
  await reaches("verifying");
  await restart();

  expect(await ends(id)).toMatchObject({ outcome: "done", machine: "m3", from: "web", to: "compile" });
  expect(m3.powerCommands().map(({ what }) => what)).toEqual(["shutdown 1", "power 1"]);
  const after = await m3.beacon();
  expect(after).toMatchObject({ role: "compile", image: COMPILE_IMAGE });
  expect(after?.bootId).not.toBe(before?.bootId);
  expect(await farm.root.linkOf(m3.ip)).toBe(COMPILE_IMAGE);
  expect(await farm.hosts()).toContain(m3.ip);
  await expectJournalMatches(id, 0);
}, 420_000);

test("killed after it wrote down a power-off that was never sent, it sends no second one, but cuts the power in the end", async () => {
  m3.forget();
  const earlier = ipmitoolCalls(farm, m3).length;
  // The daemon and its ipmitool die before the first byte.
  const both = `case "$*" in *"power soft") rm -f ${farm.dir}/ipmitool.before; kill -9 $PPID $$ ;; esac`;
  await farm.ipmitool.meddle("before", both);
  await order(farm, "PUT", "/v1/overrides/machines/m3", { to: "web" });
  await farm.daemon.crashed();
  expect(await m3.bmc.power()).toBe("on");

  await farm.daemon.start();
  const operation = await live(farm);
  expect(operation).toMatchObject({ machine: "m3", phase: "poweringOff" });
  const { id } = operation ?? { id: "" };
  expect((await journal(farm, id)).filter(({ effect }) => effect === "softOff")).toMatchObject([{ result: null }]);

  expect(await ends(id)).toMatchObject({ outcome: "done", to: "web" });
  expect(m3.powerCommands().map(({ what }) => what)).toEqual(["power 0", "power 1"]);
  expect(await m3.beacon()).toMatchObject({ role: "web", image: WEB_IMAGE });
  expect(await farm.root.linkOf(m3.ip)).toBe(WEB_IMAGE);
  await expectJournalMatches(id, earlier);
}, 420_000);

test("killed while it drains, and stopped by its flag file before it starts again, it gives the machine back as it was", async () => {
  m3.forget();
  const before = await m3.beacon();
  const slow = [...farm.proxies, ...farm.proxies, ...farm.proxies].map(({ now }) =>
    requestOnce(`${now().url}?ms=8000`),
  );
  await order(farm, "PUT", "/v1/overrides/machines/m3", { to: "compile" });
  const { id } = await reaches("draining");
  await farm.daemon.kill();
  await writeFile(join(farm.dir, "state/stop"), "ada: the network is being rebuilt\n");
  await farm.daemon.start();

  expect(await ends(id)).toMatchObject({
    outcome: "undone",
    why: expect.stringContaining("the network is being rebuilt"),
  });
  expect(await Promise.all(slow)).toEqual(slow.map(() => "200"));
  expect(m3.powerCommands()).toEqual([]);
  expect(await farm.root.linkOf(m3.ip)).toBe(WEB_IMAGE);
  expect((await m3.beacon())?.bootId).toBe(before?.bootId);
  await eventually("m3 to be up again", PHASE_MS, () => isUp(farm, "m3"));
}, 300_000);

/** One ipmitool process at most for each journaled power command, each off once, and every intent numbered in its turn. */
async function expectJournalMatches(operation: string, earlierCalls: number): Promise<void> {
  const intents = await journal(farm, operation);
  const commands = commandsIn(ipmitoolCalls(farm, m3).slice(earlierCalls));
  const count = (effect: string): number => intents.filter((intent) => intent.effect === effect).length;
  const calls = (action: string): number => commands.filter((call) => call === `chassis power ${action}`).length;
  expect(count("softOff"), "soft offs").toBe(1);
  expect(calls("soft"), "soft offs sent").toBe(1);
  expect(calls("off"), "hard offs sent").toBe(count("hardOff"));
  expect(count("hardOff")).toBeLessThanOrEqual(1);
  expect(calls("on"), "ons sent").toBe(count("powerOn"));
  expect(intents.map(({ id }) => id)).toEqual(intents.map(({ id }) => id).sort((a, b) => a - b));
  for (const effect of new Set(intents.map((intent) => intent.effect))) {
    const attempts = intents.filter((intent) => intent.effect === effect).map(({ attempt }) => attempt);
    expect(attempts, effect).toEqual(attempts.map((_, index) => index + 1));
  }
}
