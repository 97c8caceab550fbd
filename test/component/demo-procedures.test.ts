/** The article's procedures in the demo, as the how-to pages have them: machines are added and die there, and file servers too. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { MachinesAnswer, StorageAnswer } from "../../src/cli/answers.ts";
import { cliFor, type Run } from "./support/cli-bench.ts";
import { type Demo, startDemo } from "./support/demo.ts";

/** A minute in half a second, so that no hour passes between two commands. */
const SPEED = 120;
const WAIT = { timeout: 60_000, interval: 500 };
const NEW = ["--mac", "00:11:22:33:44:25", "--ip", "10.0.3.35", "--bmc", "10.0.9.35", "--rack", "r3"];
const BY_ADA = ["--author", "ada", "--reason", "tried out"];

let demo: Demo;
let retask: Run;
beforeEach(async () => {
  demo = await startDemo(SPEED);
  retask = await cliFor(demo.site);
});
afterEach(() => demo.kill());

const at = (...names: string[]): string => join(demo.site, ...names);
const kill = (name: string): Promise<void> => writeFile(at("dead", name), "");
const revive = (name: string): Promise<void> => rm(at("dead", name));

async function machinesOf(role: string): Promise<string[]> {
  const { stdout } = await retask(["machines", "--role", role, "--json"]);
  return (JSON.parse(stdout) as MachinesAnswer).machines.flatMap(({ name, standing }) =>
    standing?.kind === "serving" || standing?.kind === "spare" ? [name] : [],
  );
}

async function serverNow(name: string) {
  const { stdout } = await retask(["storage", "status", "--json"]);
  return (JSON.parse(stdout) as StorageAnswer).servers.find((server) => server.name === name);
}
const serverState = async (name: string) => (await serverNow(name))?.state;

test("a machine is added and adopted; one that dies is seen, and replaced by a spare", async () => {
  const added = await retask(["fleet", "add", "m25", ...NEW, "--domain", "pdu=p3", "--role", "compile", "--power-on"]);
  expect(added.code, added.stdout + added.stderr).toBe(0);
  expect(added.stdout).toMatch(/network boot +done.*\npower +done.*\nfirst boot +done +its beacon answers: compile/);
  expect(await readFile(at("dnsmasq.retask"), "utf8")).toContain("00:11:22:33:44:25,10.0.3.35,m25");
  expect((await retask(["adopt", "--yes", "1", "--author", "ada"])).stdout).toContain("adopted 1 machine");

  const limits = await readFile(at("policies/limits.yaml"), "utf8");
  // More than the morning's climb takes: a replacement is within the limits too.
  const own = limits
    .replace("atOnce: 10%", "atOnce: 10")
    .replace("perHour: 40%", "perHour: 100%")
    .replace("{ rack: 2, pdu: 2, storage: 2 }", "{ rack: 9, pdu: 9, storage: 9 }")
    .replace("limits:", "limits:\n  reserve: { machines: 1 }");
  await writeFile(at("policies/limits.yaml"), own);
  await expect.poll(() => machinesOf("spare"), WAIT).toHaveLength(1);
  const [spare = ""] = await machinesOf("spare");
  // The one that is to die is not drained for the web just then.
  const kept = await retask(["pause", "--role", "compile", "--only", "out", "--for", "12h", ...BY_ADA]);
  expect(kept.code, kept.stderr).toBe(0);
  const [dead = ""] = await machinesOf("compile");
  await kill(dead);
  await expect.poll(async () => (await retask(["status"])).stdout, WAIT).toMatch(`unknown: ${dead}\n`);

  const replaced = await retask(["replace", dead, "--with", spare, "--confirm", dead, "--author", "ada"]);
  expect(replaced.stdout, replaced.stderr).toContain(`${dead} serves as compile on ${spare}'s hardware, verified`);
  await kill("m99");
  await expect.poll(demo.said, WAIT).toContain("m99  is no machine");
  expect(demo.said()).toContain(`${dead}  dies`);
});

test("a file server dies: its machines serve again from the other one, and come home once it is back", async () => {
  await kill("nfs-a");
  await expect.poll(() => serverState("nfs-a"), WAIT).toBe("dead");
  const ordered = await retask(["storage", "fail-over", "nfs-a", "--confirm", "nfs-a", ...BY_ADA]);
  expect(ordered.code, ordered.stderr).toBe(0);
  await expect.poll(() => machinesOf("web"), WAIT).toHaveLength(8);
  await expect.poll(async () => (await retask(["status"])).stdout, WAIT).not.toContain("unknown");
  expect(await serverState("nfs-a")).toBe("failedOver");

  await revive("nfs-a");
  await expect.poll(() => serverState("nfs-a"), WAIT).toBe("recovered");
  const back = await retask(["storage", "fail-back", "nfs-a", "--confirm", "nfs-a", ...BY_ADA]);
  expect(back.code, back.stderr).toBe(0);
  await expect.poll(async () => (await serverNow("nfs-a"))?.machines, WAIT).toBeGreaterThan(2);
});

test("an image whose root has lost its init does not boot, and its roll-out goes back", async () => {
  expect((await retask(["image", "clone", "web.production", "web.2026-11"])).code).toBe(0);
  await rm(at("images/web.2026-11/usr/lib/systemd/systemd"));
  const begun = await retask([
    "rollout",
    "start",
    "web",
    "web.2026-11",
    "--canary",
    "1",
    "--confirm",
    "web",
    ...BY_ADA,
  ]);
  expect(begun.code, begun.stderr).toBe(0);
  await expect.poll(async () => (await retask(["rollout", "status", "web"])).stdout, WAIT).toContain("rolled back");
  expect((await retask(["machines", "--role", "web"])).stdout).not.toContain("web.2026-11");
});
