/**
 * A farm: everything that retask controls and depends on, real and on the loopback, and retask itself as a process.
 *
 *   const farm = await startFarm({ web: 2, compile: 2 });   // m1, m2 serve web, m3, m4 compile; retask is not started yet
 *   await farm.daemon.start();
 *   await farm.adopt();                                     // from here on retask acts
 *   …
 *   await farm.stop();                                      // every process, every file; safe to repeat
 *
 * Two HAProxies in front of the web machines, a Prometheus that scrapes both, distccds behind a hosts file, tftpd-hpa, and
 * for each machine an ipmi_sim whose power hook starts a stub machine.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Haproxy, type HaproxyOptions, startHaproxy } from "../haproxy.ts";
import { freePort, temporaryDirectory, waitFor } from "../ports.ts";
import { startTftpd, type Tftpd } from "../tftpd.ts";
import { takeSubnet } from "./addresses.ts";
import { type RecordingIpmitool, type RetaskDaemon, recordingIpmitool, retaskDaemon } from "./daemon.ts";
import { BMC_PASSWORD, type FarmMachine, runs, startMachine } from "./machines.ts";
import { type FarmPrometheus, startFarmPrometheus } from "./prometheus.ts";
import { type SiteOptions, type Surroundings, writeSite } from "./site.ts";
import { createTftpRoot, type Role, type TftpRoot } from "./tftp-root.ts";

export interface FarmOptions extends Omit<SiteOptions, "passwordFiles"> {
  /** Machines that serve web at first: m1, m2, … */
  readonly web: number;
  /** Machines that compile at first. */
  readonly compile: number;
  readonly bootMs?: number;
  /** Machines whose BMC's password retask is told wrongly. */
  readonly wrongPasswords?: readonly string[];
}

export interface Farm {
  readonly dir: string;
  readonly site: string;
  readonly machines: readonly FarmMachine[];
  readonly machine: (name: string) => FarmMachine;
  readonly proxies: readonly FarmProxy[];
  readonly prometheus: FarmPrometheus;
  readonly tftpd: Tftpd;
  readonly root: TftpRoot;
  readonly hostsFile: string;
  readonly distccHome: string;
  readonly daemon: RetaskDaemon;
  readonly ipmitool: RecordingIpmitool;
  readonly siteOptions: SiteOptions;
  /** Addresses in the hosts file, in its order. */
  readonly hosts: () => Promise<string[]>;
  /** Adopts through the API, and waits until retask acts. */
  readonly adopt: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** A HAProxy that can be stopped and started again on the same ports and socket. */
export interface FarmProxy {
  readonly now: () => Haproxy;
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
}

const UP_MS = 60_000;
/** What the operator wrote into the hosts file. */
export const HOSTS_HEAD = "# The farm's servers; retask keeps its machines' lines.\n--randomize\n";

/** Started parts, to be stopped in the opposite order whatever has failed meanwhile. */
class Parts {
  private readonly stops: (() => Promise<unknown>)[] = [];

  keep<T>(part: T, stop: (part: T) => Promise<unknown>): T {
    this.stops.push(() => stop(part));
    return part;
  }

  async stopAll(): Promise<void> {
    for (let stop = this.stops.pop(); stop !== undefined; stop = this.stops.pop()) await stop();
  }
}

export async function startFarm(options: FarmOptions): Promise<Farm> {
  const parts = new Parts();
  try {
    return await buildFarm(options, parts);
  } catch (error) {
    await parts.stopAll();
    throw error;
  }
}

async function buildFarm(options: FarmOptions, parts: Parts): Promise<Farm> {
  const { path: dir } = parts.keep(await temporaryDirectory(), ({ remove }) => remove());
  const subnet = parts.keep(await takeSubnet(), ({ release }) => release());
  const total = options.web + options.compile;
  const names = Array.from({ length: total }, (_, index) => `m${index + 1}`);
  const roleOf = (index: number): Role => (index < options.web ? "web" : "compile");

  const places = names.map((name, index) => ({ name, ip: subnet.machine(index + 1), role: roleOf(index) }));
  const root = await createTftpRoot(join(dir, "tftp"), places);
  const tftpd = parts.keep(await startTftpd(root.path), ({ stop }) => stop());
  const { bootMs = 300 } = options;
  const started = names.map((name, index) =>
    startMachine({ name, index: index + 1, subnet, dir, tftp: tftpd.address, bootMs }),
  );
  const machines = parts.keep(await Promise.all(started), (all) => Promise.all(all.map(({ stop }) => stop())));
  await Promise.all(machines.map(({ bmc }) => bmc.setPower("on")));

  const servers = machines.map(({ name, ip }) => ({ name, address: ip, port: 8080 }));
  const proxies = await Promise.all(["a", "b"].map((name) => startProxy({ dir, name, servers })));
  parts.keep(proxies, (all) => Promise.all(all.map(({ stop }) => stop())));
  const targets = proxies.map(({ now }) => now().metricsTarget);
  const prometheus = parts.keep(await startFarmPrometheus(dir, targets), ({ stop }) => stop());

  const distccHome = join(dir, "distcc");
  const hostsFile = join(distccHome, "hosts");
  await mkdir(distccHome);
  const compiling = places.filter(({ role }) => role === "compile").map(({ ip }) => `${ip}:3632/4\n`);
  await writeFile(hostsFile, HOSTS_HEAD + compiling.join(""));

  const ipmitool = await recordingIpmitool(dir);
  const siteOptions: SiteOptions = { ...options, passwordFiles: await writePasswords(dir, options) };
  const around: Surroundings = {
    listen: `127.0.0.1:${await freePort()}`,
    storeFile: join(dir, "state/retask.db"),
    links: root.links,
    tftp: tftpd.address,
    prometheus: prometheus.url,
    haproxy: proxies.map(({ now }) => now().socket),
    passwordFile: join(dir, "bmc-password"),
    hostsFile,
  };
  const site = join(dir, "site");
  await writeSite(site, machines, around, siteOptions);
  const tokenFile = join(dir, "state/token");
  await mkdir(join(dir, "state"));
  const daemon = retaskDaemon({ dir, site, listen: around.listen, tokenFile, ipmitool });
  parts.keep(daemon, ({ kill }) => kill());

  for (const [index, machine] of machines.entries()) {
    await waitFor(() => runs(machine, roleOf(index)), UP_MS, `${machine.name} to boot: ${machine.log()}`);
  }
  const farm: Farm = {
    ...{ dir, site, machines, proxies, prometheus, tftpd, root, hostsFile, distccHome, daemon, ipmitool, siteOptions },
    machine: (name) => named(machines, name),
    hosts: () => readHosts(hostsFile),
    adopt: () => adopt(daemon),
    stop: () => parts.stopAll(),
  };
  return farm;
}

async function writePasswords(dir: string, { wrongPasswords = [] }: FarmOptions): Promise<Record<string, string>> {
  await writeFile(join(dir, "bmc-password"), `${BMC_PASSWORD}\n`);
  const wrong = join(dir, "bmc-password-wrong");
  await writeFile(wrong, "not-this-one\n");
  return Object.fromEntries(wrongPasswords.map((name) => [name, wrong]));
}

async function startProxy(options: HaproxyOptions): Promise<FarmProxy> {
  const ports = { frontendPort: await freePort(), metricsPort: await freePort() };
  let proxy = await startHaproxy({ ...options, ...ports });
  return {
    now: () => proxy,
    stop: async () => {
      await proxy.stop();
      await rm(proxy.socket.replace("unix:", ""), { force: true });
    },
    start: async () => {
      proxy = await startHaproxy({ ...options, ...ports });
    },
  };
}

async function adopt(daemon: RetaskDaemon): Promise<void> {
  const body = { author: "test", reason: "the farm is as it should be", confirm: true };
  const answer = await daemon.write<{ adopted: { strays: number } | null }>("POST", "/v1/adoption", body);
  if (answer.status !== 200 || answer.body.adopted?.strays !== 0) throw new Error(JSON.stringify(answer));
}

async function readHosts(file: string): Promise<string[]> {
  const text = await readFile(file, "utf8");
  return [...text.matchAll(/^(127\.\d+\.\d+\.\d+):/gm)].map(([, ip]) => ip ?? "");
}

function named(machines: readonly FarmMachine[], name: string): FarmMachine {
  const machine = machines.find((one) => one.name === name);
  if (machine === undefined) throw new Error(`no machine ${name}`);
  return machine;
}
