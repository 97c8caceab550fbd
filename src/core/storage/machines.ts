/** Machines and their file servers: who hangs on a dead one, who is away from home, how many each carries. */
import type { AssignedMachine } from "../decide/assignment.ts";
import { isRole, type MachineName } from "../domain/names.ts";
import type { MachineFacts, Observation } from "../domain/observation.ts";
import type { MachineRecord, PoolState } from "../domain/pool-state.ts";
import type { Site } from "../domain/site.ts";
import type { StorageServer } from "../domain/storage.ts";
import type { StorageView } from "./storage-view.ts";

/** Its power is on, and nobody hears of it: it may well hang. What answers, though its server is dead, still serves. */
export function isSilent({ standing, facts }: Pick<AssignedMachine, "standing" | "facts">, maxAgeMs: number): boolean {
  if (standing.kind !== "unknown" || facts === undefined || facts.power.kind === "off") return false;
  return isUnheard(facts, maxAgeMs) || (facts.traffic.kind === "on" && !facts.traffic.up);
}

const isUnheard = ({ beacon }: MachineFacts, maxAgeMs: number): boolean =>
  beacon.kind === "silent" || beacon.ageMs > maxAgeMs;

/** Its silence is explained: the server that it runs from is proven dead. Then retask is not blind, the machine hangs. */
export function hangs(assigned: AssignedMachine, record: MachineRecord | undefined, site: Site, view: StorageView) {
  return view.isDead(view.serverOf(record?.image ?? null)) && isSilent(assigned, site.timing.beaconMaxAgeMs);
}

export interface StoragePremises {
  readonly site: Site;
  readonly state: PoolState;
  readonly observation: Observation;
}

/** Machines that belong on this server and run from another one, though it has a copy of what they run. */
export function awayFrom(
  home: StorageServer,
  { site, state, observation }: StoragePremises,
  view: StorageView,
): MachineName[] {
  const away = [...site.machines.values()].filter((machine) => {
    const record = state.machines.get(machine.name);
    if (record === undefined || view.homeOf(machine) !== home || !isAway(record, home, view)) return false;
    return isUsed(record, observation.machines.get(machine.name));
  });
  return away.map(({ name }) => name);
}

/** A spare that is off boots from wherever it should when it is switched on, and not before. */
export const isUsed = ({ placement }: MachineRecord, facts: MachineFacts | undefined): boolean =>
  placement !== null && (isRole(placement) || facts?.power.kind === "on");

function isAway({ adopted, image, quarantine }: MachineRecord, home: StorageServer, view: StorageView) {
  if (!adopted || quarantine !== null || image === null) return false;
  const runsFrom = view.serverOf(image);
  return runsFrom !== null && runsFrom !== home && view.copyOn(image, home) !== null;
}

export interface ServerLoad {
  /** Machines that run from each server, or are about to. */
  readonly machines: Map<string, number>;
  /** Of these, machines in operation: each will boot from it. */
  readonly boots: Map<string, number>;
}

/** By server name. */
export function serverLoad({ machines, operations }: PoolState, view: StorageView): ServerLoad {
  const load: ServerLoad = { machines: new Map(), boots: new Map() };
  if (view.servers.length === 0) return load;
  const busy = new Set<string>();
  for (const { machine, toImage, chart, manner } of operations.values()) {
    if (chart.value === "undoing") continue;
    busy.add(machine);
    const to = view.serverOf(toImage);
    if (to === null) continue;
    countOne(load.machines, to);
    // One that is only drained goes on as it runs.
    if (manner !== "drainOnly") countOne(load.boots, to);
  }
  for (const [name, { adopted, image }] of machines) {
    const on = adopted && !busy.has(name) ? view.serverOf(image) : null;
    if (on !== null) countOne(load.machines, on);
  }
  return load;
}

export const countOne = (counts: Map<string, number>, { name }: StorageServer): void =>
  void counts.set(name, (counts.get(name) ?? 0) + 1);
