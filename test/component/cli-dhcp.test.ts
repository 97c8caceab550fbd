/** `retask dhcp` as it is typed: what it says, its exit codes, and the file that it leaves. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cliFor, type Run, type SimulatedDaemon, startSimulatedDaemon } from "./support/cli-bench.ts";

let daemon: SimulatedDaemon;
let retask: Run;

beforeAll(async () => {
  daemon = await startSimulatedDaemon();
  retask = await cliFor(daemon.site);
});
afterAll(() => daemon.stop());

test("diff shows the entries, apply writes one for each machine, and then there is nothing left", async () => {
  const diff = await retask(["dhcp", "diff"]);
  expect(diff.code).toBe(2);
  expect(diff.stdout).toContain("+ 00:11:22:33:44:07,10.0.3.17,m07\n");
  expect(await retask(["dhcp", "apply", "--dry-run"])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("dry run: nothing was written"),
  });
  expect((await retask(["dhcp", "diff"])).code).toBe(2);

  const applied = await retask(["--json", "dhcp", "apply"]);
  expect(applied.code).toBe(0);
  const { kind, changed, file } = JSON.parse(applied.stdout) as { kind: string; changed: boolean; file: string };
  expect({ kind, changed }).toEqual({ kind: "dhcpApplied", changed: true });
  expect(file).toBe(join(daemon.site, "..", "dnsmasq.retask"));
  expect((await readFile(file, "utf8")).split("\n")).toHaveLength(1 + 24 + 1);
  expect(await retask(["dhcp", "diff"])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("is as fleet.yaml"),
  });
});

test("a machine that changed has an entry to take out and one to add", async () => {
  await daemon.rewrite("fleet.yaml", (text) => text.replace('"00:11:22:33:44:07"', '"00:11:22:33:44:77"'));
  expect((await retask(["dhcp", "diff"])).stdout).toMatch(/^- 00:11:22:33:44:07,.*m07\n\+ 00:11:22:33:44:77,.*m07$/m);
});

test("a site without a DHCP server is told the key", async () => {
  await daemon.rewrite("retask.yaml", (text) => text.replace(/^dhcp: .*\n/m, ""));
  expect(await retask(["dhcp", "apply"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("add dhcp: dnsmasq"),
  });
});
