/** One network for all of a lab's machines: a bridge that has this computer's address, and a tap for each machine. */
import { execFileSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { BRIDGE_ADDRESS } from "./addresses.ts";

/** The bridge's device. */
export const BRIDGE = "lab";
/** The end of the cable that QEMU holds. */
export const tapOf = (index: number): string => `lab-m${index}`;

/** Whether we may make tap devices: root may, and other users where /dev/net/tun is everybody's, as on Debian. */
export function canBridge(): boolean {
  try {
    closeSync(openSync("/dev/net/tun", "r+"));
    return true;
  } catch {
    return false;
  }
}

/** Until the returned function is called; the machines must be off by then. */
export async function startBridge(machines: number): Promise<() => Promise<void>> {
  const taps = Array.from({ length: machines }, (_, at) => tapOf(at + 1));
  ip([
    `link add ${BRIDGE} type bridge`,
    `address add ${BRIDGE_ADDRESS}/24 dev ${BRIDGE}`,
    ...taps.flatMap((tap) => [`tuntap add dev ${tap} mode tap`, `link set ${tap} master ${BRIDGE} up`]),
    `link set ${BRIDGE} up`,
  ]);
  return async () => ip([BRIDGE, ...taps].map((device) => `link delete ${device}`));
}

/** Another computer on the bridge, as a network namespace of its own. Until the returned function is called. */
export function addHost(name: string, address: string): () => void {
  ip([
    `netns add ${name}`,
    `link add ${name} type veth peer name eth0 netns ${name}`,
    `link set ${name} master ${BRIDGE} up`,
    `netns exec ${name} ip address add ${address}/24 dev eth0`,
    `netns exec ${name} ip link set eth0 up`,
  ]);
  return () => ip([`netns delete ${name}`]);
}

function ip(commands: readonly string[]): void {
  execFileSync("ip", ["-batch", "-"], { input: `${commands.join("\n")}\n`, stdio: ["pipe", "inherit", "inherit"] });
}
