/** Whether a machine that is to be added is the one that it is said to be: its BMC is asked who it is, and its address. */
import { pino } from "pino";
import type { Configuration } from "../../control/configuration/configuration.ts";
import type { Machine } from "../../core/domain/fleet.ts";
import type { BmcCode } from "../../core/domain/observation.ts";
import { httpBeacons } from "../../world/beacons/http-beacons.ts";
import { systemClock } from "../../world/clock/system-clock.ts";
import type { Enrolment } from "../../world/ports.ts";
import { sameGuid } from "../../world/power/guid.ts";
import { ipmitoolPower } from "../../world/power/ipmitool-power.ts";
import type { Recorded } from "../doctor/examined.ts";
import { macOf } from "./neighbours.ts";

const BEACON_DEADLINE_MS = 3_000;
/** Both cipher suites of a BMC that answers neither, each with its interval. */
const BMC_DEADLINE_MS = 60_000;

/** `why`: what was found, or what is wrong and what to do about it. `code`: the BMC's; null: somebody else answered. */
export type Probed =
  | { readonly ok: true; readonly why: string }
  | { readonly ok: false; readonly why: string; readonly code: BmcCode | null };

/** Logs in once, by the suites that retask would try; nothing is changed. */
export async function probeBmc({ settings }: Configuration, machine: Machine, recorded: Recorded): Promise<Probed> {
  const { user, passwordFile, interval } = settings.bmc;
  const power = ipmitoolPower({
    user,
    passwordFile,
    intervalMs: interval,
    logger: pino({ level: "silent" }),
    clock: systemClock,
  });
  const reply = await power.enrol(machine, AbortSignal.timeout(BMC_DEADLINE_MS));
  if (!reply.ok) return { ok: false, code: reply.code, why: `${reply.why} (${reply.code})` };
  return judgeGuid(machine, reply.enrolment, recorded.enrolments);
}

/** One GUID, one machine (S10). */
export function judgeGuid(
  { name, bmc }: Machine,
  { guid, cipherSuite }: Enrolment,
  enrolments: ReadonlyMap<string, Enrolment>,
): Probed {
  const other = [...enrolments].find(([machine, known]) => machine !== name && sameGuid(known.guid, guid));
  if (other === undefined) return { ok: true, why: `GUID ${guid}, cipher suite ${cipherSuite}` };
  const why = `the BMC at ${bmc.address} says that it is ${other[0]}'s (GUID ${guid}): look whether the address is right, or whether the two boards were given one UUID`;
  return { ok: false, code: null, why };
}

/** Whoever answers at its address must be it. Silence is fine: a new machine is off, or boots for the first time. */
export async function probeAddress({ settings }: Configuration, machine: Machine): Promise<Probed> {
  const { ip, name, mac } = machine;
  const beacons = httpBeacons({ port: settings.beacon.port, deadlineMs: BEACON_DEADLINE_MS });
  const heard = await beacons.read(machine, AbortSignal.timeout(BEACON_DEADLINE_MS));
  if (heard.ok && (heard.value.machine !== name || heard.value.mac !== mac)) {
    const { machine: other, mac: otherMac } = heard.value;
    return {
      ok: false,
      code: null,
      why: `at ${ip} answers ${other} (${otherMac}): take another address, or look what it is`,
    };
  }
  // The connection that was just tried has filled the kernel's table, where the address is on this network.
  const neighbour = await macOf(ip);
  if (neighbour !== null && neighbour !== mac)
    return {
      ok: false,
      code: null,
      why: `at ${ip} answers ${neighbour}, not ${mac}: take another address, or look what it is`,
    };
  return { ok: true, why: heard.ok ? "it answers already, as itself" : `nobody else answers at ${ip}` };
}
