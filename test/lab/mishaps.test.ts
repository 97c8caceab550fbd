/** Mishaps on machines that really boot; `npm run test:lab:all`. Each test leaves the lab as it found it. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { diagnose } from "../component/support/real-farm/diagnose.ts";
import { eventually, finished, ipmitoolCalls, live, order, status } from "../component/support/real-farm/look.ts";
import { COMPILE_IMAGE, WEB_IMAGE } from "../component/support/real-farm/tftp-root.ts";
import { killAtEachStep } from "./support/kill-at-each-step.ts";
import { type Lab, startLab } from "./support/lab.ts";
import { bootIds, expectJournalMatches, expectOffsBeforeOns, expectPxeBoot, MOVE_MS } from "./support/look.ts";
import type { LabMachine } from "./support/machines.ts";

const M3 = "/v1/overrides/machines/m3";
/** Three ticks and more: had retask wanted to begin something, it would have. */
const HELD_MS = 15_000;
let lab: Lab;
let m3: LabMachine;

beforeAll(async () => {
  lab = await startLab({ web: 1, compile: 2, spares: 0, compileFloor: 0 });
  m3 = lab.machine("m3");
  await lab.daemon.start();
  await lab.adopt();
});
afterAll(() => lab?.stop());
beforeEach(({ onTestFailed }) => onTestFailed(async () => console.error(await diagnose(lab))));

const nothingWasTouched = async (before: Map<string, string | undefined>): Promise<void> => {
  expect(await bootIds(lab)).toEqual(before);
  expect(await lab.root.linkOf(m3.ip)).toBe(COMPILE_IMAGE);
  expect(await lab.hosts()).toContain(m3.ip);
  for (const machine of lab.machines) expect(machine.powerCommands(), machine.name).toEqual([]);
};

test("an image whose kernel is missing costs no machine: the operation ends before the drain, and says which file", async () => {
  const before = await bootIds(lab);
  const file = join(lab.root.links, WEB_IMAGE);
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace("KERNEL vmlinuz", "KERNEL vmlinuz-gone"));
  await order(lab, "PUT", M3, { to: "web" });
  const why = await eventually("the refusal", MOVE_MS, async () => {
    const { notDone, operations } = await status(lab);
    const ended = await finished(lab);
    return [...notDone, ...operations, ...ended]
      .map((one) => one.why ?? "")
      .find((one) => one.includes("vmlinuz-gone"));
  });
  expect(why).toContain("vmlinuz-gone");
  await order(lab, "DELETE", M3);
  await writeFile(file, text);
  await eventually("the end", MOVE_MS, async () => (await live(lab)) === null);
  await nothingWasTouched(before);
});

test("with tftpd stopped nothing begins, however it is ordered; when it is back, nothing is left of the order", async () => {
  const before = await bootIds(lab);
  await lab.tftpd.stop();
  await order(lab, "PUT", M3, { to: "web" });
  await eventually("the hold", MOVE_MS, async () =>
    (await status(lab)).reasons.find((why) => /boot server|TFTP/i.test(why)),
  );
  await sleep(HELD_MS);
  await order(lab, "DELETE", M3);
  await lab.tftpd.start();
  await eventually("the end of the hold", MOVE_MS, async () => (await status(lab)).health === "healthy");
  await nothingWasTouched(before);
});

test("a machine that is power-cycled by hand while the controller is dead boots its last role, and the controller leaves it there", async () => {
  const before = await m3.beacon();
  await lab.daemon.kill();
  await m3.bmc.setPower("off");
  await m3.bmc.setPower("on");
  await eventually("its beacon", MOVE_MS, async () => (await m3.beacon())?.bootId !== undefined);
  expectPxeBoot(m3, "compile");
  await lab.daemon.start();
  await sleep(HELD_MS);
  const after = await m3.beacon();
  expect(after).toMatchObject({ role: "compile", image: COMPILE_IMAGE });
  expect(after?.bootId).not.toBe(before?.bootId);
  expect(m3.powerCommands()).toEqual([]);
  expect((await status(lab)).quarantined).toEqual([]);
  expect(await finished(lab)).toEqual((await finished(lab)).filter(({ outcome }) => outcome === "undone"));
});

test("killed after every single step of its journal, the controller finishes the operation, and sends no second off", async () => {
  const before = await m3.beacon();
  const earlier = ipmitoolCalls(lab, m3).length;
  // The hard off comes where the soft one was lost; killed before it was sent, too, nothing would be left to switch it off.
  const killer = killAtEachStep(lab, ["hardOff begun"]);
  await order(lab, "PUT", M3, { to: "web" });
  const ended = await eventually("the end of the move", 2 * MOVE_MS, async () =>
    (await finished(lab).catch(() => [])).find(({ to, outcome }) => to === "web" && outcome !== "undone"),
  );
  await killer.stop();
  expect(ended).toMatchObject({ outcome: "done", machine: "m3" });
  const steps = ["preflight", "trafficOff", "relink", "identify", "softOff", "powerOn", "trafficOn"];
  expect(killer.steps()).toEqual(expect.arrayContaining(steps.map((step) => `${step} begun`)));
  expect(killer.kills()).toBeGreaterThanOrEqual(steps.length);
  console.info(`${killer.kills()} kills: ${killer.steps().join(", ")}`);
  const beacon = await m3.beacon();
  expect(beacon).toMatchObject({ role: "web", image: WEB_IMAGE });
  expect(beacon?.bootId).not.toBe(before?.bootId);
  expectPxeBoot(m3, "web");
  expectOffsBeforeOns(m3);
  await expectJournalMatches(lab, m3, ended.id, earlier);
});
