/** Beacons: each machine that is on answers, by its own name and MAC address. */
import type { Machine } from "../../core/domain/fleet.ts";
import type { BeaconReport } from "../../core/domain/observation.ts";
import type { Heard, PowerReply } from "../../world/ports.ts";
import { bmcDeadlineMs } from "./bmc-time.ts";
import { type Check, counted, type Examined, each } from "./examined.ts";
import { type Fault, looked } from "./finding.ts";

export interface BeaconFacts {
  readonly machine: Pick<Machine, "name" | "mac" | "ip">;
  readonly heard: Heard<BeaconReport>;
  /** Asked only of a silent machine; null where nobody could say. */
  readonly power: "on" | "off" | null;
}

export const beaconsCheck: Check = {
  name: "beacons",
  deadlineMs: (site) => bmcDeadlineMs(site, 4),
  run: async (site, signal) => {
    const expected = site.machines.filter(({ name }) => !site.recorded.busy.has(name));
    const heard = await each(expected, async (machine) => ({
      machine,
      heard: await site.beacons.read(machine, signal),
    }));
    const facts = await each(heard, async (one): Promise<BeaconFacts> => {
      return { ...one, power: one.heard.ok ? null : await powerOf(site, one.machine, signal) };
    });
    const off = facts.filter(({ power }) => power === "off").length;
    const well = `${counted(facts.length - off, "machine")} heard, each by its own name${off === 0 ? "" : `; ${off} off`}`;
    return looked(facts.flatMap(judgeBeacon), well);
  },
};

async function powerOf(site: Examined, machine: Machine, signal: AbortSignal): Promise<"on" | "off" | null> {
  if (!(await site.ipmitool()).ok) return null;
  const identity = (await site.identities()).get(machine.name);
  if (identity?.ok !== true) return null;
  const enrolment = { guid: identity.guid, cipherSuite: identity.suite };
  const reply: PowerReply = await site.power.status(machine, enrolment, signal);
  return reply.ok ? reply.power : null;
}

export function judgeBeacon({ machine, heard, power }: BeaconFacts): Fault[] {
  const { name, mac, ip } = machine;
  if (heard.ok) {
    const { value: report } = heard;
    if (report.machine === name && report.mac === mac) return [];
    return [
      {
        name: "beacon-other",
        level: "error",
        what: `another machine answers at its address: ${report.machine}, ${report.mac}`,
        where: [name],
        why: `fleet.yaml says that ${name}, ${mac}, has ${ip}; retask treats it as a stray and does not touch it`,
        advice: "correct its ip and mac in fleet.yaml, the address that DHCP gives it, or retask.machine= in the image",
      },
    ];
  }
  if (power === "off") return [];
  const advice = `boot it into a role's image, with the beacon in it, and try: curl http://${ip}:PORT/metrics`;
  const about = { name: "beacon-silent", where: [name], why: heard.why, advice } as const;
  if (power === "on") return [{ ...about, level: "error", what: "it is powered on, and its beacon is silent" }];
  return [{ ...about, level: "warning", what: "its beacon is silent, and whether it is on is not known" }];
}
