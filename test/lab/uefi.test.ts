/** A machine that boots through UEFI and GRUB, among others with a BIOS and pxelinux; `npm run test:lab:all`. */
import { readFile, readlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { hexAddress } from "../component/support/real-farm/addresses.ts";
import { diagnose } from "../component/support/real-farm/diagnose.ts";
import { eventually, finished, ipmitoolCalls, isUp, live, order, status } from "../component/support/real-farm/look.ts";
import { COMPILE_IMAGE, WEB_IMAGE } from "../component/support/real-farm/tftp-root.ts";
import { expectGrubBoot } from "./support/expect-grub-boot.ts";
import { type Lab, startLab } from "./support/lab.ts";
import { bootIds, expectJournalMatches, expectOneOffAndOn, expectPxeBoot, MOVE_MS } from "./support/look.ts";
import type { LabMachine } from "./support/machines.ts";

const M3 = "/v1/overrides/machines/m3";
let lab: Lab;
let m3: LabMachine;

beforeAll(async () => {
  lab = await startLab({ web: 1, compile: 2, spares: 0, compileFloor: 0, uefi: 1 });
  m3 = lab.machine("m3");
  await lab.daemon.start();
  await lab.adopt();
});
afterAll(() => lab?.stop());
beforeEach(({ onTestFailed }) => onTestFailed(async () => console.error(await diagnose(lab))));

/** Where GRUB looks, by the disk itself. */
const grubLink = (): Promise<string> => readlink(join(lab.root.grubLinks, `grub.cfg-${hexAddress(m3.ip)}`));

test("a GRUB image whose initrd is missing costs no machine: the operation ends before the drain, and says which file", async () => {
  const before = await bootIds(lab);
  const file = join(lab.root.grubLinks, WEB_IMAGE);
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace("initrd /base.img", "initrd /base-gone.img"));
  await order(lab, "PUT", M3, { to: "web" });
  const why = await eventually("the refusal", MOVE_MS, async () => {
    const { notDone, operations } = await status(lab);
    const ended = await finished(lab);
    return [...notDone, ...operations, ...ended].map((one) => one.why ?? "").find((one) => one.includes("base-gone"));
  });
  expect(why).toContain("/base-gone.img");
  await order(lab, "DELETE", M3);
  await writeFile(file, text);
  await eventually("the end", MOVE_MS, async () => (await live(lab)) === null);
  expect(await bootIds(lab)).toEqual(before);
  expect(await grubLink()).toBe(COMPILE_IMAGE);
  expect(m3.powerCommands()).toEqual([]);
});

test("a UEFI machine is moved from compile to web: GRUB follows its re-pointed boot link, after one off and one on", async () => {
  const before = await m3.beacon();
  expect(before).toMatchObject({ machine: "m3", mac: m3.mac, role: "compile", image: COMPILE_IMAGE });
  expectGrubBoot(m3, "compile");
  for (const name of ["m1", "m2"]) expectPxeBoot(lab.machine(name), name === "m1" ? "web" : "compile");
  const others = await bootIds(lab);
  const { length: earlier } = ipmitoolCalls(lab, m3);

  await order(lab, "PUT", M3, { to: "web" });
  // One that was undone, because a busy computer's other machine was late, is tried again: the order stands.
  const ended = await eventually("the move", 2 * MOVE_MS, async () =>
    (await finished(lab)).find(({ outcome }) => outcome !== "undone"),
  );
  expect(ended).toMatchObject({ outcome: "done", machine: "m3", from: "compile" });
  const beacon = await m3.beacon();
  expect(beacon).toMatchObject({ machine: "m3", mac: m3.mac, role: "web", image: WEB_IMAGE });
  expect(beacon?.bootId).not.toBe(before?.bootId);
  expect(await grubLink()).toBe(WEB_IMAGE);
  expectGrubBoot(m3, "web");
  expectOneOffAndOn(m3);
  await expectJournalMatches(lab, m3, ended.id, earlier);
  expect(await isUp(lab, "m3")).toBe(true);
  expect(await lab.hosts()).not.toContain(m3.ip);
  const now = await bootIds(lab);
  for (const name of ["m1", "m2"]) expect(now.get(name), name).toBe(others.get(name));
});
