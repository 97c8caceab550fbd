/** A machine with nothing but a name and an address to its credit. */
import type { Machine } from "../../../src/core/domain/fleet.ts";
import { machineName } from "../../../src/core/domain/names.ts";

export const someMachine = (name: string, ip: string): Machine => ({
  name: machineName(name),
  ip,
  mac: "00:11:22:33:44:55",
  bmc: { address: "127.0.0.1", port: 623 },
  domains: {},
  roles: [],
  capacity: 1,
  loader: "pxelinux",
  image: {},
  status: "active",
});
