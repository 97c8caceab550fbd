/** How long BMCs may take to be asked. */
import type { Examined } from "./examined.ts";

/** ipmitool processes at once; a quarter of them is kept for the logins that come first. */
export const IPMITOOL_PROCESSES = 32;
/** One call's own deadline. */
const CALL_MS = 15_000;

/** So many calls to each machine's BMC, if every one of them were to hang, and a minute to spare. */
export function bmcDeadlineMs({ machines, configuration }: Examined, calls: number): number {
  const turns = Math.ceil(machines.length / (IPMITOOL_PROCESSES / 4));
  return 60_000 + turns * calls * (CALL_MS + configuration.settings.bmc.interval);
}
