/** Near-diskless machines as the article has them: one read-only root for all of a role, and a snapshot for each machine. */
import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { canServeNfs } from "../component/support/ganesha.ts";
import { compiledBy, startBuild } from "../component/support/real-farm/builds.ts";
import { diagnose } from "../component/support/real-farm/diagnose.ts";
import { eventually, finished, order } from "../component/support/real-farm/look.ts";
import { COMPILE_IMAGE, type Role, WEB_IMAGE } from "../component/support/real-farm/tftp-root.ts";
import { canBridge } from "./support/bridge.ts";
import { type Lab, startLab } from "./support/lab.ts";
import { MOVE_MS } from "./support/look.ts";
import type { LabMachine } from "./support/machines.ts";
import { nfsRootOf, rootOf, snapshotOf } from "./support/nfs.ts";
import { shell } from "./support/shell.ts";

/** A compile job reads the compiler over the network at first. */
const JOBS_MS = 120_000;
const BOOT_FILES = ["vmlinuz", "base.img", "nfs.img"];
const firstRole = ({ name }: LabMachine): Role => (name === "m1" ? "web" : "compile");

/** From the machine's own table of mounts: its root as `server:/path ro`. */
const rootMount = (machine: LabMachine): Promise<string> =>
  shell(machine, `awk '$2 == "/" { split($4, options, ","); print $1, $3, options[1] }' /proc/mounts`);

/** On a busy computer one answer may be late. */
const heard = (machine: LabMachine) => eventually("its beacon", MOVE_MS, machine.beacon);

/** What the machine noted at each of its boots: boot id, role and image. */
const bootsOf = async (lab: Lab, { name }: LabMachine): Promise<string[]> =>
  (await readFile(join(snapshotOf(lab.dir, name), "var/log/boots"), "utf8")).trimEnd().split("\n");

const possible = canServeNfs() && canBridge();
describe.skipIf(!possible)("machines with an NFS root (its server and its bridge need root)", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ web: 1, compile: 2, spares: 0, compileFloor: 0, network: "bridge", roots: "nfs" });
    await lab.daemon.start();
    await lab.adopt();
  });
  afterAll(() => lab?.stop());
  beforeEach(({ onTestFailed }) => onTestFailed(async () => console.error(await diagnose(lab))));

  test("both roles run from read-only roots of one server, and have loaded no more than what mounts them", async () => {
    for (const machine of lab.machines) {
      expect(await rootMount(machine), machine.name).toBe(`${nfsRootOf(firstRole(machine))} nfs4 ro`);
      const loaded = machine.requests().filter(({ file, error }) => error === null && !file.startsWith("pxelinux"));
      expect(loaded.map(({ file }) => file)).toEqual(["ldlinux.c32", ...BOOT_FILES]);
    }
  });

  test("compile jobs succeed on the compilers of the shared root, on each compile machine", async ({
    onTestFailed,
  }) => {
    const build = await startBuild(lab.distccHome, join(lab.dir, "objects"));
    onTestFailed(async () => void (await build.stop()));
    const [, m2, m3] = lab.machines;
    await eventually("jobs on both machines", JOBS_MS, async () => {
      const compiled = await Promise.all([m2, m3].map((machine) => compiledBy(machine?.ip ?? "")));
      return compiled.every((jobs) => (jobs ?? 0) >= 3);
    });
    expect(await build.stop()).toMatchObject({ failures: [], missing: [], local: 0 });
  });

  test("no machine can write the shared root: not as it is mounted, and not after mounting it writable", async () => {
    for (const machine of lab.machines) {
      expect(await shell(machine, "touch /mark")).toBe("touch: /mark: Read-only file system");
      const writable = `mount -o remount,rw /; grep -c ' / nfs4 rw' /proc/mounts; touch /mark; mount -o remount,ro /`;
      expect(await shell(machine, writable)).toBe("1\ntouch: /mark: Read-only file system");
      expect(existsSync(join(rootOf(lab.dir, firstRole(machine)), "mark"))).toBe(false);
    }
  });

  test("what a machine writes lies in its own snapshot on the server, which it made at its first boot", async () => {
    for (const machine of lab.machines)
      expect(await shell(machine, "hostname >/var/mark && cat /var/mark")).toBe(machine.name);
    expect((await readdir(snapshotOf(lab.dir, "."))).sort()).toEqual(["m1", "m2", "m3"]);
    const ids = new Set<string>();
    for (const machine of lab.machines) {
      const own = snapshotOf(lab.dir, machine.name);
      expect(await readFile(join(own, "var/mark"), "utf8")).toBe(`${machine.name}\n`);
      const id = await shell(machine, "cat /etc/machine-id");
      expect(await readFile(join(own, "etc/machine-id"), "utf8")).toBe(`${id}\n`);
      expect(machine.log()).toContain(`the first boot: making /snapshots/${machine.name} `);
      expect(await bootsOf(lab, machine)).toHaveLength(1);
      ids.add(id);
    }
    expect(ids.size).toBe(3);
  });

  test("a machine that is re-tasked gets the other root, and keeps its snapshot", async () => {
    const m3 = lab.machine("m3");
    const [own, id] = [snapshotOf(lab.dir, "m3"), await shell(m3, "echo kept >/var/kept; cat /etc/machine-id")];
    const [before, made] = [await heard(m3), await stat(own)];
    await order(lab, "PUT", "/v1/overrides/machines/m3", { to: "web" });
    // On a busy computer the other compile machine may be late; m3 is kept for the floor then, and goes after a rest.
    const ended = await eventually("the end of the move", 2 * MOVE_MS, async () =>
      (await finished(lab)).find(({ outcome }) => outcome !== "undone"),
    );
    expect(ended).toMatchObject({ outcome: "done", machine: "m3", to: "web" });

    const after = await heard(m3);
    expect(after).toMatchObject({ role: "web", image: WEB_IMAGE });
    expect(await rootMount(m3)).toBe(`${nfsRootOf("web")} nfs4 ro`);
    expect(await (await fetch(`http://${m3.ip}:8080/cgi-bin/page?ms=10`)).text()).toBe("m3\n");
    expect(m3.log()).not.toContain("the first boot");
    expect((await stat(own)).ino).toBe(made.ino);
    expect(await shell(m3, "cat /etc/machine-id /var/kept")).toBe(`${id}\nkept`);
    expect(await bootsOf(lab, m3)).toEqual([
      `${before.bootId} compile ${COMPILE_IMAGE}`,
      `${after.bootId} web ${WEB_IMAGE}`,
    ]);
  });
});
