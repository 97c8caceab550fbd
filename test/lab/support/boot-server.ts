/** The server of a lab's boot files, which on a bridge also gives the addresses. */
import { readFileSync } from "node:fs";
import { startDnsmasqTftp, startTftpd, type Tftpd } from "../../component/support/tftpd.ts";
import type { NetworkKind } from "./addresses.ts";
import { startBridge } from "./bridge.ts";
import { startDnsmasq } from "./dnsmasq.ts";
import type { MachinePlace } from "./places.ts";

export interface BootServerPlaces {
  readonly network: NetworkKind;
  /** Where its settings and its log go. */
  readonly dir: string;
  /** What it serves. */
  readonly root: string;
  readonly machines: readonly MachinePlace[];
}

/** `stops` gets what ends it. On QEMU's networks only retask's preflight asks it: QEMU serves the same files itself. */
export async function startBootServer(places: BootServerPlaces, stops: (() => Promise<unknown>)[]): Promise<Tftpd> {
  if (places.network === "bridge") stops.push(await startBridge(places.machines.length));
  const server = await startServerOf(places);
  stops.push(server.stop);
  return server;
}

function startServerOf({ network, dir, root, machines }: BootServerPlaces): Promise<Tftpd> {
  if (network === "bridge") return startDnsmasq(dir, root, machines);
  return isRealRoot() ? startTftpd(root) : startDnsmasqTftp(root);
}

/** tftpd-hpa gives up root's groups, or serves nothing: in a namespace that a user made, the kernel does not let it. */
const isRealRoot = (): boolean => readFileSync("/proc/self/setgroups", "utf8").trim() === "allow";
