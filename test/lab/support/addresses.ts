/** The addresses of the lab's own network namespace. */

/** Of `user`, all is this computer's; a bridge has its machines' real addresses on it, so it needs others. */
const NETWORKS = { user: "192.168.77", bridge: "192.168.78" } as const;

export type NetworkKind = keyof typeof NETWORKS;

export const SUBNET = `${NETWORKS.user}.0/24`;
/** Each machine's own network has a gateway and a name server of QEMU's. */
export const GATEWAY = `${NETWORKS.user}.2`;
export const NAMESERVER = `${NETWORKS.user}.3`;
/** This computer's end of the bridge. */
export const BRIDGE_ADDRESS = `${NETWORKS.bridge}.1`;
/** A second one of this computer's on the bridge, for a second file server. */
export const MIRROR_ADDRESS = `${NETWORKS.bridge}.2`;
export const BRIDGE_SUBNET = `${NETWORKS.bridge}.0`;
export const MAX_MACHINES = 90;

/** Machine 1 is 192.168.77.10, or 192.168.78.10 on the bridge. */
export const machineAddress = (index: number, kind: NetworkKind): string => `${NETWORKS[kind]}.${9 + index}`;
/** BMCs have a network of their own, as on a site. */
export const bmcAddress = (index: number): string => `${NETWORKS.user}.${109 + index}`;
export const machineMac = (index: number): string => `52:54:00:4c:00:${(9 + index).toString(16).padStart(2, "0")}`;

/** scripts/lab.mjs makes the namespace; elsewhere the addresses would be other people's. */
export function requireOwnNetwork(): string {
  const images = process.env.RETASK_LAB_IMAGES;
  if (images === undefined)
    throw new Error("the lab runs in a network of its own: start it by npm run lab or test:lab");
  return images;
}
