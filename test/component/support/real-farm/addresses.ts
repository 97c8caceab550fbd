/** Loopback addresses of one farm: a /24 of 127.77, taken by a listening socket, so that two farms never share one. */
import { createServer, type Server } from "node:net";

export interface Subnet {
  /** Machine 1 is `127.77.N.1`. */
  readonly machine: (index: number) => string;
  readonly bmc: (index: number) => string;
  readonly release: () => Promise<void>;
}

const LOCK_PORT = 9_421;
const SUBNETS = 250;

export async function takeSubnet(): Promise<Subnet> {
  for (let tried = 0; tried < SUBNETS; tried++) {
    const third = 1 + ((process.pid + tried) % SUBNETS);
    const lock = await lockAddress(`127.77.${third}.254`);
    if (lock === null) continue;
    return {
      machine: (index) => `127.77.${third}.${index}`,
      bmc: (index) => `127.77.${third}.${100 + index}`,
      release: () => new Promise((resolve) => lock.close(() => resolve())),
    };
  }
  throw new Error("every subnet of 127.77 is taken: farms of earlier runs must still be running");
}

/** Held as long as it listens; the kernel gives it back even when the test is killed. */
function lockAddress(address: string): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen(LOCK_PORT, address, () => resolve(server));
  });
}

/** 127.77.3.1 → 7F4D0301, the name that pxelinux asks for. */
export const hexAddress = (ip: string): string =>
  ip
    .split(".")
    .map((byte) => Number(byte).toString(16).padStart(2, "0"))
    .join("")
    .toUpperCase();
