/** `retask fleet import` as a process of its own: what it prints, what it adds, and what it leaves alone. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setEntryKeys } from "../../src/cli/fleet/edit-fleet.ts";
import type { FleetImported, FleetRemoved } from "../../src/cli/text/fleet-text.ts";
import { cliFor, type Run, type SimulatedDaemon, startSimulatedDaemon } from "./support/cli-bench.ts";

let daemon: SimulatedDaemon;
let retask: Run;

beforeAll(async () => {
  daemon = await startSimulatedDaemon();
  retask = await cliFor(daemon.site);
});
afterAll(() => daemon.stop());

const file = (name: string) => join(daemon.site, "..", name);
const fleetText = () => readFile(join(daemon.site, "fleet.yaml"), "utf8");
const importing = async (name: string, ...more: string[]) => {
  const ended = await retask(["fleet", "import", file(name), "--json", ...more]);
  const shown = ended.stdout === "" ? null : (JSON.parse(ended.stdout) as FleetImported);
  return { ...ended, shown };
};

test("the hosts of a dhcpd.conf become machines, once", async () => {
  const before = await fleetText();
  await writeFile(
    file("dhcpd.conf"),
    `group { use-host-decl-names on;
  host m31.example.org { hardware ethernet 00:11:22:33:55:31; fixed-address 10.0.3.131; }
  host m32.example.org { hardware ethernet 00:11:22:33:55:32; fixed-address 10.0.3.132; }
  host printer { hardware ethernet 00:11:22:33:55:33; }
}
`,
  );
  const without = await importing("dhcpd.conf");
  expect(without).toMatchObject({ code: 1, stderr: expect.stringContaining("--bmc-from") });
  const shown = await importing("dhcpd.conf", "--bmc-from", "10.0.9.{4}", "--print");
  expect(shown.shown).toMatchObject({ written: false, skipped: [{ line: 4 }] });
  expect(await fleetText()).toBe(before);

  const added = await importing("dhcpd.conf", "--bmc-from", "10.0.9.{4}");
  expect(added).toMatchObject({ code: 0, shown: { written: true, new: [{ machine: "m31" }, { machine: "m32" }] } });
  const lines = [31, 32].map((n) => {
    const entry = `name: m${n}, ip: 10.0.3.1${n}, mac: "00:11:22:33:55:${n}", bmc: 10.0.9.1${n}`;
    return `  - { ${entry} }\n`;
  });
  expect(await fleetText()).toBe(before + lines.join(""));
  const again = await importing("dhcpd.conf", "--bmc-from", "10.0.9.{4}");
  expect(again).toMatchObject({ code: 0, shown: { written: false, new: [], same: ["m31", "m32"] } });
});

test("a CSV file adds what is new, and what is at odds stays as it was; a bad line stops it all", async () => {
  const header = "name,ip,mac,bmc,rack\n";
  await writeFile(file("machines.csv"), `${header}m01,10.0.3.99,00:11:22:33:44:01,10.0.9.11,r1\nm40,soon,00:11,x,r1\n`);
  const before = await fleetText();
  const bad = await importing("machines.csv");
  expect(bad.code).toBe(1);
  expect(bad.stderr).toMatch(/machines\.csv:3 {2}m40 ip: .*\n.*machines\.csv:3 {2}m40 mac: /);
  expect(await fleetText()).toBe(before);

  await writeFile(
    file("machines.csv"),
    `${header}m01,10.0.3.99,00:11:22:33:44:01,10.0.9.11,r1\nm40,10.0.3.140,00:11:22:33:55:40,10.0.9.140,r1\n`,
  );
  const { code, shown } = await importing("machines.csv");
  expect(shown).toMatchObject({
    new: [{ machine: "m40", line: 3 }],
    conflicts: [
      { machine: "m01", line: 2, why: expect.stringContaining("ip is 10.0.3.11 in fleet.yaml, 10.0.3.99 here") },
    ],
  });
  expect(code).toBe(1);
  expect((await fleetText()).replace(/^ {2}- \{ name: m40,.*\n/m, "")).toBe(before);
  expect((await retask(["fleet", "list"])).stdout).toMatch(/m40 +10\.0\.3\.140 .* r1 /);
});

test("retired hardware stands below the list, and its entry goes without a machine that is off", async () => {
  const set = setEntryKeys(await fleetText(), "m40", { status: "retired" });
  if (!set.ok) throw new Error(set.why);
  await writeFile(join(daemon.site, "fleet.yaml"), set.text);
  expect((await retask(["fleet", "list"])).stdout).toMatch(/retired hardware\n {2}m40 {2}00:11:22:33:55:40/);
  const removed = await retask(["fleet", "remove", "m40", "--json"]);
  expect((JSON.parse(removed.stdout) as FleetRemoved).steps.slice(0, 2)).toMatchObject([
    { step: "bootLink", done: "left", why: expect.stringContaining("RTK_NOT_RETIRED") },
    { step: "entry", done: "changed" },
  ]);
  // Nobody has read it off yet, so for the daemon it is still a machine.
  expect(removed.stdout).toContain("it refuses the files: m40 is gone");
  expect(await fleetText()).not.toContain("m40");
});
