/** The addresses of the lab's own network namespace, where 192.168.77.0/24 is all of this computer's. */

const NETWORK = "192.168.77";

export const SUBNET = `${NETWORK}.0/24`;
/** Each machine's own network has a gateway and a name server of QEMU's. */
export const GATEWAY = `${NETWORK}.2`;
export const NAMESERVER = `${NETWORK}.3`;
export const MAX_MACHINES = 90;

/** Machine 1 is 192.168.77.10. */
export const machineAddress = (index: number): string => `${NETWORK}.${9 + index}`;
export const bmcAddress = (index: number): string => `${NETWORK}.${109 + index}`;
export const machineMac = (index: number): string => `52:54:00:4c:00:${(9 + index).toString(16).padStart(2, "0")}`;

/** scripts/lab.mjs makes the namespace; elsewhere the addresses would be other people's. */
export function requireOwnNetwork(): string {
  const images = process.env.RETASK_LAB_IMAGES;
  if (images === undefined)
    throw new Error("the lab runs in a network of its own: start it by npm run lab or test:lab");
  return images;
}
