/** An image is cloned, updated and promoted, taken back, and then updated in place: NFS roots, and the commands as documented. */
import { execFile } from "node:child_process";
import { appendFile, readFile, readlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { LintResult } from "../../src/cli/image/lint.ts";
import type { ImagesShown } from "../../src/cli/image/list.ts";
import { cliFor } from "../component/support/cli-bench.ts";
import { canServeNfs } from "../component/support/ganesha.ts";
import { startWebLoad } from "../component/support/haproxy.ts";
import { diagnose } from "../component/support/real-farm/diagnose.ts";
import { eventually, finished, isUp, watchFloor } from "../component/support/real-farm/look.ts";
import { WEB_IMAGE } from "../component/support/real-farm/tftp-root.ts";
import { BRIDGE_ADDRESS } from "./support/addresses.ts";
import { canBridge } from "./support/bridge.ts";
import { type Lab, startLab, WEB_PORT } from "./support/lab.ts";
import { expectOneOffAndOn, MOVE_MS, nothingBegins, wordOf } from "./support/look.ts";
import type { LabMachine } from "./support/machines.ts";
import { nfsRootOf, rootOf } from "./support/nfs.ts";
import { shell } from "./support/shell.ts";

const NEW = "web.2026-12";
/** One move or two, one after the other, on a busy computer. */
const ROLLOUT_MS = 4 * MOVE_MS;

/** An update of what each machine runs from its start on: until then it has the old one. Its front page tells. */
const update = (version: string): string[] => [
  "sed",
  "-i",
  `s|^hostname >/run/name|echo "$(hostname) ${version}" >/run/name|`,
  "/sbin/serve",
];
const frontPage = async ({ ip }: LabMachine): Promise<string> => (await fetch(`http://${ip}:8080/`)).text();
/** What a machine keeps as long as nobody boots it anew. */
const runOf = async (machine: LabMachine) => {
  const { bootId, role, image } = (await wordOf(machine)) ?? {};
  return { bootId, role, image };
};
const rootMount = (machine: LabMachine): Promise<string> => shell(machine, `awk '$2 == "/" { print $1 }' /proc/mounts`);

const possible = canServeNfs() && canBridge();
describe.skipIf(!possible)("images with an NFS root (its server and its bridge need root)", () => {
  let lab: Lab;
  let m1: LabMachine;
  let m2: LabMachine;

  beforeAll(async () => {
    const farm = { web: 1, compile: 1, spares: 0, compileFloor: 0 };
    lab = await startLab({ ...farm, network: "bridge", roots: "nfs", imageWriter: "m1" });
    [m1, m2] = [lab.machine("m1"), lab.machine("m2")];
    const images = dirname(rootOf(lab.dir, "web"));
    await appendFile(join(lab.site, "retask.yaml"), `images: { roots: { "${BRIDGE_ADDRESS}:/images": ${images} } }\n`);
    const policy = join(lab.site, "policies/web.yaml");
    const channels = "images: { production: web.production, prototype: web.prototype }\nprototypeMachines: 1";
    await writeFile(policy, (await readFile(policy, "utf8")).replace(/^images: .*$/m, channels));
    await lab.daemon.start();
    await lab.adopt();
  });
  afterAll(() => lab?.stop());
  beforeEach(({ onTestFailed }) => onTestFailed(async () => console.error(await diagnose(lab))));

  async function retask(line: string): Promise<string> {
    const run = await cliFor(lab.site, ROLLOUT_MS);
    const { code, stdout, stderr } = await run(line.split(" "));
    expect(code, stderr + stdout).toBe(0);
    return stdout;
  }
  const wouldChange = async (): Promise<string[]> => {
    const { images } = JSON.parse(await retask("image list --json")) as ImagesShown;
    return images.flatMap(({ image, wouldChange }) =>
      wouldChange.map(({ machine, why }) => `${machine} ${image}: ${why}`),
    );
  };
  const production = (): Promise<string> => readlink(join(lab.root.links, "web.production"));

  test("a clone of a real root has no error, and is promoted: a machine that joins the role boots it", async () => {
    const before = await runOf(m1);
    await retask(`image clone web.production ${NEW}`);
    const copy = join(dirname(rootOf(lab.dir, "web")), NEW);
    await promisify(execFile)("chroot", [copy, ...update("of December")]);
    const lint = JSON.parse(await retask(`image lint ${NEW} --json`)) as LintResult;
    // The lab's process 1 starts it itself, which no rule can see.
    expect(lint.findings.map(({ rule }) => rule)).toEqual(["beacon-not-started"]);
    expect(lint).toMatchObject({ ok: true, root: copy, notLookedAt: null });

    await retask(`image promote ${NEW}`);
    expect(await production()).toBe(NEW);
    expect(await wouldChange()).toEqual([`m1 ${WEB_IMAGE}: web.production means ${NEW} now`]);
    await retask("force role web --count 2 --for 2h --reason both --confirm web");
    await eventually("m2 to be moved", 2 * MOVE_MS, async () =>
      (await finished(lab)).find(({ machine, to, outcome }) => machine === "m2" && to === "web" && outcome === "done"),
    );
    expect(await runOf(m2)).toMatchObject({ role: "web", image: NEW });
    expect(await rootMount(m2)).toBe(nfsRootOf("web").replace(WEB_IMAGE, NEW));
    expect(await frontPage(m2)).toBe("m2 of December\n");
    expect(await lab.root.linkOf(m2.ip)).toBe(NEW);
    // The other one runs, and would boot again, what it ran before.
    expect(await runOf(m1)).toEqual(before);
    expect(await frontPage(m1)).toBe("m1\n");
    expect(await lab.root.linkOf(m1.ip)).toBe(WEB_IMAGE);
  });

  test("rolled back, the channel means the version before; a roll-out of that takes back the one that ran it", async () => {
    const [before, other] = [await runOf(m2), await runOf(m1)];
    await retask("image rollback web");
    expect(await production()).toBe(WEB_IMAGE);
    expect(await wouldChange()).toEqual([`m2 ${NEW}: web.production means ${WEB_IMAGE} now`]);
    expect(await runOf(m2)).toEqual(before);

    await retask(`rollout start web ${WEB_IMAGE} --canary 0 --soak 0s --waves 100% --reason back --confirm web`);
    await retask("rollout status web --watch");
    expect(await runOf(m2)).toMatchObject({ role: "web", image: WEB_IMAGE });
    expect(await rootMount(m2)).toBe(nfsRootOf("web"));
    expect(await frontPage(m2)).toBe("m2\n");
    expect(await runOf(m1)).toEqual(other);
    expect(await production()).toBe(WEB_IMAGE);
    expect(await wouldChange()).toEqual([]);
  });

  test("updated in place on one machine, both have it after a rolling reboot, and no request fails", async () => {
    await eventually(
      "HAProxy to find both up",
      MOVE_MS,
      async () => (await isUp(lab, "m1")) && (await isUp(lab, "m2")),
    );
    const quoted = update("in place").map((word) => `'${word}'`);
    const remounted = `mount -o remount,rw / && ${quoted.join(" ")} && mount -o remount,ro / && echo updated`;
    expect(await shell(m1, remounted)).toBe("updated");
    for (const machine of [m1, m2]) expect(await frontPage(machine)).toBe(`${machine.name}\n`);
    const before = await Promise.all([m1, m2].map(runOf));
    for (const machine of [m1, m2]) machine.forget();
    const floor = watchFloor(lab, 1);
    const load = startWebLoad(`http://127.0.0.1:${WEB_PORT}/cgi-bin/page`, 2);

    await retask("reboot --role web --rolling --reason updated --confirm web");
    await retask("rollout status web --watch");
    await load.stop();
    expect(load.counts()).toMatchObject({ failed: 0, firstFailure: null });
    expect(await floor.stop()).toEqual([]);
    for (const [at, machine] of [m1, m2].entries()) {
      expect(await frontPage(machine)).toBe(`${machine.name} in place\n`);
      const now = await runOf(machine);
      expect(now).toMatchObject({ role: "web", image: WEB_IMAGE });
      expect(now.bootId).not.toBe(before[at]?.bootId);
      expectOneOffAndOn(machine);
      expect(await isUp(lab, machine.name)).toBe(true);
    }
  });

  test("promoted as a prototype, the clone is booted by one machine of the two, by itself", async () => {
    const before = new Map(
      await Promise.all([m1, m2].map(async (machine) => [machine, await runOf(machine)] as const)),
    );
    const { length: earlier } = await finished(lab);
    await retask(`image promote ${NEW} --channel prototype`);
    const ended = await eventually("the prototype", 2 * MOVE_MS, async () => {
      const all = await finished(lab);
      return all.slice(0, all.length - earlier).find(({ outcome }) => outcome === "done");
    });
    const prototype = lab.machine(ended.machine);
    const other = prototype === m1 ? m2 : m1;
    expect(await runOf(prototype)).toMatchObject({ role: "web", image: NEW });
    expect(await frontPage(prototype)).toBe(`${prototype.name} of December\n`);
    await nothingBegins(lab);
    expect(await runOf(other)).toEqual(before.get(other));
    expect(await production()).toBe(WEB_IMAGE);
    expect(await wouldChange()).toEqual([]);
  });
});
