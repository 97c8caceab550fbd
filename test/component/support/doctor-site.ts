/**
 * A site for `retask doctor`, real throughout: four machines with BMCs and beacons, boot links behind a tftpd, a Prometheus
 * that scrapes a HAProxy, a hosts file, DHCP entries that dhcpd has tried, and a store in which the machines are enrolled. Nothing is wrong with it, until a
 * test says so:
 *
 *   const site = await startDoctorSite({ bmcs: { m1: { anonymous: true } } });
 *   await site.write("policies/web.yaml", …);
 *   const { findings } = await site.doctor("--only", "bmc");
 *
 * m1 and m2 serve web, m3 compiles, m4 is a spare that is off.
 */
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import pino from "pino";
import type { DoctorResult } from "../../../src/cli/text/doctor-text.ts";
import { machineName } from "../../../src/core/domain/names.ts";
import { openSqliteStore } from "../../../src/store/sqlite-store.ts";
import { type BeaconServer, startBeacon, writeTree } from "./beacon.ts";
import { cliFor, type Ended } from "./cli-bench.ts";
import { doctorSiteFiles, passwordOf, put, type SiteMachine } from "./doctor-site-files.ts";
import { guardBmc } from "./guarded-bmc.ts";
import { type Haproxy, startHaproxy } from "./haproxy.ts";
import { startIpmiSim } from "./ipmi-sim.ts";
import { temporaryDirectory, waitFor } from "./ports.ts";
import { startPrometheus } from "./prometheus.ts";
import { takeSubnet } from "./real-farm/addresses.ts";
import { createTftpRoot, imageOf, type Role, type TftpRoot } from "./real-farm/tftp-root.ts";
import { startTftpd } from "./tftpd.ts";

export interface BmcFaults {
  readonly anonymous?: boolean;
  /** Its own port is named in fleet.yaml, and there it accepts suite 0. */
  readonly suite0?: boolean;
  readonly guid?: string;
  /** In place of one of its own. */
  readonly password?: string;
  /** As enrolled; the BMC's own where absent, not at all where null. */
  readonly enrolled?: string | null;
}

export interface DoctorSiteOptions {
  readonly bmcs?: Readonly<Record<string, BmcFaults>>;
  /** What a machine's beacon calls it; null: it has none. */
  readonly beacons?: Readonly<Record<string, string | null>>;
  readonly haproxyLevel?: "admin" | "operator";
  /** Their addresses in HAProxy, where they are others; null: no such server. */
  readonly servers?: Readonly<Record<string, string | null>>;
  /** More for Prometheus to scrape. */
  readonly targets?: readonly string[];
}

export interface DoctorSite {
  readonly dir: string;
  /** The operator's files. */
  readonly path: string;
  readonly machines: readonly SiteMachine[];
  readonly root: TftpRoot;
  readonly haproxy: Haproxy;
  readonly prometheusUrl: string;
  readonly hostsFile: string;
  readonly storeFile: string;
  /** As Prometheus answers; null where it has no such series. */
  query(promql: string): Promise<number | null>;
  /** A file of the site, or below `dir` where it is absolute. */
  write(file: string, text: string): Promise<void>;
  /** Its JSON. */
  doctor(...args: string[]): Promise<DoctorResult>;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  /** Likewise. */
  read(file: string): Promise<string>;
}

const NAMES = ["m1", "m2", "m3", "m4"];
const hex = (index: number): string => index.toString(16).padStart(2, "0");

/** Ended in the opposite order of their start. */
export class Parts {
  private readonly stops: (() => Promise<unknown>)[] = [];

  keep<T>(part: T, stop: (part: T) => Promise<unknown>): T {
    this.stops.push(() => stop(part));
    return part;
  }

  async stopAll(): Promise<void> {
    for (let stop = this.stops.pop(); stop !== undefined; stop = this.stops.pop()) await stop();
  }
}

export async function startDoctorSite(parts: Parts, options: DoctorSiteOptions = {}): Promise<DoctorSite> {
  const { path: dir } = parts.keep(await temporaryDirectory(), ({ remove }) => remove());
  const subnet = parts.keep(await takeSubnet(), ({ release }) => release());
  const machines = await Promise.all(
    NAMES.map(async (name, index): Promise<SiteMachine> => {
      const about = { name, ip: subnet.machine(index + 1), mac: `52:54:00:4d:00:${hex(index + 1)}` };
      const role: Role = name === "m3" ? "compile" : "web";
      const bmc = await startBmc(parts, dir, name, subnet.bmc(index + 1), options.bmcs?.[name] ?? {});
      return { ...about, role, ...bmc };
    }),
  );
  const root = await createTftpRoot(join(dir, "tftp"), machines);
  const tftpd = parts.keep(await startTftpd(root.path), ({ stop }) => stop());
  const servers = machines.flatMap(({ name, ip }) => {
    const address = options.servers?.[name];
    return address === null ? [] : [{ name, address: address ?? ip, port: 8_080 }];
  });
  const { haproxyLevel = "admin", targets = [] } = options;
  const haproxy = parts.keep(await startHaproxy({ dir, servers, level: haproxyLevel }), ({ stop }) => stop());
  const prometheus = await startPrometheus(dir, { targets: [haproxy.metricsTarget, ...targets] });
  parts.keep(prometheus, ({ process }) => process.stop());
  for (const machine of machines.filter(({ name }) => name !== "m4")) await serveBeacon(parts, dir, machine, options);

  await waitFor(() => prometheus.query("haproxy_backend_current_sessions"), 20_000, "Prometheus' first scrape");

  const storeFile = join(dir, "state/retask.db");
  await enrol(storeFile, machines, options);
  const path = join(dir, "site");
  const around = { dir, storeFile, root, tftp: tftpd.address, prometheus: prometheus.url, haproxy: haproxy.socket };
  for (const [file, text] of Object.entries(await doctorSiteFiles(machines, around, passwordsOf(options))))
    await put(join(path, file), text);
  const run = await cliFor(path);
  const { code, stderr } = await run(["dhcp", "apply"]);
  if (code !== 0) throw new Error(`no DHCP entries: ${stderr}`);
  return {
    ...{
      dir,
      path,
      machines,
      root,
      haproxy,
      prometheusUrl: prometheus.url,
      hostsFile: join(dir, "hosts"),
      storeFile,
      run,
    },
    query: prometheus.query,
    write: (file, text) => put(resolve(path, file), text),
    read: (file) => readFile(resolve(path, file), "utf8"),
    doctor: async (...args) => {
      const { stdout, stderr } = await run(["--json", "doctor", ...args]);
      if (stdout === "") throw new Error(`no JSON: ${stderr}`);
      return JSON.parse(stdout) as DoctorResult;
    },
  };
}

const passwordsOf = ({ bmcs = {} }: DoctorSiteOptions): Record<string, string> =>
  Object.fromEntries(
    Object.entries(bmcs).flatMap(([name, { password }]) => (password === undefined ? [] : [[name, password]])),
  );

async function startBmc(parts: Parts, dir: string, name: string, address: string, faults: BmcFaults) {
  await mkdir(join(dir, name));
  const { anonymous = false, suite0 = false, guid, password = passwordOf(name) } = faults;
  const about = { dir: join(dir, name), name, address, password, anonymous };
  const bmc = parts.keep(await startIpmiSim({ ...about, ...(guid === undefined ? {} : { guid }) }), (sim) =>
    sim.stop(),
  );
  if (name !== "m4") await bmc.setPower("on");
  if (suite0) return { bmc, bmcPort: bmc.port };
  const guard = parts.keep(await guardBmc(bmc), ({ stop }) => stop());
  return { bmc, bmcPort: guard.port };
}

async function serveBeacon(parts: Parts, dir: string, machine: SiteMachine, { beacons }: DoctorSiteOptions) {
  const called = beacons?.[machine.name];
  if (called === null) return;
  const proc = join(dir, machine.name, "proc");
  const image = imageOf(machine.role);
  const bootif = `01-${machine.mac.replaceAll(":", "-")}`;
  await writeTree(proc, {
    cmdline: `BOOT_IMAGE=vmlinuz ro retask.role=${machine.role} retask.image=${image} BOOTIF=${bootif}\n`,
    uptime: "5123.40 9000.00\n",
    "sys/kernel/hostname": `${called ?? machine.name}\n`,
    "sys/kernel/random/boot_id": "85aa3e51-7eae-40b3-a5bf-6867afbcbbc1\n",
    "net/tcp": "",
  });
  const server: BeaconServer = {
    ...{ address: machine.ip, port: 9_421, shell: ["dash"], superserver: "systemd", directory: dir },
    environment: { RETASK_PROC: proc },
  };
  parts.keep(await startBeacon(server), ({ stop }) => stop());
}

async function enrol(file: string, machines: readonly SiteMachine[], { bmcs = {} }: DoctorSiteOptions): Promise<void> {
  await mkdir(dirname(file));
  const clock = { wallMs: Date.now };
  const kept = { keepDecisionsMs: 1e9, keepDemandMs: 1e9 };
  const opened = await openSqliteStore({ file, logger: pino({ level: "silent" }), clock, ...kept });
  if (!opened.ok) throw new Error(opened.why);
  for (const { name } of machines) {
    const guid = bmcs[name]?.enrolled;
    if (guid === null) continue;
    const own = reported(bmcs[name]?.guid ?? Buffer.from(name.padEnd(16, ".")).toString("hex"));
    await opened.store.saveEnrolment(machineName(name), { guid: guid ?? own, cipherSuite: 3 });
  }
  await opened.store.close();
}

/** ipmitool reads the sixteen bytes from the last to the first. */
const reported = (guid: string): string => (guid.match(/../g) ?? []).reverse().join("");
