/** Where the arithmetic counts each machine: where it serves, where it is going, or where an operator wants it. */
import type { Machine } from "../domain/fleet.ts";
import type { MachineName, Placement, RoleName } from "../domain/names.ts";
import { SPARE } from "../domain/names.ts";
import type { MachineFacts, Observation } from "../domain/observation.ts";
import type { Operation } from "../domain/operation.ts";
import type { PoolState } from "../domain/pool-state.ts";
import type { Site } from "../domain/site.ts";
import { type Standing, standingsOf } from "../domain/standing.ts";
import { type Orders, ordersInForce, signed } from "./orders.ts";

export interface AssignedMachine {
  readonly machine: Machine;
  readonly standing: Standing;
  readonly facts: MachineFacts | undefined;
  readonly operation: Operation | null;
  /**
   * The one place that counts it: its destination while it is on its way, an operator's forced place before it has even
   * left. `null`: no part of the pool (unknown, quarantined, stray, retiring, in maintenance).
   */
  readonly home: Placement | null;
  /** Why it can't leave `home`; `null` when it can. */
  readonly stuck: string | null;
}

export interface Assignment {
  /** By machine name, so that no map's order can change a decision. */
  readonly machines: readonly AssignedMachine[];
  readonly orders: Orders;
}

export function assignMachines(site: Site, state: PoolState, observation: Observation): Assignment {
  const orders = ordersInForce(state.overrides, observation.wallMs);
  const operations = new Map([...state.operations.values()].map((operation) => [operation.machine, operation]));
  const machines: AssignedMachine[] = [];
  for (const [name, standing] of standingsOf(site, state, observation)) {
    const machine = site.machines.get(name);
    if (machine === undefined) continue;
    const operation = operations.get(name) ?? null;
    const facts = observation.machines.get(name);
    const { home, stuck } = homeOf(machine, standing, operation, orders, site);
    machines.push({ machine, standing, facts, operation, home, stuck });
  }
  machines.sort((a, b) => (a.machine.name < b.machine.name ? -1 : 1));
  return { machines, orders };
}

function homeOf(
  machine: Machine,
  standing: Standing,
  operation: Operation | null,
  orders: Orders,
  site: Site,
): Pick<AssignedMachine, "home" | "stuck"> {
  const at = operation === null || standing.kind !== "switching" ? poolPlace(standing) : destination(operation);
  if (at === null || machine.status === "retiring" || orders.maintained.has(machine.name))
    return { home: null, stuck: null };

  const bound = boundBy(machine.name, standing, orders);
  if (bound !== null) return { home: at, stuck: bound };
  const forced = orders.forcedMachines.get(machine.name);
  if (forced === undefined || !mayTake(machine, forced.value, site)) return { home: at, stuck: null };
  return { home: forced.value, stuck: signed("forced", forced.override) };
}

/** A place only for those that the table "who counts as what" lets count or move. */
function poolPlace(standing: Standing): Placement | null {
  const inPool = standing.asCapacity || standing.kind === "spare";
  return inPool ? standing.placement : null;
}

/** Where an operation will end: one that is being undone goes back to where it came from. */
export function destination(operation: Operation): Placement {
  return operation.chart.value === "undoing" ? operation.from : operation.to;
}

/** Why this machine stays where it is, whatever a role would like. */
function boundBy(name: MachineName, standing: Standing, orders: Orders): string | null {
  const pin = orders.pinned.get(name);
  if (pin !== undefined) return signed("pinned", pin);
  const pause = orders.pausedMachines.get(name);
  if (pause !== undefined) return signed("paused", pause);
  // A late beacon is news of seconds: promises may rest on it, moves may not.
  const movable = standing.mayMove || standing.kind === "switching" || standing.kind === "late";
  return movable ? null : standing.why;
}

/** Whether fleet.yaml lets this machine take that place at all. */
export function mayTake(machine: Machine, place: Placement, site: Site): boolean {
  return place === SPARE || (site.policies.has(place) && machine.roles.includes(place));
}

/** Machines by place, in one pass. */
export function countAssigned(assignment: Assignment): Map<Placement, number> {
  const counts = new Map<Placement, number>();
  for (const { home } of assignment.machines) if (home !== null) counts.set(home, (counts.get(home) ?? 0) + 1);
  return counts;
}

/** The roles that this machine could be counted for: those it may take, and the one it has. */
export function possibleRoles(assigned: AssignedMachine, site: Site): RoleName[] {
  const { machine, home, stuck } = assigned;
  if (home === null) return [];
  if (stuck !== null) return home !== SPARE && site.policies.has(home) ? [home] : [];
  return [...site.policies.keys()].filter((role) => role === home || machine.roles.includes(role));
}
