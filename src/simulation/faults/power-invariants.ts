/**
 * What must hold of every power command, and of every operation that ends: S1, S3 and S6 to S10 of docs/safety.md. Each looks
 * at the true world and at what the controller did; it returns what is wrong, or null.
 */

import { isRole, type RoleName } from "../../core/domain/names.ts";
import { aim } from "../../core/domain/override.ts";
import { type Broken, type EndEvent, type Evidence, linkOf, type PowerEvent, SEEN_MS, served } from "./evidence.ts";

const machinesOf = (evidence: Evidence, role: RoleName, withinMs: number): number =>
  [...evidence.farm.world.machines.keys()].filter(
    (name) => (evidence.lastServed.get(served(role, name)) ?? Number.NEGATIVE_INFINITY) >= evidence.nowMs() - withinMs,
  ).length;

const sentOf = (evidence: Evidence, { operation }: PowerEvent) =>
  operation === undefined ? [] : (evidence.sent.get(operation.id) ?? []);

/** A role never falls below its floor: counted anew, in the true world, at the command that makes the way back impossible. */
export function s1(evidence: Evidence, { machine, command, operation }: PowerEvent): Broken {
  if (command !== "softOff" || operation === undefined || !isRole(operation.from)) return null;
  const floor = floorOf(evidence, operation.from);
  const left = machinesOf(evidence, operation.from, SEEN_MS);
  return left >= floor
    ? null
    : `${machine} is switched off, with ${left} ${operation.from} machines left; the floor is ${floor}`;
}

/** Nor by a drain that leaves the machine as it runs, once it has ended. */
export function s1Drained(evidence: Evidence, { finished: { operation, outcome } }: EndEvent): Broken {
  if (outcome !== "done" || operation.manner !== "drainOnly" || !isRole(operation.from)) return null;
  const { machine, from } = operation;
  const floor = floorOf(evidence, from);
  const left = machinesOf(evidence, from, SEEN_MS);
  return left >= floor ? null : `${machine} was drained, with ${left} ${from} machines left; the floor is ${floor}`;
}

const floorOf = (evidence: Evidence, role: RoleName): number =>
  Math.max(evidence.farm.site.policies.get(role)?.machines.floor ?? 0, forcedFloor(evidence, role));

/** A floor that an operator ordered, once there was time to heed it; no more than the role may have. */
function forcedFloor(evidence: Evidence, role: RoleName): number {
  const { farm } = evidence;
  const given = farm.orderInForce(aim.forceRole(role));
  if (given?.act.kind !== "forceFloor" || evidence.nowMs() - given.setMs < SEEN_MS) return 0;
  return Math.min(given.act.floor, farm.site.policies.get(role)?.machines.max ?? given.act.floor);
}

/** Nothing ever means all: every power command is about the one machine of an operation. */
export function s3(_: Evidence, { machine, command, operation }: PowerEvent): Broken {
  return operation === undefined ? `${command} for ${machine}, which is in no operation` : null;
}

/** One controller acts on a TFTP root. */
export function s6(_: Evidence, { machine, command, by }: PowerEvent): Broken {
  return by === "retask" ? null : `${by} sent ${command} to ${machine}, and does not own the links`;
}

/** No power command is blindly repeated: each kind of off once in an operation's life. */
export function s7(evidence: Evidence, event: PowerEvent): Broken {
  const again = event.command !== "on" && sentOf(evidence, event).some(({ command }) => command === event.command);
  return again ? `${event.command} of ${event.machine} was sent before in ${event.operation?.id}` : null;
}

/** Drained and relinked before the off. */
export function s8Before(evidence: Evidence, { machine, command, operation }: PowerEvent): Broken {
  const isFirst = command === (operation?.manner === "hard" ? "hardOff" : "softOff");
  if (!isFirst || operation === undefined) return null;
  const { world, site } = evidence.farm;
  // What hangs can't drain, and gets no traffic that could be taken off it.
  const isDrained = operation.manner !== "hard";
  const on = isDrained ? [...site.policies.keys()].find((role) => world.traffic.isOn(role, machine)) : undefined;
  if (on !== undefined) return `${machine} is switched off while ${on} traffic is on`;
  const link = linkOf(evidence, machine);
  const isLinked = operation.toImage === null || link === operation.toImage;
  return isLinked ? null : `${machine} is switched off with its link on ${link}, not ${operation.toImage}`;
}

/** No copy of an off is executed after an on. */
export function s8Late(evidence: Evidence, { machine, command }: PowerEvent): Broken {
  const late = command !== "on" && evidence.executed.get(machine) === "on" && evidence.farm.world.machines.get(machine);
  if (!late || evidence.farm.controller().state.operations.size === 0) return null;
  const operation = [...evidence.farm.controller().state.operations.values()].find((one) => one.machine === machine);
  const state = operation?.chart.value;
  return state === "verifying" || state === "warming" ? `a late ${command} hits ${machine}, which is ${state}` : null;
}

/** Done means: it truly runs what it should, in another boot than before. */
export function s8After(evidence: Evidence, { finished }: EndEvent): Broken {
  const { operation, outcome } = finished;
  if (outcome !== "done" || !isRole(operation.to)) return null;
  const machine = evidence.farm.world.machines.get(operation.machine);
  const report = machine?.report(null);
  if (report === null || report === undefined) return null;
  if (report.image !== operation.toImage) return `${operation.machine} is done, and runs ${report.image}`;
  const before = evidence.bootsBefore.get(operation.id);
  return before === report.bootId ? `${operation.machine} is done, and was never rebooted` : null;
}

/**
 * Off is something that was seen: the first on comes only after the machine truly was off. Where the BMC lies while the
 * machine shuts down, and so is silent anyway, nobody could know.
 */
export function s9(evidence: Evidence, event: PowerEvent): Broken {
  if (event.command !== "on" || evidence.farm.troubles.bmcs.get(event.machine) === "saysOff") return null;
  const sent = sentOf(evidence, event);
  const isSpare = event.operation !== undefined && !isRole(event.operation.from);
  if (isSpare || sent.some(({ command }) => command === "on")) return null;
  // A rack that lost its power is off without a command.
  const began = evidence.begun.findLast(({ machine }) => machine === event.machine);
  const sinceMs = sent[0]?.atMs ?? began?.atMs ?? 0;
  const lastOff = evidence.lastOff.get(event.machine) ?? Number.NEGATIVE_INFINITY;
  return lastOff >= sinceMs ? null : `${event.machine} is switched on, and never was off`;
}

/** The BMC is the enrolled one. A cable that is moved between the look and the command is beyond anybody. */
export function s10(evidence: Evidence, { machine, command }: PowerEvent): Broken {
  if (command === "on") return null;
  const isAnother = evidence.farm.troubles.bmcs.get(machine) === "isAnotherMachines";
  const sinceMs = evidence.farm.troubles.bmcSinceMs.get(machine) ?? evidence.nowMs();
  return isAnother && evidence.nowMs() - sinceMs > SEEN_MS
    ? `${command} for ${machine} goes to another machine's BMC`
    : null;
}
