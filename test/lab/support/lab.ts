/**
 * A lab: machines that really boot over the network, all that retask needs around them, and retask itself as a process.
 *
 *   const lab = await startLab({ web: 1, compile: 2, spares: 0 });   // m1 serves web, m2 and m3 compile, all booted
 *   await lab.daemon.start();
 *   await lab.adopt();                                              // from here on retask acts
 *   …
 *   await lab.stop();                                               // every process, every file
 *
 * It has the shape of the farm of the component tests, whose machines are processes; so whoever looks at a farm can look
 * at a lab. It runs only in the network namespace that scripts/lab.mjs makes: there its addresses and ports are fixed.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startHaproxy } from "../../component/support/haproxy.ts";
import { temporaryDirectory, waitFor } from "../../component/support/ports.ts";
import { recordingIpmitool, retaskDaemon } from "../../component/support/real-farm/daemon.ts";
import type { Farm, FarmProxy } from "../../component/support/real-farm/farm.ts";
import { BMC_PASSWORD, runs } from "../../component/support/real-farm/machines.ts";
import { requireOwnNetwork } from "./addresses.ts";
import { startBootServer } from "./boot-server.ts";
import { type LabMachine, startLabMachine } from "./machines.ts";
import { type MachinePlace, type PlaceOptions, placesOf } from "./places.ts";
import { startLabPrometheus } from "./prometheus.ts";
import { writeLabSite } from "./site.ts";
import { bootsFrom, type Roots, startStorage } from "./storage.ts";
import { createLabTftpRoot, type LabTftpRoot } from "./tftp-root.ts";

export interface LabOptions extends PlaceOptions {
  readonly webFloor?: number;
  /** 1 when absent; 0 where a busy computer's late answers shall call no operation off. */
  readonly compileFloor?: number;
  readonly atOnce?: number;
  /** Web sessions that a machine carries; 5 when absent. */
  readonly perMachine?: number;
  /**
   * `nfs`: they mount roots of the lab's NFS server; only on a bridge, where `canServeNfs()`. `mirrored`: of two servers, every
   * second machine of the second. Else each has its own in memory.
   */
  readonly roots?: Roots;
  /** The one machine that may write the images on the NFS servers, by its name; none when absent. */
  readonly imageWriter?: string;
  readonly say?: (text: string) => void;
}

export interface Lab extends Farm {
  readonly machines: readonly LabMachine[];
  readonly machine: (name: string) => LabMachine;
  readonly root: LabTftpRoot;
  /** The file server is gone with its host: neither NFS nor its exporter answers any more. */
  readonly killNfs: (name: string) => Promise<void>;
}

export const RETASK_PORT = 9420;
export const PROMETHEUS_PORT = 9090;
export const WEB_PORT = 8000;
export const HAPROXY_METRICS_PORT = 8405;

/** Several machines that boot at once on two cores take so long, and a margin. */
const BOOT_MS = 120_000;
const HOSTS_HEAD = "# The lab's build machines; retask keeps their lines.\n--randomize\n";

type Stop = () => Promise<unknown>;

export async function startLab(options: LabOptions): Promise<Lab> {
  const stops: Stop[] = [];
  const stopAll = async (): Promise<void> => {
    for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) await stop();
  };
  try {
    return await buildLab(options, stops, stopAll);
  } catch (error) {
    await stopAll();
    throw error;
  }
}

async function buildLab(options: LabOptions, stops: Stop[], stop: Stop): Promise<Lab> {
  const { say = () => {} } = options;
  const images = requireOwnNetwork();
  const { path: dir, remove } = await temporaryDirectory();
  stops.push(remove);

  const places = placesOf(options);
  const { roots = "memory" } = options;
  const root = await createLabTftpRoot(join(dir, "tftp"), images, places, bootsFrom(roots));
  const { network = "user" } = options;
  const tftpd = await startBootServer({ network, dir, root: root.path, machines: places }, stops);
  const writer = places.find(({ name }) => name === options.imageWriter)?.ip;
  const storage = await startStorage({ roots, ...(writer !== undefined && { writer }) }, dir, images, stops);
  const machines = await startMachines(places, dir, root.path, stops);
  const initial = machines.filter((_, at) => places[at]?.role !== null);
  await Promise.all(initial.map(({ bmc }) => bmc.setPower("on")));
  say(`${initial.length} machines are switched on`);

  const proxies = [await startProxy(dir, machines, stops)];
  const listen = `127.0.0.1:${RETASK_PORT}`;
  const targets = proxies.map(({ now }) => now().metricsTarget);
  const prometheus = await startLabPrometheus(dir, `127.0.0.1:${PROMETHEUS_PORT}`, {
    proxies: targets,
    retask: listen,
    storage: storage.scraped,
  });
  stops.push(prometheus.stop);

  const { distccHome, hostsFile } = await writeHosts(
    dir,
    places.filter(({ role }) => role === "compile"),
  );
  const passwordFile = join(dir, "bmc-password");
  await writeFile(passwordFile, `${BMC_PASSWORD}\n`);
  const site = join(dir, "site");
  const { webFloor = 1, compileFloor = 1, atOnce = 1, perMachine = 5, spares } = options;
  const known = machines.filter((_, at) => places[at]?.isNew === false);
  await writeLabSite(site, known, {
    ...{ listen, bootLinks: root.bootLinks, tftp: tftpd.address, prometheus: prometheus.url, passwordFile, hostsFile },
    ...{ webFloor, compileFloor, atOnce, perMachine, spares, storage: storage.lines },
    store: join(dir, "state/retask.db"),
    bootLog: `{ console: "${dir}/{name}/console.log"${network === "bridge" ? `, tftp: "${dir}/dnsmasq.log"` : ""} }`,
    haproxy: `[${proxies.map(({ now }) => now().socket).join(", ")}]`,
  });
  await mkdir(join(dir, "state"));
  const ipmitool = await recordingIpmitool(dir);
  const daemon = retaskDaemon({ dir, site, listen, tokenFile: join(dir, "state/token"), ipmitool });
  stops.push(daemon.kill);

  for (const [at, { role }] of places.entries()) {
    const machine = machines[at];
    if (role === null || machine === undefined) continue;
    await waitFor(() => runs(machine, role), BOOT_MS, `${machine.name} to boot`).catch((error) => {
      throw new Error(machine.log(), { cause: error });
    });
    say(`${machine.name} serves as ${role}`);
  }
  return {
    ...{ dir, site, machines, proxies, prometheus, tftpd, root, hostsFile, distccHome, daemon, ipmitool },
    siteOptions: {},
    killNfs: storage.kill,
    machine: (name) => named(machines, name),
    hosts: async () => [...(await readFile(hostsFile, "utf8")).matchAll(/^([\d.]+):/gm)].map(([, ip]) => ip ?? ""),
    adopt: () => adopt(daemon),
    stop: async () => void (await stop()),
  };
}

async function startMachines(
  places: readonly MachinePlace[],
  dir: string,
  tftp: string,
  stops: Stop[],
): Promise<LabMachine[]> {
  const machines: LabMachine[] = [];
  for (const place of places) {
    const machine = await startLabMachine(place, dir, tftp);
    machines.push(machine);
    stops.push(machine.stop);
  }
  return machines;
}

async function startProxy(dir: string, machines: readonly LabMachine[], stops: Stop[]): Promise<FarmProxy> {
  const servers = machines.map(({ name, ip }) => ({ name, address: ip, port: 8080 }));
  const ports = { frontendPort: WEB_PORT, metricsPort: HAPROXY_METRICS_PORT };
  let proxy = await startHaproxy({ dir, servers, ...ports });
  stops.push(() => proxy.stop());
  return {
    now: () => proxy,
    stop: () => proxy.stop(),
    start: async () => {
      proxy = await startHaproxy({ dir, servers, ...ports });
    },
  };
}

async function writeHosts(dir: string, compiling: readonly { readonly ip: string }[]) {
  const distccHome = join(dir, "distcc");
  const hostsFile = join(distccHome, "hosts");
  await mkdir(distccHome);
  await writeFile(hostsFile, HOSTS_HEAD + compiling.map(({ ip }) => `${ip}:3632/4\n`).join(""));
  return { distccHome, hostsFile };
}

/** A beacon may be late on a busy computer: what was a stray a moment ago is adopted with the next try. */
async function adopt(daemon: Farm["daemon"]): Promise<void> {
  const body = { author: "lab", reason: "the machines are as they should be", confirm: true };
  await waitFor(
    async () => {
      const { body: told } = await daemon.write<{ adopted: { strays: number } | null }>("POST", "/v1/adoption", body);
      if (told.adopted?.strays === 0) return true;
      // Until the next tick has looked; each try asks every BMC, and takes from the machines the time that they need.
      await sleep(4_000);
      throw new Error(JSON.stringify(told));
    },
    60_000,
    "the adoption of every machine",
  );
}

function named(machines: readonly LabMachine[], name: string): LabMachine {
  const machine = machines.find((one) => one.name === name);
  if (machine === undefined) throw new Error(`no machine ${name}`);
  return machine;
}
