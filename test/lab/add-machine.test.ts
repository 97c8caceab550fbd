/** A machine that no file of the site knows joins by one command: entry, real DHCP, boot link, network boot, first boot, work. */
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { FleetAdded } from "../../src/cli/text/fleet-text.ts";
import { cliFor } from "../component/support/cli-bench.ts";
import { startWebLoad } from "../component/support/haproxy.ts";
import { diagnose } from "../component/support/real-farm/diagnose.ts";
import { eventually, isUp, role } from "../component/support/real-farm/look.ts";
import { WEB_IMAGE } from "../component/support/real-farm/tftp-root.ts";
import { canBridge } from "./support/bridge.ts";
import { DISK_SAYS } from "./support/disk.ts";
import { dhcpLine } from "./support/dnsmasq.ts";
import { type Lab, startLab, WEB_PORT } from "./support/lab.ts";
import { expectPxeBoot, MOVE_MS, requestsServedBy, retaskSays } from "./support/look.ts";
import type { LabMachine } from "./support/machines.ts";

/** The firmware of a busy computer, up to a disk's first sector. */
const DISK_MS = 60_000;

describe.skipIf(!canBridge())("on a bridge with dnsmasq, where this kernel lets us open /dev/net/tun", () => {
  let lab: Lab;
  let newcomer: LabMachine;

  beforeAll(async () => {
    lab = await startLab({ web: 1, compile: 0, spares: 0, newcomers: 1, compileFloor: 0, network: "bridge" });
    newcomer = lab.machine("m2");
    await appendFile(join(lab.site, "retask.yaml"), dhcpLine(lab.dir));
    await lab.daemon.start();
    await lab.adopt();
  });
  afterAll(() => lab?.stop());
  beforeEach(({ onTestFailed }) => onTestFailed(async () => console.error(await diagnose(lab))));

  const dhcpLog = (): Promise<string> => readFile(join(lab.dir, "dnsmasq.log"), "utf8");
  const fleet = (): Promise<string> => readFile(join(lab.site, "fleet.yaml"), "utf8");
  const standing = async () => {
    const seen = await lab.daemon.get<{ standing: { kind: string; forFloor: boolean } }>("/v1/machines/m2");
    return seen.standing;
  };

  async function retask(...args: string[]): Promise<string> {
    const run = await cliFor(lab.site, 2 * MOVE_MS);
    const { code, stdout, stderr } = await run(args);
    expect(code, stderr + stdout).toBe(0);
    return stdout;
  }
  async function add(): Promise<FleetAdded["steps"]> {
    const { mac, ip, bmc } = newcomer;
    const addresses = ["--mac", mac, "--ip", ip, "--bmc", bmc.address];
    const said = await retask("fleet", "add", "m2", ...addresses, "--role", "web", "--power-on", "--json");
    return (JSON.parse(said) as FleetAdded).steps;
  }

  test("switched on by itself it starts from its disk", async () => {
    await newcomer.bmc.setPower("on");
    await eventually("its disk", DISK_MS, async () => newcomer.log().includes(DISK_SAYS));
    expect(newcomer.requests()).toEqual([]);
    await newcomer.bmc.setPower("off");
  });

  test("one command, and it boots as web: with its address by DHCP, and from the network although its disk is there", async () => {
    const before = await fleet();
    const steps = await add();
    expect(Object.fromEntries(steps.map(({ step, done }) => [step, done]))).toEqual({
      ...{ bmc: "unchanged", address: "unchanged", entry: "changed", dhcp: "changed", daemon: "changed" },
      // ipmi_sim keeps what to start from, and shows it, but never as valid: only the machine itself proves it.
      ...{ bootLink: "changed", networkBoot: "unproven", powerOn: "changed", boot: "changed" },
    });

    const { ip, mac, bmc } = newcomer;
    expect(await fleet()).toBe(
      `${before.trimEnd()}\n  - { name: m2, ip: ${ip}, mac: "${mac}", bmc: ${bmc.address} }\n`,
    );
    expect(await readFile(join(lab.dir, "dnsmasq.retask"), "utf8")).toContain(`\n${mac},${ip},m2\n`);
    expect(await dhcpLog()).toContain(` DHCPACK(lab) ${ip} ${mac} m2\n`);
    expect(await lab.root.linkOf(ip)).toBe(WEB_IMAGE);
    expectPxeBoot(newcomer, "web");
    expect(newcomer.powerCommands().map(({ what }) => what)).toEqual(["boot pxe", "power 1"]);
    expect(await newcomer.beacon()).toMatchObject({ machine: "m2", mac, role: "web", image: WEB_IMAGE });
    expect(await standing()).toMatchObject({ kind: "stray", forFloor: false });
  });

  test("the same command again finds it done, and sends nothing to its BMC that changes its power", async () => {
    newcomer.forget();
    const steps = await add();
    expect(steps.filter(({ done }) => done === "changed").map(({ step }) => step)).toEqual(["daemon", "boot"]);
    expect(newcomer.powerCommands().filter(({ what }) => what !== "boot pxe")).toEqual([]);
    expect(newcomer.boots()).toBe(2);
  });

  test("adopted it counts, verified in its role, and gets its share of the requests", async () => {
    // Nobody asks for pages yet, and what is not needed would be taken out of the role.
    await retaskSays(lab, "force role web --count 2 --for 2h --reason both --confirm web");
    const boot = (await newcomer.beacon())?.bootId;
    expect(await retask("adopt", "--yes", "1")).toContain("adopted 1 machines");
    await eventually("m2 to serve", MOVE_MS, async () => (await standing()).kind === "serving");
    await eventually("both for the floor", MOVE_MS, async () => (await role(lab, "web")).counts.forFloor === 2);
    await eventually("HAProxy to find it up", MOVE_MS, () => isUp(lab, "m2"));
    const earlier = await requestsServedBy(lab, newcomer);
    const load = startWebLoad(`http://127.0.0.1:${WEB_PORT}/cgi-bin/page`, 2);
    await eventually("its share", MOVE_MS, async () => (await requestsServedBy(lab, newcomer)) >= earlier + 5);
    await load.stop();
    expect(load.counts()).toMatchObject({ failed: 0, firstFailure: null });
    // It was taken as it ran: nobody booted it anew.
    expect((await newcomer.beacon())?.bootId).toBe(boot);
  });
});
