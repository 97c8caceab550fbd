/** Observe: asks the whole world at once, under one deadline, and decides nothing. */
import { isAdvising } from "../core/decide/mode.statechart.ts";
import type { Machine } from "../core/domain/fleet.ts";
import type { MachineName, RoleName } from "../core/domain/names.ts";
import type { BeaconReport, MachineFacts, Observation } from "../core/domain/observation.ts";
import type { Site } from "../core/domain/site.ts";
import type { StorageServer } from "../core/domain/storage.ts";
import { isBetweenDrainAndOff } from "../core/operate/can-cancel.ts";
import { trafficRole } from "../core/operate/traffic-role.ts";
import { scheduleFacts } from "../world/calendar/schedule-facts.ts";
import type { Heard } from "../world/ports.ts";
import type { Controller } from "./controller.ts";
import type { Round } from "./observation-round.ts";
import { observeDemand } from "./observe-demand.ts";
import { observeHealth } from "./observe-health.ts";

/** All facts of a tick must be in by then; what is not keeps its age. */
const DEADLINE_MS = 5_000;
/** One machine's beacon or distccd: a healthy one answers in milliseconds. */
const MACHINE_DEADLINE_MS = 1_500;
/** Machines that are asked at the same time. */
const CONCURRENCY = 512;

export async function observe(controller: Controller, site: Site, scope: Round["scope"]): Promise<Observation> {
  const { world, observer, state } = controller;
  const sinceMs = world.clock.monotonicMs();
  const operations = new Map([...state.operations.values()].map((operation) => [operation.machine, operation]));
  const machines = [...site.machines.values()].filter(({ name }) => scope === "full" || operations.has(name));
  const signal = world.clock.deadline(DEADLINE_MS);
  const round: Round = { controller, observer, site, scope, machines, operations, signal };

  pollPower(round);
  const [stopped] = await Promise.all([
    stopReason(round),
    observeMachines(round),
    observeTraffic(round),
    observeBootServer(round),
    observeStorage(round),
  ]);
  // After the machines: a build role's demand is the sum of what they just said.
  await observeDemand(round);

  const nowMs = world.clock.monotonicMs();
  const elapsedMs = nowMs - (observer.lastMs ?? nowMs);
  observer.lastMs = nowMs;
  return observeHealth(round, {
    wallMs: world.clock.wallMs(),
    deltaMs: Math.max(0, Math.min(elapsedMs, 3 * site.timing.tickMs)),
    machines: factsOfAll(round, sinceMs),
    demand: new Map(observer.demand),
    schedules: scheduleFacts(site, world.calendar, world.clock.wallMs()),
    bootServer: observer.bootServer,
    channels: observer.catalogue.channels,
    images: observer.catalogue.images,
    roots: observer.catalogue.roots,
    storage: new Map(observer.storage),
    effects: controller.effects.facts(),
    operator: { configuredMode: controller.configured.mode(), stopped },
  });
}

/**
 * BMCs are asked only once retask may act on them: while it advises, it starts no process. Unless a machine is in operation:
 * one that was just switched off must still be seen off, or nobody would switch it on again.
 */
function pollPower(round: Round): void {
  const { controller, observer, machines, operations } = round;
  if (controller.dryRun) return;
  const advising = isAdvising(controller.state.mode);
  for (const machine of machines) {
    const inOperation = operations.has(machine.name);
    const adopted = controller.state.machines.get(machine.name)?.adopted === true;
    if (adopted && (inOperation || !advising) && !isLeaving(round, machine.name))
      observer.power.poll(machine, inOperation);
  }
}

async function observeMachines(round: Round): Promise<void> {
  const { observer, controller, machines } = round;
  const { beacons, links, clock } = controller.world;
  const ask = async (machine: Machine): Promise<void> => {
    if (round.signal.aborted) return;
    const signal = clock.deadline(MACHINE_DEADLINE_MS, round.signal);
    if (round.scope === "operations" && isLeaving(round, machine.name)) {
      observer.links.set(machine.name, await links.read(machine, signal));
      return;
    }
    // The boot's traces beside the beacon: one that is silent uses up the whole deadline.
    const [heard, link] = await Promise.all([
      beacons.read(machine, signal),
      links.read(machine, signal),
      noteBootStage(round, machine, signal),
    ]);
    observer.noteBeacon(machine.name, heard);
    observer.links.set(machine.name, link);
    if (buildsOn(round, machine.name)) observer.noteLoad(machine, await readLoad(round, machine, heard, signal));
  };
  const unasked = machines.values();
  const askOneAfterAnother = async (): Promise<void> => {
    for (const machine of unasked) await ask(machine);
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, machines.length) }, askOneAfterAnother));
}

/**
 * Drained, and its power-off is about to be sent: until then only its link and its traffic decide. A busy or emulated machine
 * takes its time to answer, and a reading would keep its BMC from the off. Unless that calls it off by itself: then both must
 * tell (S9).
 */
function isLeaving({ operations, observer }: Round, name: MachineName): boolean {
  const operation = operations.get(name);
  return operation !== undefined && isBetweenDrainAndOff(operation) && observer.power.fact(name).kind === "on";
}

/** Asked only for machines that were switched on, and from the moment before: logs also tell of earlier boots. */
async function noteBootStage(round: Round, machine: Machine, signal: AbortSignal): Promise<void> {
  const { controller, observer, operations } = round;
  const operation = operations.get(machine.name);
  observer.bootStages.delete(machine.name);
  if (operation === undefined) return;
  const { bootLog } = controller.world;
  const isBooting =
    controller.effects
      .facts()
      .get(operation.id)
      ?.some(({ effect }) => effect === "powerOn") === true;
  if (isBooting) observer.bootStages.set(machine.name, await bootLog.stage(machine, signal));
  else await bootLog.begin(machine, signal);
}

const buildsOn = ({ site, controller, operations }: Round, name: MachineName): boolean => {
  const role = trafficRole(controller.state.machines.get(name), operations.get(name));
  const policy = role === null ? undefined : site.policies.get(role);
  return policy?.traffic.distcc !== undefined || policy?.demand.kind === "distcc";
};

/**
 * distccd's own figures, with the queue that only the machine's beacon can see; the beacon's alone as second best. Of this
 * tick, never of an earlier one: an overloaded machine falls silent, and that it was idle before proves no drain (S2).
 */
async function readLoad({ controller }: Round, machine: Machine, beacon: Heard<BeaconReport>, signal: AbortSignal) {
  const reported = beacon.ok ? beacon.value.distcc : null;
  const stats = await controller.world.builds.read(machine, signal);
  if (!stats.ok) return reported;
  return { ...stats.value, queue: stats.value.queue ?? reported?.queue ?? null };
}

async function observeTraffic(round: Round): Promise<void> {
  const { site, scope, operations, observer, controller, signal } = round;
  const roles = new Set<RoleName>();
  for (const operation of operations.values()) {
    for (const placement of [operation.from, operation.to]) if (placement !== "spare") roles.add(placement);
  }
  const reads = [...site.policies.values()]
    .filter(({ role, traffic }) => Object.keys(traffic).length > 0 && (scope === "full" || roles.has(role)))
    .map(async ({ role, traffic }) => {
      const machines = [...site.machines.values()].filter((machine) => isOf(round, machine, role));
      observer.traffic.set(role, await controller.world.traffic.read(role, traffic, machines, signal));
    });
  await Promise.all(reads);
}

/** What fleet.yaml no longer lets it take it may still be: to leave the role, its traffic there must be known. */
function isOf({ controller, operations }: Round, machine: Machine, role: RoleName): boolean {
  if (machine.roles.includes(role)) return true;
  const operation = operations.get(machine.name);
  return [operation?.from, operation?.to, controller.state.machines.get(machine.name)?.placement].includes(role);
}

async function observeBootServer({ controller, observer, signal, scope, operations }: Round): Promise<void> {
  const { links, bootServer } = controller.world;
  if (scope === "full") {
    const read = await observer.readImages(links, signal);
    if (!read.ok) controller.logger.warn({ why: read.why }, "image catalogue can't be read, keeping the last one");
  }
  if (scope === "full" || operations.size > 0) observer.bootServer = await bootServer.probe(signal);
}

async function observeStorage({ controller, observer, site, scope, signal }: Round): Promise<void> {
  if (scope !== "full") return;
  const ask = async (server: StorageServer) =>
    observer.storage.set(server.name, await controller.world.storage.ask(server, signal));
  await Promise.all(site.storage.map(ask));
}

async function stopReason({ controller, signal, scope }: Round): Promise<string | null> {
  const stopped = controller.stopped();
  // Owning the links writes a file beside them: only a controller that acts does.
  const acts = !isAdvising(controller.state.mode) || controller.state.operations.size > 0;
  if (stopped !== null || controller.dryRun || !acts) return stopped;
  if (scope !== "full") return controller.last?.observation.operator.stopped ?? null;
  const owned = await controller.world.links.own(controller.owner, signal);
  return owned.ok ? null : owned.why;
}

function factsOfAll(round: Round, sinceMs: number): Map<MachineName, MachineFacts> {
  const facts = new Map<MachineName, MachineFacts>();
  for (const name of round.site.machines.keys()) facts.set(name, factsOf(round, name, sinceMs));
  return facts;
}

function factsOf(round: Round, name: MachineName, sinceMs: number): MachineFacts {
  const { observer, controller, operations } = round;
  const role = trafficRole(controller.state.machines.get(name), operations.get(name));
  return {
    beacon: observer.beacon(name, sinceMs),
    bootStage: observer.bootStages.get(name) ?? null,
    power: observer.power.fact(name),
    link: observer.links.get(name) ?? { kind: "unreadable", why: "not read yet" },
    traffic: trafficOf(round, name, role),
    strayTraffic: strayTraffic(round, name, isQuarantined(round, name) ? null : role),
    distcc: observer.loads.get(name) ?? null,
    quietMs: observer.quietMs(name),
  };
}

function trafficOf({ observer, site }: Round, name: MachineName, role: RoleName | null): MachineFacts["traffic"] {
  const policy = role === null ? undefined : site.policies.get(role);
  if (role === null || policy === undefined || Object.keys(policy.traffic).length === 0) return { kind: "none" };
  return observer.traffic.get(role)?.get(name) ?? { kind: "unknown", why: "not read" };
}

/** It serves nobody: whatever traffic it has is to be taken away, the role's own too. */
const isQuarantined = ({ controller, operations }: Round, name: MachineName): boolean =>
  !operations.has(name) && (controller.state.machines.get(name)?.quarantine ?? null) !== null;

/** A hook can't be asked what it did, so only systems that can are held against the record. */
function strayTraffic({ observer, site }: Round, name: MachineName, own: RoleName | null): RoleName[] {
  const stray: RoleName[] = [];
  for (const [role, facts] of observer.traffic) {
    if (role === own || facts.get(name)?.kind !== "on") continue;
    if (site.policies.get(role)?.traffic.hook === undefined) stray.push(role);
  }
  return stray;
}
