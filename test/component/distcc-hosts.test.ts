/** Traffic by a real hosts file, judged by the real distcc, while others write the file too. */
import { execFile } from "node:child_process";
import { chmod, chown, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { roleName } from "../../src/core/domain/names.ts";
import type { TrafficFact } from "../../src/core/domain/observation.ts";
import { trafficSchema } from "../../src/core/domain/traffic-policy.ts";
import type { Traffic } from "../../src/world/ports.ts";
import { policyTraffic } from "../../src/world/traffic/policy-traffic.ts";
import { someMachine } from "../unit/traffic/some-machine.ts";
import { temporaryDirectory, waitFor } from "./support/ports.ts";

const compile = roleName("compile");
const machines = Array.from({ length: 12 }, (_, n) => someMachine(`m${n + 1}`, `10.0.3.${n + 1}`));
const [m1, m2] = [machines[0] ?? someMachine("m1", ""), machines[1] ?? someMachine("m2", "")];

let dir: string;
let hosts: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ path: dir, remove } = await temporaryDirectory());
  hosts = join(dir, "hosts");
});
afterEach(() => remove());

const policyFor = (hostsFile: string, entry = "{ip}:3632/12,lzo") =>
  trafficSchema.parse({ distcc: { hostsFile, entry } });

const start = (dryRun = false, lines: string[] = []): Traffic =>
  policyTraffic({
    haproxySockets: [],
    dryRun,
    logger: pino({ level: "warn" }, { write: (line: string) => lines.push(line) }),
    clock: { wallMs: () => Date.now(), monotonicMs: () => performance.now(), deadline: AbortSignal.timeout },
  });

const soon = (ms = 20_000): AbortSignal => AbortSignal.timeout(ms);
const text = (): Promise<string> => readFile(hosts, "utf8");

async function factOf(traffic: Traffic, machine = m1, policy = policyFor(hosts)): Promise<TrafficFact | undefined> {
  return (await traffic.read(compile, policy, [machine], soon())).get(machine.name);
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** What the real distcc makes of the file: nothing when it is void. */
async function shownHosts(): Promise<string[]> {
  const home = join(dir, "client");
  await mkdir(home, { recursive: true });
  await writeFile(join(home, "hosts"), await text());
  const env = { PATH: process.env.PATH, DISTCC_DIR: home, HOME: home };
  const { stdout } = await promisify(execFile)("distcc", ["--show-hosts"], { env });
  return stdout.split("\n").filter((line) => line !== "");
}

test("a machine leaves the hosts file and comes back, and every other byte stays", async () => {
  const before =
    "# the farm\r\n--randomize\n\n10.0.3.2:3632/8 # slow\n  10.0.3.1:3632/20,lzo # tuned by hand\nlocalhost/2";
  await writeFile(hosts, before);
  const [traffic, policy] = [start(), policyFor(hosts)];
  expect(await factOf(traffic)).toEqual({ kind: "on", up: true });

  expect(await traffic.off(compile, policy, m1, soon())).toEqual({ ok: true, changed: true });
  expect(await shownHosts()).toHaveLength(2);
  expect(await factOf(traffic)).toEqual({ kind: "off", busy: null });
  expect(await factOf(traffic, m2)).toEqual({ kind: "on", up: true });
  expect(await traffic.off(compile, policy, m1, soon())).toEqual({ ok: true, changed: false });

  expect(await traffic.on(compile, policy, m1, soon())).toEqual({ ok: true, changed: true });
  expect(await text()).toBe(before);
  expect(await readdir(dir)).toEqual(["client", "hosts"]);
});

test("mode and owner stay, and a link to the file stays a link", async () => {
  await writeFile(hosts, "10.0.3.1:3632/12,lzo\n");
  await chmod(hosts, 0o640);
  await chown(hosts, 65_534, 65_534);
  const link = join(dir, "link");
  await symlink("hosts", link);
  expect(await start().off(compile, policyFor(link), m1, soon())).toMatchObject({ ok: true });
  const { mode, uid, gid } = await stat(hosts);
  expect({ mode: mode & 0o7777, uid, gid }).toEqual({ mode: 0o640, uid: 65_534, gid: 65_534 });
  expect(await shownHosts()).toEqual([]);
  expect(await factOf(start(), m1, policyFor(link))).toEqual({ kind: "off", busy: null });
});

test("when the last machine leaves, the empty file is written and said aloud", async () => {
  await writeFile(hosts, "10.0.3.1:3632/12,lzo\n");
  const lines: string[] = [];
  expect(await start(false, lines).off(compile, policyFor(hosts), m1, soon())).toEqual({ ok: true, changed: true });
  expect(lines.join("")).toContain("compiles run on the clients alone");
});

describe("a file that distcc would not take is never put in place", () => {
  test("for an entry of the policy that would void it", async () => {
    await writeFile(hosts, "10.0.3.2:3632/12\n");
    for (const entry of ["{ip}:3632/0", "{ip}:3632/12,lzo,bogus", "{ip}:/2"]) {
      const outcome = await start().on(compile, policyFor(hosts, entry), m1, soon());
      expect(outcome).toMatchObject({ ok: false, code: "RTK_DISTCC_HOSTS_REFUSED" });
      expect(outcome).toMatchObject({ why: expect.stringContaining("correct traffic.distcc.entry") });
    }
    expect(await text()).toBe("10.0.3.2:3632/12\n");
  });

  test("for an entry over ssh, which only distcc itself can judge", async () => {
    await writeFile(hosts, "10.0.3.2:3632/12\n");
    const outcome = await start().on(compile, policyFor(hosts, "@{machine}/0"), m1, soon());
    expect(outcome).toMatchObject({ ok: false, why: expect.stringContaining("bad multiplier") });
    expect(await text()).toBe("10.0.3.2:3632/12\n");
  });

  test("for a bad word that somebody else wrote, which is named", async () => {
    const broken = "10.0.3.1:3632/12\n10.0.3.2:3632/0\n";
    await writeFile(hosts, broken);
    expect(await shownHosts().catch(() => [])).toEqual([]);
    const outcome = await start().off(compile, policyFor(hosts), m1, soon());
    expect(outcome).toMatchObject({ ok: false, code: "RTK_DISTCC_HOSTS_REFUSED" });
    expect(outcome).toMatchObject({ why: expect.stringContaining("bad multiplier") });
    expect(await text()).toBe(broken);
  });
});

describe("a file that can't be used", () => {
  test("is unknown, and never made where there was none", async () => {
    const traffic = start();
    expect(await factOf(traffic)).toMatchObject({ kind: "unknown", why: expect.stringContaining("no such file") });
    const outcome = await traffic.on(compile, policyFor(hosts), m1, soon());
    expect(outcome).toMatchObject({ ok: false, code: "RTK_DISTCC_HOSTS_READ" });
    expect(await readdir(dir)).toEqual([]);
  });

  test("is unknown when it is a directory", async () => {
    await mkdir(hosts);
    expect(await factOf(start())).toMatchObject({ kind: "unknown" });
    expect(await start().off(compile, policyFor(hosts), m1, soon())).toMatchObject({ code: "RTK_DISTCC_HOSTS_READ" });
  });

  test("a signal that has fired changes nothing", async () => {
    await writeFile(hosts, "10.0.3.1\n");
    const outcome = await start().off(compile, policyFor(hosts), m1, AbortSignal.abort());
    expect(outcome).toMatchObject({ ok: false, code: "RTK_DISTCC_HOSTS_WRITE" });
    expect(await text()).toBe("10.0.3.1\n");
  });
});

test("many machines at once lose none of each other's changes", async () => {
  await writeFile(hosts, `${machines.map(({ ip }) => `${ip}:3632/12,lzo`).join("\n")}\n`);
  const before = await text();
  const [traffic, policy] = [start(), policyFor(hosts)];
  const off = await Promise.all(machines.map((machine) => traffic.off(compile, policy, machine, soon())));
  expect(off.every(({ ok }) => ok)).toBe(true);
  expect(await shownHosts()).toEqual([]);
  const half = machines.filter((_, index) => index % 2 === 0);
  await Promise.all(half.map((machine) => traffic.on(compile, policy, machine, soon())));
  expect(await shownHosts()).toEqual(half.map(({ ip }) => `${ip}:3632/12,lzo`));
  await Promise.all(machines.map((machine) => traffic.on(compile, policy, machine, soon())));
  expect(await text()).toBe(before);
});

describe("while retask has distcc check the new file", () => {
  const path = process.env.PATH;
  afterEach(() => {
    process.env.PATH = path;
  });

  /** Puts a program of this name before the real distcc; `real` in its lines stands for that. */
  async function distccThat(...lines: string[]): Promise<void> {
    const real = (await promisify(execFile)("sh", ["-c", "command -v distcc"])).stdout.trim();
    const bin = join(dir, "bin");
    await mkdir(bin);
    await writeFile(join(bin, "distcc"), ["#!/bin/sh", `cd ${dir}`, ...lines, ""].join("\n").replaceAll("real", real));
    await chmod(join(bin, "distcc"), 0o755);
    process.env.PATH = `${bin}:${path}`;
  }

  /** As an editor does: a new file in the place of the old one. */
  const save = (note: string): string => `cp hosts edit; echo "# ${note}" >> edit; mv edit hosts`;

  test("an operator who saves the file loses nothing, and the machine leaves all the same", async () => {
    await writeFile(hosts, "10.0.3.1\n10.0.3.2\n");
    await distccThat(`test -e once || { touch once; ${save("saved")}; }`, 'exec real "$@"');
    expect(await start().off(compile, policyFor(hosts), m1, soon())).toEqual({ ok: true, changed: true });
    expect(await text()).toBe("#retask:off 10.0.3.1\n10.0.3.2\n# saved\n");
  });

  test("somebody who writes it all the time is named as the reason, and loses nothing", async () => {
    await writeFile(hosts, "10.0.3.1\n10.0.3.2\n");
    await distccThat(save("again"), 'exec real "$@"');
    const outcome = await start().off(compile, policyFor(hosts), m1, soon());
    expect(outcome).toMatchObject({ ok: false, code: "RTK_DISTCC_HOSTS_WRITE" });
    expect(outcome).toMatchObject({ why: expect.stringContaining("changed by somebody else") });
    expect(await text()).toMatch(/^10\.0\.3\.1\n10\.0\.3\.2\n(# again\n)+$/);
    expect(await readdir(dir)).toEqual(["bin", "hosts"]);
  });

  test("a distcc that hangs is ended at the deadline, and the file stays as it was", async () => {
    await writeFile(hosts, "10.0.3.1\n10.0.3.2\n");
    await distccThat("echo $$ > pid", "exec sleep 300");
    const traffic = start();
    expect(await traffic.off(compile, policyFor(hosts), m1, soon(1_000))).toMatchObject({ ok: false });
    const pid = Number(await readFile(join(dir, "pid"), "utf8"));
    await waitFor(() => !isRunning(pid), 5_000, "the end of distcc");
    // The next in the queue runs: nothing is stuck, and the late change was not made after all.
    await distccGone();
    expect(await traffic.off(compile, policyFor(hosts), m2, soon())).toEqual({ ok: true, changed: true });
    expect(await text()).toBe("10.0.3.1\n#retask:off 10.0.3.2\n");
  });

  test("without distcc on this machine, the file is written all the same", async () => {
    await writeFile(hosts, "10.0.3.2\n");
    await distccGone();
    expect(await start().on(compile, policyFor(hosts), m1, soon())).toEqual({ ok: true, changed: true });
    expect(await text()).toBe("10.0.3.2\n10.0.3.1:3632/12,lzo\n");
    const outcome = await start().on(compile, policyFor(hosts, "{ip}/0"), machines[5] ?? m1, soon());
    expect(outcome).toMatchObject({ ok: false, code: "RTK_DISTCC_HOSTS_REFUSED" });
  });

  async function distccGone(): Promise<void> {
    await mkdir(join(dir, "empty"), { recursive: true });
    process.env.PATH = join(dir, "empty");
  }
});

test("in dry run the file is read and never written", async () => {
  await writeFile(hosts, "10.0.3.1\n");
  const { ino } = await stat(hosts);
  const [traffic, policy] = [start(true), policyFor(hosts)];
  expect(await traffic.off(compile, policy, m1, soon())).toMatchObject({ ok: false, code: "RTK_DRY_RUN" });
  expect(await traffic.on(compile, policy, m2, soon())).toMatchObject({ ok: false, code: "RTK_DRY_RUN" });
  expect(await factOf(traffic)).toEqual({ kind: "on", up: true });
  expect(await text()).toBe("10.0.3.1\n");
  expect((await stat(hosts)).ino).toBe(ino);
  expect(await readdir(dir)).toEqual(["hosts"]);
});
