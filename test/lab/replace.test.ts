/** A web machine dies, and a cold spare takes its place: its name, its address by real DHCP, its role, and its traffic. */
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cliFor } from "../component/support/cli-bench.ts";
import { requestOnce } from "../component/support/haproxy.ts";
import { diagnose } from "../component/support/real-farm/diagnose.ts";
import { eventually, isUp } from "../component/support/real-farm/look.ts";
import { WEB_IMAGE } from "../component/support/real-farm/tftp-root.ts";
import { canBridge } from "./support/bridge.ts";
import { dhcpLine } from "./support/dnsmasq.ts";
import { type Lab, startLab } from "./support/lab.ts";
import { expectPxeBoot, MOVE_MS } from "./support/look.ts";
import type { LabMachine } from "./support/machines.ts";

const DEAD_MS = 60_000;
const REPLACE_MS = 2 * MOVE_MS;

describe.skipIf(!canBridge())("on a bridge with dnsmasq, where this kernel lets us open /dev/net/tun", () => {
  let lab: Lab;
  let dead: LabMachine;
  let spare: LabMachine;

  beforeAll(async () => {
    lab = await startLab({ web: 2, compile: 0, spares: 1, compileFloor: 0, network: "bridge" });
    dead = lab.machine("m1");
    spare = lab.machine("m3");
    const settings = join(lab.site, "retask.yaml");
    // In auto mode a web role that is short would take the spare by itself, under the spare's own name.
    await writeFile(settings, (await readFile(settings, "utf8")).replace("mode: auto", "mode: advise"));
    await appendFile(settings, dhcpLine(lab.dir));
    await lab.daemon.start();
    await lab.adopt();
  });
  afterAll(() => lab?.stop());
  beforeEach(({ onTestFailed }) => onTestFailed(async () => console.error(await diagnose(lab))));

  const logged = (): Promise<string> => readFile(join(lab.dir, "dnsmasq.log"), "utf8");

  test("it serves under the old address, and no request failed since HAProxy found the dead one down", async () => {
    expect(await isUp(lab, "m1")).toBe(true);
    const before = await dead.beacon();
    expect(before).toMatchObject({ machine: "m1", mac: dead.mac, role: "web" });
    await dead.bmc.setPower("off");
    // Not only doubtful, as in "UP 1/3".
    await eventually("HAProxy to find m1 down", DEAD_MS, async () =>
      (await lab.proxies[0]?.now().status("m1"))?.startsWith("DOWN"),
    );
    dead.forget();
    const requests = keepAsking(lab);

    const { code, stdout, stderr } = await replace("m1", "m3");
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("m1 serves as web on m3's hardware, verified");
    await eventually("HAProxy to find m1 up", MOVE_MS, () => isUp(lab, "m1"));
    await sleep(5_000);
    const { answered, failures } = await requests.stop();
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(20);

    const after = await dead.beacon();
    expect(after).toMatchObject({ machine: "m1", mac: spare.mac, role: "web", image: WEB_IMAGE });
    expect(after?.bootId).not.toBe(before?.bootId);
    expect(await logged()).toContain(` DHCPACK(lab) ${dead.ip} ${spare.mac} m1\n`);
    expectPxeBoot({ ...spare, ip: dead.ip }, "web");
    expect(dead.powerCommands()).toEqual([]);
    expect(spare.powerCommands().map(({ what }) => what)).toEqual(["power 1"]);
  });

  test("fleet.yaml and the DHCP server's file have it so, and the dead hardware gets no address any more", async () => {
    const fleet = await readFile(join(lab.site, "fleet.yaml"), "utf8");
    expect(fleet).toContain(`{ name: m1, ip: ${dead.ip}, mac: "${spare.mac}", bmc: ${spare.bmc.address} }`);
    expect(fleet).toContain(`mac: "${dead.mac}", bmc: ${dead.bmc.address}, status: retired }`);
    const entries = await readFile(join(lab.dir, "dnsmasq.retask"), "utf8");
    expect(entries).toContain(`\n${spare.mac},${dead.ip},m1\n`);
    expect(entries).not.toContain(dead.mac);
    const { machines } = await lab.daemon.get<{ machines: { name: string }[] }>("/v1/machines");
    expect(machines.map(({ name }) => name)).toEqual(["m1", "m2"]);
  });

  async function replace(machine: string, by: string) {
    const run = await cliFor(lab.site, REPLACE_MS);
    return run(["replace", machine, "--with", by, "--confirm", machine, "--reason", "its board is dead"]);
  }
});

/** One request after the other, through HAProxy, until stopped. */
function keepAsking({ proxies }: Lab) {
  const proxy = proxies[0]?.now();
  const failures: { outcome: string; m1: string; m2: string }[] = [];
  let answered = 0;
  let running = true;
  const asking = (async () => {
    while (running) {
      const outcome = await requestOnce(`${proxy?.url}`);
      if (outcome === "200") answered += 1;
      else failures.push({ outcome, m1: `${await proxy?.status("m1")}`, m2: `${await proxy?.status("m2")}` });
      await sleep(200);
    }
  })();
  return {
    stop: async () => {
      running = false;
      await asking;
      return { answered, failures };
    },
  };
}
