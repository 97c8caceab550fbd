/** Who counts as what: one function, so that floor, capacity and movability can never disagree. */
import type { Machine } from "./fleet.ts";
import { isRole, type MachineName, type Placement, SPARE } from "./names.ts";
import type { MachineFacts, Observation } from "./observation.ts";
import type { Operation } from "./operation.ts";
import { type MachineRecord, newMachineRecord, type PoolState } from "./pool-state.ts";
import type { Site } from "./site.ts";
import { describeDuration } from "./units.ts";

export type StandingKind =
  | "serving"
  | "late"
  | "unmanageable"
  | "switching"
  | "spare"
  | "unknown"
  | "quarantined"
  | "stray";

/** One machine as the arithmetic sees it. */
export interface Standing {
  readonly kind: StandingKind;
  /** The role it serves, or `spare`; `null` where that is not known or not trusted. While switching: where it comes from. */
  readonly placement: Placement | null;
  /** While switching: where it goes. */
  readonly goingTo: Placement | null;
  readonly forFloor: boolean;
  readonly asCapacity: boolean;
  readonly mayMove: boolean;
  readonly why: string;
}

interface Known {
  readonly machine: Machine;
  readonly record: MachineRecord;
  readonly facts: MachineFacts | undefined;
  readonly operation: Operation | undefined;
  readonly beaconMaxAgeMs: number;
  /** Up to this age a beacon counts as just heard: two ticks, so that a single lost answer changes nothing. */
  readonly freshMs: number;
  /** A hook can't be asked what it last did; until it was told something, its role's traffic is unknown. */
  readonly trafficCanBeAsked: boolean;
}

/** The table of design.md, row by row; the first row that fits decides. */
export function standingOf(known: Known): Standing {
  const { machine, record, facts, operation } = known;
  if (record.quarantine !== null) return out("quarantined", `quarantined: ${record.quarantine.why}`);
  if (operation !== undefined) {
    const why = `in operation ${operation.id}: ${operation.from} to ${operation.to}`;
    return out("switching", why, operation.from, operation.to);
  }
  if (!record.adopted) return out("stray", "not adopted");
  if (facts === undefined) return out("unknown", "not observed");

  const { beacon, power } = facts;
  if (beacon.kind === "silent" || beacon.ageMs > known.beaconMaxAgeMs) {
    if (record.placement === SPARE && power.kind === "off") return spare(true, "spare, off");
    const why = beacon.kind === "silent" ? beacon.why : `last heard ${describeDuration(beacon.ageMs)} ago`;
    return out("unknown", `no beacon (${why})`);
  }
  const odd = oddity(machine, record, facts);
  if (odd !== null) return out("unknown", odd);
  if (record.placement === null) return out("unknown", "no role recorded");
  if (record.placement === SPARE) return spareOn(record);

  return serving(known, record.placement, facts);
}

/** A machine that is in its role: only what else is wrong with it decides whether it counts. */
function serving(known: Known, role: Placement, { beacon, traffic, link }: MachineFacts): Standing {
  const { record, beaconMaxAgeMs, freshMs } = known;
  const ageMs = beacon.kind === "heard" ? beacon.ageMs : beaconMaxAgeMs;
  if (ageMs > freshMs) return inRole("late", role, `beacon late, last heard ${describeDuration(ageMs)} ago`);
  if (known.trafficCanBeAsked && (traffic.kind === "unknown" || traffic.kind === "mixed")) {
    // Whether it gets work is not proven, so nothing may rest on it (S1); it is no reason to give it up either.
    return inRole("late", role, `its traffic is not known: ${traffic.why}`);
  }
  if (traffic.kind === "off") return out("unknown", "its traffic is off, and no operation took it off", role);
  if (traffic.kind === "on" && !traffic.up) return out("unknown", "the proxy finds it down", role);
  if (record.unmanageable !== null) return inRole("unmanageable", role, `unmanageable: ${record.unmanageable}`);
  if (link.kind !== "image") return inRole("serving", role, `serving, but ${describeLink(link)}`);
  return inRole("serving", role, "serving, verified", true);
}

/** What contradicts the record, in words; `null` when nothing does. */
function oddity(machine: Machine, record: MachineRecord, facts: MachineFacts): string | null {
  if (facts.beacon.kind !== "heard") return null;
  const { report } = facts.beacon;
  if (report.machine !== machine.name)
    return `another machine answers at ${machine.ip}: it calls itself ${report.machine}`;
  if (report.mac !== machine.mac) return `another machine answers at ${machine.ip}: its MAC is ${report.mac}`;
  if (record.placement === null || record.placement === SPARE) return null;
  if (report.role !== record.placement) return `runs ${report.role}, but ${record.placement} is recorded: drift`;
  return null;
}

/** Why a boot link that is not simply an image keeps its machine where it is. */
export function describeLink(link: MachineFacts["link"]): string {
  switch (link.kind) {
    case "image":
      return `its boot link names ${link.image}`;
    case "missing":
      return "it has no boot link";
    case "foreign":
      return `its boot link is not retask's: ${link.target}${link.why === undefined ? "" : `, ${link.why}`}`;
    case "shadowed":
      return `${link.by} shadows its boot link`;
    case "unreadable":
      return `its boot link can't be read: ${link.why}`;
  }
}

/** No part of its role's arithmetic, or of anything's. */
const out = (
  kind: StandingKind,
  why: string,
  placement: Placement | null = null,
  goingTo: Placement | null = null,
): Standing => ({ kind, placement, goingTo, forFloor: false, asCapacity: false, mayMove: false, why });

/** A late one carries load, and no floor. */
const inRole = (
  kind: "serving" | "late" | "unmanageable",
  placement: Placement,
  why: string,
  mayMove = false,
): Standing => ({ kind, placement, goingTo: null, forFloor: kind !== "late", asCapacity: true, mayMove, why });

const spare = (mayMove: boolean, why: string): Standing => ({
  kind: "spare",
  placement: SPARE,
  goingTo: null,
  forFloor: false,
  asCapacity: false,
  mayMove,
  why,
});

/** A BMC that does not answer can't take it anywhere; each try would only spend the pool's limits. */
const spareOn = ({ unmanageable }: MachineRecord): Standing =>
  unmanageable === null ? spare(true, "spare, on") : spare(false, `unmanageable: ${unmanageable}`);

/** Every machine's standing in this tick, in the fleet's order. */
export function standingsOf(
  site: Site,
  state: PoolState,
  observation: Observation,
): ReadonlyMap<MachineName, Standing> {
  const operations = new Map([...state.operations.values()].map((operation) => [operation.machine, operation]));
  const standings = new Map<MachineName, Standing>();
  for (const machine of site.machines.values()) {
    const known: Known = {
      machine,
      record: state.machines.get(machine.name) ?? newMachineRecord(),
      facts: observation.machines.get(machine.name),
      operation: operations.get(machine.name),
      beaconMaxAgeMs: site.timing.beaconMaxAgeMs,
      freshMs: 2 * site.timing.tickMs,
      trafficCanBeAsked: !usesHook(site, state, machine.name),
    };
    standings.set(machine.name, standingOf(known));
  }
  return standings;
}

function usesHook({ policies }: Site, { machines }: PoolState, name: MachineName): boolean {
  const placement = machines.get(name)?.placement ?? null;
  return placement !== null && isRole(placement) && policies.get(placement)?.traffic.hook !== undefined;
}
