/** Each BMC: lets retask in by its pinned suite, is the machine's own, and lets in nobody who has no password. */
import type { Machine } from "../../core/domain/fleet.ts";
import type { Enrolment } from "../../world/ports.ts";
import type { BackDoor, DoorReply } from "../../world/power/back-doors.ts";
import { bmcAdvice } from "../../world/power/bmc-advice.ts";
import { bmcDeadlineMs } from "./bmc-time.ts";
import { type Check, counted, type Examined, each, type Identity, type Recorded } from "./examined.ts";
import { type Fault, looked, skipped } from "./finding.ts";

/** What one BMC said. Doors are tried only where the login works: who is refused once is not asked again. */
export interface BmcFacts {
  readonly machine: string;
  readonly identity: Identity;
  readonly doors: ReadonlyMap<BackDoor, DoorReply>;
}

export const bmcCheck: Check = {
  name: "bmc",
  deadlineMs: (site) => bmcDeadlineMs(site, 4),
  run: async (site, signal, tell) => {
    if (!(await site.ipmitool()).ok) return skipped("ipmitool does not work");
    const identities = await site.identities();
    const facts = await each(site.machines, (machine) => askBmc(site, identities, machine, signal), { tell });
    const enrolled = site.machines.filter(({ name }) => site.recorded.enrolments.has(name)).length;
    const pinned = enrolled === facts.length ? "by the suites enrolled" : `${enrolled} of them enrolled before`;
    const well = `${counted(facts.length, "BMC")} asked, ${pinned}; each lets retask in, and nobody without a password`;
    return looked([...recordFaults(site.recorded), ...facts.flatMap(judgeBmc)], well);
  },
};

async function askBmc(
  { power, recorded }: Examined,
  identities: ReadonlyMap<string, Identity>,
  machine: Machine,
  signal: AbortSignal,
): Promise<BmcFacts> {
  const { name } = machine;
  const identity = identities.get(name) ?? { ok: false, code: "RTK_BMC_TIMEOUT", why: "it was not asked in time" };
  const suite = suiteOf(identity, recorded.enrolments.get(name));
  const doors = new Map<BackDoor, DoorReply>();
  if (suite === null) return { machine: name, identity, doors };
  for (const door of ["suite 0", "anonymous"] as const)
    doors.set(door, await power.tryBackDoor(machine, door, suite, signal));
  return { machine: name, identity, doors };
}

/** The suite by which it let retask in; null: it did not. */
function suiteOf(identity: Identity, enrolled: Enrolment | undefined): number | null {
  if (identity.ok) return identity.suite;
  return identity.code === "RTK_BMC_WRONG_GUID" ? (enrolled?.cipherSuite ?? null) : null;
}

function recordFaults({ trouble }: Recorded): Fault[] {
  if (trouble === null) return [];
  return [
    {
      name: "bmc-record",
      level: "warning",
      what: "what was enrolled can't be read, so no GUID or suite was compared with it",
      where: ["the record"],
      why: trouble,
      advice: "run the doctor as retask's user, on the controller",
    },
  ];
}

export function judgeBmc({ machine, identity, doors }: BmcFacts): Fault[] {
  const faults = identity.ok ? [] : [loginFault(machine, identity)];
  for (const [door, reply] of doors) {
    if (reply.kind === "open") faults.push(OPEN[door](machine));
    if (reply.kind === "unsure") faults.push(unsure(machine, door, reply.why));
  }
  return faults;
}

function loginFault(machine: string, { code, why }: Identity & { readonly ok: false }): Fault {
  const advice = bmcAdvice[code];
  const about = { where: [machine], why: `${code}: ${why.replace(advice, "").trim()}`, advice };
  if (code === "RTK_BMC_WRONG_GUID")
    return { name: "bmc-wrong-guid", level: "error", what: "another board answers than the one enrolled", ...about };
  // The daemon's own session, or a console's: likely gone in a minute, and no fault of the site.
  if (code === "RTK_BMC_BUSY") return { name: "bmc-busy", level: "warning", what: "has no free session", ...about };
  return { name: "bmc-login", level: "error", what: "retask can't log in to its BMC and read its GUID", ...about };
}

const OPEN: Readonly<Record<BackDoor, (machine: string) => Fault>> = {
  "suite 0": (machine) => ({
    name: "bmc-suite-0",
    level: "error",
    what: "its BMC accepts cipher suite 0",
    where: [machine],
    why: "by suite 0 no password is asked: whoever reaches the BMC can power the machine off",
    advice: "disable suite 0 on the LAN channel, as in: ipmitool lan set 1 cipher_privs Xaaaaaaaaaaaaaa",
  }),
  anonymous: (machine) => ({
    name: "bmc-anonymous",
    level: "error",
    what: "its BMC accepts an anonymous login",
    where: [machine],
    why: "a user without a name and without a password is enabled on its LAN channel",
    advice: "disable that user, usually number 1: ipmitool user disable 1",
  }),
};

const unsure = (machine: string, door: BackDoor, why: string): Fault => ({
  name: "bmc-unsure",
  level: "warning",
  what: `whether its BMC refuses ${door === "anonymous" ? "an anonymous login" : "suite 0"} is not known`,
  where: [machine],
  why,
  advice: `run it again for this machine alone: retask doctor --only bmc --machine ${machine}`,
});
