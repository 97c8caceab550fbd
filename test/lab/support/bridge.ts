/** One network for all of a lab's machines: a bridge that has this computer's address, and a tap for each machine. */
import { execFileSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { BRIDGE_ADDRESS, MIRROR_ADDRESS } from "./addresses.ts";

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
    `address add ${MIRROR_ADDRESS}/24 dev ${BRIDGE}`,
    ...taps.flatMap((tap) => [`tuntap add dev ${tap} mode tap`, `link set ${tap} master ${BRIDGE} up`]),
    `link set ${BRIDGE} up`,
  ]);
  return async () => ip([BRIDGE, ...taps].map((device) => `link delete ${device}`));
}

function ip(commands: readonly string[]): void {
  execFileSync("ip", ["-batch", "-"], { input: `${commands.join("\n")}\n`, stdio: ["pipe", "inherit", "inherit"] });
}
