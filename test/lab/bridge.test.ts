/** The lab on a bridge of its own, where dnsmasq gives addresses and serves files; `npm run test:lab:all`. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hexAddress } from "../component/support/real-farm/addresses.ts";
import { diagnose } from "../component/support/real-farm/diagnose.ts";
import { eventually, finished, ipmitoolCalls, isUp, order, status } from "../component/support/real-farm/look.ts";
import { COMPILE_IMAGE, WEB_IMAGE } from "../component/support/real-farm/tftp-root.ts";
import { canBridge } from "./support/bridge.ts";
import { expectGrubBoot } from "./support/expect-grub-boot.ts";
import { type Lab, startLab } from "./support/lab.ts";
import {
  bootIds,
  expectJournalMatches,
  expectOneOffAndOn,
  expectPxeBoot,
  MOVE_MS,
  nothingBegins,
} from "./support/look.ts";
import type { LabMachine } from "./support/machines.ts";

describe.skipIf(!canBridge())("on a bridge with dnsmasq, where this kernel lets us open /dev/net/tun", () => {
  let lab: Lab;
  let m2: LabMachine;

  beforeAll(async () => {
    lab = await startLab({ web: 1, compile: 2, spares: 0, compileFloor: 0, uefi: 1, network: "bridge" });
    m2 = lab.machine("m2");
    await lab.daemon.start();
    await lab.adopt();
  });
  afterAll(() => lab?.stop());
  beforeEach(({ onTestFailed }) => onTestFailed(async () => console.error(await diagnose(lab))));

  const logged = (): Promise<string> => readFile(join(lab.dir, "dnsmasq.log"), "utf8");

  test("dnsmasq gives each machine the address, the name and the boot program of its entry and firmware", async () => {
    for (const machine of lab.machines) {
      const { name, ip, mac } = machine;
      expect(await machine.beacon()).toMatchObject({ machine: name, mac });
      expect(await logged()).toContain(` DHCPACK(lab) ${ip} ${mac} ${name}\n`);
      if (machine.loader === "grub") expectGrubBoot(machine, "compile");
      else expectPxeBoot(machine, name === "m1" ? "web" : "compile");
    }
    expect(lab.machines.map(({ loader }) => loader)).toEqual(["pxelinux", "pxelinux", "grub"]);
  });

  test("with dnsmasq stopped nothing begins, however it is ordered; when it is back, the machine is moved", async () => {
    const before = await bootIds(lab);
    const { length: earlier } = ipmitoolCalls(lab, m2);
    await lab.tftpd.stop();
    await eventually("the hold", MOVE_MS, async () =>
      (await status(lab)).reasons.find((why) => /boot server|TFTP/i.test(why)),
    );
    await order(lab, "PUT", "/v1/overrides/machines/m2", { to: "web" });
    await nothingBegins(lab);
    expect(await bootIds(lab)).toEqual(before);
    expect(await lab.root.linkOf(m2.ip)).toBe(COMPILE_IMAGE);
    expect(m2.powerCommands()).toEqual([]);

    const { length: earlierLog } = await logged();
    await lab.tftpd.start();
    // One that was undone, because a busy computer's other machine was late, is tried again: the order stands.
    const ended = await eventually("the move", 2 * MOVE_MS, async () =>
      (await finished(lab)).find(({ outcome }) => outcome !== "undone"),
    );
    expect(ended).toMatchObject({ outcome: "done", machine: "m2", from: "compile" });
    const beacon = await m2.beacon();
    expect(beacon).toMatchObject({ machine: "m2", mac: m2.mac, role: "web", image: WEB_IMAGE });
    expect(beacon?.bootId).not.toBe(before.get("m2"));
    expect(await lab.root.linkOf(m2.ip)).toBe(WEB_IMAGE);
    expectPxeBoot(m2, "web");
    expectOneOffAndOn(m2);
    await expectJournalMatches(lab, m2, ended.id, earlier);
    expect(await isUp(lab, "m2")).toBe(true);
    const told = (await logged()).slice(earlierLog);
    expect(told).toContain(`sent ${join(lab.root.links, hexAddress(m2.ip))} to ${m2.ip}\n`);
    const now = await bootIds(lab);
    for (const name of ["m1", "m3"]) expect(now.get(name), name).toBe(before.get(name));
  });
});
