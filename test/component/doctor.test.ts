/** `retask doctor` whole, as a process of its own: over a site that is well, and with one thing wrong at a time. */
import { readdirSync, readlinkSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pino from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { CHECKS } from "../../src/cli/doctor/finding.ts";
import { openSqliteStore } from "../../src/store/sqlite-store.ts";
import { builtFile } from "./support/built.ts";
import { onTerminal } from "./support/cli-bench.ts";
import { type DoctorSite, Parts, startDoctorSite } from "./support/doctor-site.ts";
import { spawnOwned, waitFor } from "./support/ports.ts";

const parts = new Parts();
let site: DoctorSite;
beforeAll(async () => {
  site = await startDoctorSite(parts);
}, 60_000);
afterAll(() => parts.stopAll());

const mended: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const mend of mended.splice(0)) await mend();
});

/** Changes a file of the site for one test. */
async function edit(file: string, change: (text: string) => string): Promise<void> {
  const text = await site.read(file);
  mended.push(() => site.write(file, text));
  await site.write(file, change(text));
}

/** Takes a file away for one test. */
async function hide(file: string): Promise<void> {
  await rename(file, `${file}.hidden`);
  mended.push(() => rename(`${file}.hidden`, file));
}

const linksOf = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true }).map((entry) =>
    entry.isSymbolicLink() ? `${entry.name} → ${readlinkSync(join(directory, entry.name))}` : entry.name,
  );

/** `level name where` of each fault, and `level check` of the rest. */
async function found(...args: string[]): Promise<string[]> {
  const { findings } = await site.doctor(...args);
  return findings.map((one) =>
    "name" in one ? `${one.level} ${one.name} ${one.where.join()}` : `${one.level} ${one.check}`,
  );
}

test("a healthy site: every check looks, and nothing is found", async () => {
  const before = linksOf(site.root.links);
  const result = await site.doctor();
  expect(result.findings.map(({ check, level }) => `${check} ${level}`)).toEqual(CHECKS.map((name) => `${name} ok`));
  expect(result).toMatchObject({ ok: true, errors: 0, warnings: 0 });
  // It has asked, and changed nothing: no power command, no link, and servers take work as before.
  for (const { bmc } of site.machines) expect(bmc.commands().filter(({ op }) => op === "set")).toEqual([]);
  expect(linksOf(site.root.links)).toEqual(before);
  expect(await site.haproxy.ask("show servers state web")).not.toMatch(/ m\d \S+ \d [1-9]/);
});

describe("what is asked for", () => {
  test("--only looks at these alone, --machine at these machines", async () => {
    expect(await found("--only", "haproxy,links")).toEqual(["ok links", "ok haproxy"]);
    const { findings } = await site.doctor("--only", "beacons", "--machine", "m1");
    expect(findings).toMatchObject([{ what: "1 machine heard, each by its own name" }]);
  });

  test("a machine that is not there is an error of the command line", async () => {
    const { code, stderr } = await site.run(["doctor", "--machine", "m9"]);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("no machine m9") });
  });

  test("text says where, why and what to do; the exit code is 1; a terminal sees progress", async () => {
    await hide(join(site.root.path, "compile/initrd.img"));
    const { code, stdout, stderr } = await site.run(["doctor", "--only", "images,clocks"]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toMatch(
      /^\S+: 1 error\nerror {4}compile\.7: .* \(image-incomplete\)\n {9}why: .*\n {9}do: {2}.*\nok {7}clocks: /,
    );
    const { screen } = await onTerminal(site.path, ["doctor", "--only", "images,clocks"]);
    expect(screen).toMatch(/doctor: \d+ %/);
  });
});

test("beside a running daemon it finds nothing either, and the daemon goes on", async () => {
  const main = await builtFile("cli/main.js");
  const daemon = await spawnOwned(process.execPath, [main, "--site", site.path, "serve"]);
  mended.push(() => daemon.stop());
  const ready = async () => (await site.run(["status"])).stdout.includes("advise");
  await waitFor(ready, 30_000, "the daemon's first tick");
  const { findings, warnings } = await site.doctor();
  expect(findings.map(({ check, level }) => `${check} ${level}`)).toEqual(CHECKS.map((name) => `${name} ok`));
  expect(warnings).toBe(0);
  // Known from the daemon: the store is its own while it runs.
  expect(findings).toContainEqual(expect.objectContaining({ what: expect.stringContaining("by the suites enrolled") }));
  expect(await ready()).toBe(true);
});

describe("one thing wrong", () => {
  test("files that retask would refuse", async () => {
    await edit("policies/web.yaml", (text) => text.replace("floor: 1", "floor: many"));
    expect(await found()).toEqual([`error site-files ${site.path}/policies/web.yaml:4`]);
  });

  test("no ipmitool: said once, and no BMC is called dead for it", async () => {
    const { stdout } = await site.run(["--json", "doctor", "--only", "ipmitool,bmc"], { PATH: "/nowhere" });
    const { findings } = JSON.parse(stdout) as { findings: unknown[] };
    expect(findings).toMatchObject([
      { level: "error", name: "ipmitool-broken", why: "RTK_IPMITOOL_MISSING" },
      { level: "skipped", check: "bmc" },
    ]);
  });

  test("a wrong password is tried once, and no door after it", async () => {
    const [m1] = site.machines;
    await writeFile(join(site.dir, "password-wrong"), "not-this-one\n");
    await edit("fleet.yaml", (text) => text.replace("password-m1", "password-wrong"));
    const { findings } = await site.doctor("--only", "bmc", "--machine", "m1");
    expect(findings).toMatchObject([
      { name: "bmc-login", where: ["m1"], why: expect.stringContaining("RTK_BMC_AUTH") },
    ]);
    expect(findings).toHaveLength(1);
    expect(m1?.bmc.commands().filter(({ op }) => op === "set")).toEqual([]);
  });

  test("a machine that is on and silent, where its BMC can't be asked either, is a doubt", async () => {
    await edit("retask.yaml", (text) => `${text}beacon: { port: 9499 }\n`);
    await hide(join(site.dir, "password-m1"));
    expect(await found("--only", "beacons", "--machine", "m1", "m2")).toEqual([
      "warning beacon-silent m1",
      "error beacon-silent m2",
    ]);
  });

  test("a TFTP server that is down, and links in a directory that is not there", async () => {
    await edit("retask.yaml", (text) => text.replace(/tftp: \S+/, "tftp: 127.0.0.1:1"));
    expect(await found("--only", "images")).toEqual(["error tftp-silent 127.0.0.1:1"]);
    await edit("retask.yaml", (text) => text.replace(/bootLinks: \S+/, "bootLinks: /nowhere/pxelinux.cfg"));
    const nowhere = "error links-directory /nowhere/pxelinux.cfg";
    expect(await found("--only", "links,images")).toEqual([nowhere, nowhere, "skipped images"]);
  });

  test("a Prometheus, a hosts file and a holding image that are not there", async () => {
    await edit("retask.yaml", (text) => text.replace(/prometheus: \S+/, "prometheus: http://127.0.0.1:1"));
    await hide(site.hostsFile);
    await rm(join(site.root.links, "default"));
    expect(await found("--only", "links,prometheus,hosts")).toEqual([
      `warning default-missing ${site.root.links}/default`,
      "error prometheus-value web",
      `error hosts-unreadable ${site.hostsFile}`,
    ]);
  });

  test("DHCP entries that somebody else wrote, or that can't be read, and a configuration that is not there", async () => {
    const file = join(site.dir, "dhcp/retask.conf");
    await edit(file, () => "host m1 { }\n");
    await hide(join(site.dir, "dhcp/dhcpd.conf"));
    const unread = `warning dhcp-include ${site.dir}/dhcp/dhcpd.conf`;
    expect(await found("--only", "dhcp")).toEqual([`error dhcp-foreign ${file}`, unread]);
    await edit("retask.yaml", (text) => text.replace(file, `${site.dir}/dhcp`));
    expect(await found("--only", "dhcp")).toEqual([`error dhcp-file ${site.dir}/dhcp`, unread]);
  });

  test("a DHCP entry of a machine that is gone is a warning", async () => {
    const file = join(site.dir, "dhcp/retask.conf");
    await edit(file, (text) => `${text}host m9 { hardware ethernet 52:54:00:00:00:09; }\n`);
    expect(await found("--only", "dhcp")).toEqual([`warning dhcp-behind ${file}`]);
  });

  test("DHCP entries that were never written", async () => {
    const file = join(site.dir, "dhcp/retask.conf");
    await hide(file);
    const { findings } = await site.doctor("--only", "dhcp");
    expect(findings).toMatchObject([{ level: "error", name: "dhcp-behind", what: "it lacks 4 entries" }]);
  });

  test("Kea without its control socket", async () => {
    const dhcp = `dhcp: { server: kea, file: ${site.dir}/kea.json, socket: /nowhere/kea.sock }`;
    await edit("retask.yaml", (text) => text.replace(/^dhcp: .*$/m, dhcp));
    expect(await found("--only", "dhcp")).toContain("error dhcp-reload /nowhere/kea.sock");
  });

  test("a store that another process holds, while no daemon answers: nothing was compared, and it says so", async () => {
    const clock = { wallMs: Date.now };
    const logger = pino({ level: "silent" });
    const opened = await openSqliteStore({
      file: site.storeFile,
      logger,
      clock,
      keepDecisionsMs: 1e9,
      keepDemandMs: 1e9,
    });
    if (!opened.ok) throw new Error(opened.why);
    mended.push(() => opened.store.close());
    expect(await found("--only", "bmc", "--machine", "m1")).toEqual(["warning bmc-record the record"]);
  });
});
