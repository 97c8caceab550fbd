/** What an order contradicts, or what keeps it from taking effect: each in one sentence, with who wins. */
import type { Decision } from "../domain/decision.ts";
import { describeForce } from "../domain/describe-override.ts";
import { isRole, type MachineName, type RoleName } from "../domain/names.ts";
import type { Observation } from "../domain/observation.ts";
import {
  type Direction,
  forcedRange,
  type OverrideAct,
  type OverrideScope,
  type RoleForce,
} from "../domain/override.ts";
import type { Site } from "../domain/site.ts";
import { type AssignedMachine, type Assignment, possibleRoles } from "./assignment.ts";
import { describePause, mayCome, mayLeave, type Orders, signed } from "./orders.ts";

export interface ConflictPremises {
  readonly site: Site;
  readonly observation: Observation;
  /** With the order in force. */
  readonly assignment: Assignment;
  readonly decision: Decision;
}

export interface Ordered {
  readonly act: OverrideAct;
  readonly overrideFloor: boolean;
}

/** Empty: it contradicts nothing, and nothing but the usual limits stands in its way. */
export function conflictsOf({ act, overrideFloor }: Ordered, premises: ConflictPremises): string[] {
  switch (act.kind) {
    case "pause":
      return pauseConflicts(act.scope, act.direction, premises);
    case "pin":
      return bindingConflicts(act.machine, "pin", premises);
    case "forceMachine":
      return [...machineConflicts(act.machine, premises), ...poolConflicts(premises)];
    case "maintain":
      return [...maintenanceConflicts(act.machine, premises), ...poolConflicts(premises)];
    default:
      return [...roleConflicts(act, overrideFloor, premises), ...poolConflicts(premises)];
  }
}

/** What holds the whole pool holds this order too. */
function poolConflicts({ observation, assignment, decision }: ConflictPremises): string[] {
  const { pausedPool } = assignment.orders;
  // The pause is one of the holds that the mode chart tells; with its author it says more.
  const held = decision.held.filter((why) => pausedPool === null || !why.startsWith("paused: "));
  return [
    ...(pausedPool === null ? [] : [`the pool is paused: it waits (${signed("paused", pausedPool)})`]),
    ...held.map((why) => `nothing new begins: ${why}`),
    ...(observation.schedules.freezes.some(({ open }) => open) ? ["a freeze is on: it waits for its end"] : []),
  ];
}

function pauseConflicts(scope: OverrideScope, direction: Direction, premises: ConflictPremises): string[] {
  const { orders } = premises.assignment;
  if (scope.kind === "machine") return bindingConflicts(scope.machine, "pause", premises);
  if (scope.kind === "role") return rolePauseConflicts(scope.role, direction, premises);
  const waiting = [...orders.forcedRoles.values(), ...orders.forcedMachines.values()].length;
  return waiting === 0 ? [] : [`the pause wins over ${waiting === 1 ? "1 force" : `${waiting} forces`}, which wait`];
}

function rolePauseConflicts(
  role: RoleName,
  direction: Direction,
  { assignment, decision }: ConflictPremises,
): string[] {
  const force = assignment.orders.forcedRoles.get(role);
  const conflicts =
    force === undefined
      ? []
      : [`${signed(`${role} is forced ${describeForce(force.value)}`, force.override)}: the pause wins`];
  const decided = decision.roles.get(role);
  if (decided !== undefined && !mayCome(direction) && decided.counts.forFloor < decided.floor) {
    const { counts, floor } = decided;
    conflicts.push(
      `${role} has ${counts.forFloor} healthy machines, its floor is ${floor}: while it is paused none comes`,
    );
  }
  return conflicts;
}

/** A pin and a machine's pause both win over its force. */
function bindingConflicts(name: MachineName, what: "pin" | "pause", { assignment }: ConflictPremises): string[] {
  const force = assignment.orders.forcedMachines.get(name);
  return force === undefined
    ? []
    : [`${signed(`${name} is forced to ${force.value}`, force.override)}: the ${what} wins`];
}

/** It goes out as far as the floor lets it; a pin or a pause keeps it where it is. */
function maintenanceConflicts(name: MachineName, { site, assignment, decision }: ConflictPremises): string[] {
  const { orders } = assignment;
  const assigned = assignment.machines.find(({ machine }) => machine.name === name);
  const order = orders.maintained.get(name);
  if (assigned === undefined || order === undefined) return [];
  const conflicts = bound(name, orders);
  const force = orders.forcedMachines.get(name);
  if (force !== undefined)
    conflicts.push(`${signed(`${name} is forced to ${force.value}`, force.override)}: the maintenance wins`);
  const { standing } = assigned;
  if (standing.kind !== "switching" && !standing.mayMove) conflicts.push(`${name} can't be moved: ${standing.why}`);
  const from = standing.placement;
  if (from !== null && isRole(from))
    conflicts.push(...leavingConflicts(from, assigned, order.override.overrideFloor, { site, assignment, decision }));
  return conflicts;
}

function bound(name: MachineName, orders: Orders): string[] {
  const pin = orders.pinned.get(name) ?? orders.pausedMachines.get(name);
  return pin === undefined
    ? []
    : [`${signed(`${name} is ${pin.act.kind === "pin" ? "pinned" : "paused"}`, pin)}: that wins`];
}

function machineConflicts(name: MachineName, { site, assignment, decision }: ConflictPremises): string[] {
  const { orders } = assignment;
  const assigned = assignment.machines.find(({ machine }) => machine.name === name);
  const force = orders.forcedMachines.get(name);
  if (assigned === undefined || force === undefined) return [];
  const conflicts = bound(name, orders);
  const { standing, machine } = assigned;
  if (machine.status === "retiring") conflicts.push(`${name} is retiring (fleet.yaml): that wins`);
  if (standing.kind !== "switching" && !standing.mayMove) conflicts.push(`${name} can't be moved: ${standing.why}`);

  const [from, to] = [standing.placement, force.value];
  if (from !== null && isRole(from) && from !== to)
    conflicts.push(...leavingConflicts(from, assigned, force.override.overrideFloor, { site, assignment, decision }));
  if (isRole(to) && from !== to) conflicts.push(...comingConflicts(to, { site, assignment, decision }));
  return conflicts;
}

type Pool = Pick<ConflictPremises, "site" | "assignment" | "decision">;

function leavingConflicts(
  role: RoleName,
  { standing }: AssignedMachine,
  overrideFloor: boolean,
  { assignment, decision }: Pool,
): string[] {
  const pause = assignment.orders.pausedRoles.get(role);
  const conflicts = pause === undefined || mayLeave(pause.value) ? [] : [`${describePause(role, pause)}: that wins`];
  const decided = decision.roles.get(role);
  if (decided !== undefined && standing.forFloor && !overrideFloor && decided.counts.forFloor <= decided.floor) {
    conflicts.push(`${role} is at its floor of ${decided.floor}: it goes once another machine has come for it`);
  }
  return conflicts;
}

function comingConflicts(role: RoleName, { site, assignment }: Pool): string[] {
  const pause = assignment.orders.pausedRoles.get(role);
  const conflicts = pause === undefined || mayCome(pause.value) ? [] : [`${describePause(role, pause)}: that wins`];
  const most = site.policies.get(role)?.machines.max ?? Number.POSITIVE_INFINITY;
  const stuck = assignment.machines.filter((one) => one.home === role && one.stuck !== null).length;
  if (stuck > most) conflicts.push(`${stuck} machines are bound to ${role}, its maximum is ${most}`);
  return conflicts;
}

function roleConflicts(force: RoleForce, overrideFloor: boolean, premises: ConflictPremises): string[] {
  const { site, assignment, decision } = premises;
  const { role } = force;
  const { min, max } = forcedRange(force);
  const conflicts: string[] = [];
  const pause = assignment.orders.pausedRoles.get(role);
  if (pause !== undefined) conflicts.push(`${describePause(role, pause)}: that wins`);

  const most = site.policies.get(role)?.machines.max;
  if (most !== undefined && Math.max(min, max ?? 0) > most)
    conflicts.push(`the maximum of ${role} is ${most}: it gets no more`);
  const able = assignment.machines.filter((one) => possibleRoles(one, site).includes(role)).length;
  if (min > able) conflicts.push(`only ${able} machines can serve as ${role} now: it gets at most ${able}`);
  const floor = decision.roles.get(role)?.floor ?? 0;
  if (!overrideFloor && max !== null && max < floor)
    conflicts.push(`a schedule raises the floor of ${role} to ${floor} now: that wins`);
  const stuck = assignment.machines.filter((one) => one.home === role && one.stuck !== null).length;
  if (max !== null && stuck > max)
    conflicts.push(`${stuck} machines are bound to ${role} by pins, forces or BMCs that don't answer: they stay`);
  return [...conflicts, ...sumConflicts(premises)];
}

/** What all forces and floors ask for together. */
function sumConflicts({ site, assignment, decision }: ConflictPremises): string[] {
  const pool = assignment.machines.filter(({ home }) => home !== null).length;
  const asked = [...site.policies.keys()].map((role) => {
    const force = assignment.orders.forcedRoles.get(role);
    const floor = decision.roles.get(role)?.floor ?? 0;
    if (force === undefined) return floor;
    const { min } = forcedRange(force.value);
    return Math.max(floor, Math.min(min, site.policies.get(role)?.machines.max ?? min));
  });
  const sum = asked.reduce((all, one) => all + one, 0);
  return sum <= pool
    ? []
    : [
        `forces and floors ask for ${sum} machines in all, the pool has ${pool}: floors win, then the costlier shortage`,
      ];
}
