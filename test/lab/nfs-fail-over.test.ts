/** One of two NFS servers dies: its machine serves again from the other, whose own machine never notices. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { canServeNfs } from "../component/support/ganesha.ts";
import { diagnose } from "../component/support/real-farm/diagnose.ts";
import { eventually, finished } from "../component/support/real-farm/look.ts";
import { WEB_IMAGE } from "../component/support/real-farm/tftp-root.ts";
import { canBridge } from "./support/bridge.ts";
import { type Lab, startLab } from "./support/lab.ts";
import { MOVE_MS } from "./support/look.ts";
import type { LabMachine } from "./support/machines.ts";
import { NFS_A, NFS_B, nfsRootOf } from "./support/nfs.ts";
import { shell } from "./support/shell.ts";

const rootMount = (machine: LabMachine): Promise<string> => shell(machine, `awk '$2 == "/" { print $1 }' /proc/mounts`);
const heard = (machine: LabMachine) => eventually("its beacon", MOVE_MS, machine.beacon);
const page = async ({ ip }: LabMachine): Promise<string> =>
  (await fetch(`http://${ip}:8080/cgi-bin/page?ms=10`, { signal: AbortSignal.timeout(3_000) })).text();

interface Storage {
  readonly servers: readonly { readonly name: string; readonly state: string; readonly hanging: number }[];
}

const possible = canServeNfs() && canBridge();
describe.skipIf(!possible)("two NFS servers (they and the bridge need root)", () => {
  let lab: Lab;
  beforeAll(async () => {
    // Nobody asks for pages: above its floor web would give one of the two away.
    const farm = { web: 2, webFloor: 2, compile: 0, spares: 0, compileFloor: 0 };
    lab = await startLab({ ...farm, network: "bridge", roots: "mirrored" });
    await lab.daemon.start();
    await lab.adopt();
  });
  afterAll(() => lab?.stop());
  beforeEach(({ onTestFailed }) => onTestFailed(async () => console.error(await diagnose(lab))));

  test("each machine runs from its own; one dies, and its machine serves again from the other", async () => {
    const [m1, m2] = [lab.machine("m1"), lab.machine("m2")];
    expect(await rootMount(m1)).toBe(nfsRootOf("web", NFS_A));
    expect(await rootMount(m2)).toBe(nfsRootOf("web", NFS_B));
    const [before, other] = [await heard(m1), await heard(m2)];
    const answers: boolean[] = [];
    const asking = setInterval(
      () =>
        void page(m2).then(
          (text) => answers.push(text === "m2\n"),
          () => answers.push(false),
        ),
      1_000,
    );

    // A machine with all of its files in memory would go on for minutes: here it needs them from the server again.
    await shell(m1, "sync; echo 3 >/proc/sys/vm/drop_caches");
    await lab.killNfs("nfs-a");
    const ended = await eventually("the end of the fail-over", 2 * MOVE_MS, async () =>
      (await finished(lab)).find(({ outcome }) => outcome !== "undone"),
    );
    clearInterval(asking);
    expect(ended).toMatchObject({ outcome: "done", machine: "m1", from: "web", to: "web" });
    // Its power was cut, once: what hangs can't shut down.
    expect(m1.powerCommands().map(({ what }) => what)).toEqual(["power 0", "power 1"]);

    const after = await heard(m1);
    expect(after).toMatchObject({ role: "web", image: `${WEB_IMAGE}@nfs-b` });
    expect(after.bootId).not.toBe(before.bootId);
    expect(await rootMount(m1)).toBe(nfsRootOf("web", NFS_B));
    expect(await page(m1)).toBe("m1\n");

    expect((await heard(m2)).bootId).toBe(other.bootId);
    expect(m2.powerCommands()).toEqual([]);
    expect(answers.length).toBeGreaterThan(10);
    expect(answers.filter((ok) => !ok)).toEqual([]);
    const { servers } = await lab.daemon.get<Storage>("/v1/storage");
    expect(servers).toMatchObject([
      { name: "nfs-a", state: "failedOver", hanging: 0 },
      { name: "nfs-b", state: "well" },
    ]);
  });
});
