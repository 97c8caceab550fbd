/**
 * What must hold after every event, each a function named after its number in docs/safety.md. Each looks at the true world
 * and at what the controller did, never at the controller's own arithmetic; it returns what is wrong, or null.
 */

import type { Tick } from "../../control/controller.ts";
import { isRole, type RoleName } from "../../core/domain/names.ts";
import { aim } from "../../core/domain/override.ts";
import { describeReading } from "../../core/domain/reading.ts";
import { shareOf } from "../../core/domain/units.ts";
import type { MemoryBootLinks } from "../memory-boot-links.ts";
import { type BeginEvent, type EndEvent, type Evidence, isTooLow, type PowerEvent, served } from "./evidence.ts";
import { WEB } from "./seeded-site.ts";

type Broken = string | null;

const HOUR_MS = 3_600_000;
/** A full tick, the time to act on it, and some seconds. */
const SEEN_MS = 30_000;
/** From the fact to the latest moment at which a controller must have noticed it: a beacon's greatest age, and two ticks. */
const NOTICED_MS = 85_000;
/** The policy's `suspectFor`, 30 minutes, less a long tick: what a tick saw first counts from the tick before it. */
const SUSPECT_FOR_MS = 29.5 * 60_000;

const machinesOf = (evidence: Evidence, role: RoleName, withinMs: number): number =>
  [...evidence.farm.world.machines.keys()].filter(
    (name) => (evidence.lastServed.get(served(role, name)) ?? Number.NEGATIVE_INFINITY) >= evidence.nowMs() - withinMs,
  ).length;

const linkOf = ({ farm }: Evidence, machine: PowerEvent["machine"]) =>
  (farm.world.links as MemoryBootLinks).links.get(machine);

const sentOf = (evidence: Evidence, { operation }: PowerEvent) =>
  operation === undefined ? [] : (evidence.sent.get(operation.id) ?? []);

/** A role never falls below its floor: counted anew, in the true world, at the command that makes the way back impossible. */
export function s1(evidence: Evidence, { machine, command, operation }: PowerEvent): Broken {
  if (command !== "softOff" || operation === undefined || !isRole(operation.from)) return null;
  const floor = Math.max(
    evidence.farm.site.policies.get(operation.from)?.machines.floor ?? 0,
    forcedFloor(evidence, operation.from),
  );
  const left = machinesOf(evidence, operation.from, SEEN_MS);
  return left >= floor
    ? null
    : `${machine} is switched off, with ${left} ${operation.from} machines left; the floor is ${floor}`;
}

/** A floor that an operator ordered, once there was time to heed it; no more than the role may have. */
function forcedFloor(evidence: Evidence, role: RoleName): number {
  const { farm } = evidence;
  const given = farm.orderInForce(aim.forceRole(role));
  if (given?.act.kind !== "forceFloor" || evidence.nowMs() - given.setMs < SEEN_MS) return 0;
  return Math.min(given.act.floor, farm.site.policies.get(role)?.machines.max ?? given.act.floor);
}

/** Missing is never zero: a role whose load is unknown gives no machine away. */
export function s2(evidence: Evidence, { move, ordered }: BeginEvent): Broken {
  if (move.from !== WEB || ordered) return null;
  const told = evidence.heard.get(WEB)?.told.demand;
  return told?.kind === "known"
    ? null
    : `${move.machine} is taken from web, whose load is ${told?.kind ?? "not heard"}`;
}

/** Nothing ever means all: every power command is about the one machine of an operation. */
export function s3(_: Evidence, { machine, command, operation }: PowerEvent): Broken {
  return operation === undefined ? `${command} for ${machine}, which is in no operation` : null;
}

/** Draining and rebooting can't change what a role wants: the same load wants the same machines, whatever moves. */
export function s4(evidence: Evidence, { decision, observation }: Tick): Broken {
  const told = observation.demand.get(WEB)?.demand;
  const wanted = decision.roles.get(WEB)?.wanted.count ?? null;
  if (told?.kind !== "known") return null;
  const key = `${evidence.farm.site.digest} ${told.value}`;
  const before = evidence.wanted.get(key);
  evidence.wanted.set(key, wanted);
  return before === undefined || before === wanted
    ? null
    : `a load of ${told.value} wanted ${before}, and now wants ${wanted}`;
}

/** Limits are always on: at once, in an hour, in a failure domain; no restart refills them. */
export function s5(evidence: Evidence, { move }: BeginEvent): Broken {
  const { site, world } = evidence.farm;
  const { limits } = site;
  const pool = site.machines.size;
  const operations = [...evidence.farm.controller().state.operations.values()].map(({ machine }) => machine);
  const lastHour = evidence.begun.filter(({ atMs }) => atMs > evidence.nowMs() - HOUR_MS).length;
  if (operations.length > shareOf(limits.atOnce, pool)) return `${operations.length} machines in operation at once`;
  if (lastHour > shareOf(limits.perHour, pool)) return `${lastHour} operations began within an hour`;
  for (const [kind, most] of Object.entries(limits.perDomain)) {
    const domainOf = (name: PowerEvent["machine"]) => world.machines.get(name)?.machine.domains[kind];
    const own = domainOf(move.machine);
    const together = operations.filter((name) => domainOf(name) === own).length;
    if (own !== undefined && together > most) return `${together} machines of ${kind} ${own} in operation at once`;
  }
  return null;
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
  if (command !== "softOff" || operation === undefined) return null;
  const { world, site } = evidence.farm;
  const on = [...site.policies.keys()].find((role) => world.traffic.isOn(role, machine));
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

/** Many failures open the breaker, and a fleet that looks sick is not acted on. */
export function s11(evidence: Evidence, { move }: BeginEvent): Broken {
  const { site } = evidence.farm;
  const { breaker, unknownFreeze } = site.limits;
  const nowMs = evidence.nowMs();
  const recent = evidence.failures.filter((atMs) => atMs > nowMs - breaker.within + SEEN_MS).length;
  if (recent >= 2 * breaker.failures) return `${move.machine} begins after ${recent} failures`;
  const silent = [...evidence.silentSince].filter(
    ([name, sinceMs]) => nowMs - sinceMs > NOTICED_MS && shouldServe(evidence, name),
  ).length;
  const percent = (100 * silent) / site.machines.size;
  return percent > unknownFreeze
    ? `${move.machine} begins while ${silent} of ${site.machines.size} machines are silent`
    : null;
}

/** Not spare, not on its way, not given up already. */
function shouldServe({ farm }: Evidence, name: PowerEvent["machine"]): boolean {
  const { machines, operations } = farm.controller().state;
  const { placement = null, quarantine = null } = machines.get(name) ?? {};
  const busy = [...operations.values()].some(({ machine }) => machine === name);
  return placement !== null && isRole(placement) && quarantine === null && !busy;
}

/** An operator's pause or pin holds, over restarts too. */
export function s12(evidence: Evidence, { move }: BeginEvent): Broken {
  const { farm } = evidence;
  if (farm.isInForce("pause pool")) return `${move.machine} begins while the pool is paused`;
  for (const [place, open] of [[move.from, "in"] as const, [move.to, "out"] as const]) {
    const pause = farm.orderInForce(`pause role ${place}`)?.act;
    if (pause?.kind === "pause" && pause.direction !== open) return `${move.machine} begins while ${place} is paused`;
  }
  if (farm.isInForce(`pin machine ${move.machine}`)) return `${move.machine} begins though it is pinned`;
  return null;
}

/** Time is what a steady clock says: a machine keeps its role for its dwell, however the clock on the wall jumps. */
export function s15(evidence: Evidence, { move, ordered }: BeginEvent): Broken {
  if (ordered || !isRole(move.from)) return null;
  const upMs = evidence.nowMs() - (evidence.upSince.get(move.machine) ?? Number.NEGATIVE_INFINITY);
  const { dwell } = evidence.farm.site.limits;
  return upMs + SEEN_MS >= dwell ? null : `${move.machine} is moved ${Math.round(upMs / 1_000)} s after it came up`;
}

/** The links are the truth at boot: what would be booted is what runs, but for a machine on its way. */
export function s16(evidence: Evidence): Broken {
  const { world } = evidence.farm;
  const { state } = evidence.farm.controller();
  const busy = new Set([...state.operations.values()].map(({ machine }) => machine));
  for (const [name, { running }] of world.machines) {
    if (running === null || busy.has(name) || state.machines.get(name)?.quarantine != null) continue;
    if (evidence.farm.misbooted.has(name) || evidence.foreignLinks.has(name)) continue;
    const link = linkOf(evidence, name);
    if (link !== running.image) return `${name} runs ${running.image}, and would boot ${link}`;
  }
  return null;
}

/** What counts as capacity truly served a moment ago, or was up then and has its traffic back: an undo is no cold start. */
export function s17(evidence: Evidence, { decision }: Tick): Broken {
  const { world } = evidence.farm;
  const isRecent = (atMs: number | undefined): boolean => atMs !== undefined && atMs >= evidence.nowMs() - NOTICED_MS;
  for (const [role, { counts }] of decision.roles) {
    const truly = [...world.machines.keys()].filter((name) => {
      const key = served(role, name);
      if (isRecent(evidence.lastServed.get(key))) return true;
      return isRecent(evidence.lastUp.get(key)) && world.traffic.isOn(role, name);
    }).length;
    if (counts.capacity > truly) return `${counts.capacity} machines count as ${role} capacity, ${truly} served`;
  }
  return null;
}

/** A sudden drop that nothing confirms takes no machine, for as long as the policy says: a lie that outlasts that is believed. */
export function s18(evidence: Evidence, { move, ordered }: BeginEvent): Broken {
  const heard = evidence.heard.get(WEB);
  if (move.from !== WEB || ordered || heard === undefined || !isTooLow(heard.truth, heard.told)) return null;
  if (evidence.nowMs() - (heard.lowSinceMs ?? 0) >= SUSPECT_FOR_MS) return null;
  return `${move.machine} is taken from web at ${describeReading(heard.told.demand)} sessions; in truth there are ${describeReading(heard.truth.demand)}`;
}
