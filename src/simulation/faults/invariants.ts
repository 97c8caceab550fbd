/**
 * What must hold of every tick and of every operation that begins: S2, S4, S5, S11, S12 and S15 to S18 of docs/safety.md. Each
 * looks at the true world and at what the controller did, never at the controller's own arithmetic; it returns what is wrong,
 * or null.
 */

import type { Tick } from "../../control/controller.ts";
import { isRole, SPARE } from "../../core/domain/names.ts";
import { describeReading } from "../../core/domain/reading.ts";
import { shareOf } from "../../core/domain/units.ts";
import { rolloutState } from "../../core/rollout/rollout.statechart.ts";
import { storageStateOf } from "../../core/storage/storage.statechart.ts";
import {
  type BeginEvent,
  type Broken,
  deathOf,
  type Evidence,
  isTooLow,
  linkOf,
  NOTICED_MS,
  type PowerEvent,
  SEEN_MS,
  served,
} from "./evidence.ts";
import { WEB } from "./seeded-site.ts";

const HOUR_MS = 3_600_000;
/** The policy's `suspectFor`, 30 minutes, less a long tick: what a tick saw first counts from the tick before it. */
const SUSPECT_FOR_MS = 29.5 * 60_000;

/**
 * Missing is never zero: a role whose load is unknown gives no machine away, not even for the time of a reboot. But what hangs
 * carries none of it, and what runs a bad image does harm.
 */
export function s2(evidence: Evidence, { move, cause, ordered }: BeginEvent): Broken {
  if (move.from !== WEB || ordered || cause === "cutOff" || cause === "takesBack") return null;
  const told = evidence.heard.get(WEB)?.told.demand;
  return told?.kind === "known"
    ? null
    : `${move.machine} is taken from web, whose load is ${told?.kind ?? "not heard"}`;
}

/**
 * Draining and rebooting can't change what a role wants: the same load wants the same machines, whatever moves. A roll-out that
 * goes on, or a fail-back, may wish for one more than the floor or than the load fills, and for no more than that.
 */
export function s4(evidence: Evidence, { decision, observation }: Tick): Broken {
  const told = observation.demand.get(WEB)?.demand;
  const { wanted, floor } = decision.roles.get(WEB) ?? {};
  if (told?.kind !== "known") return null;
  const key = `${evidence.farm.site.digest} ${told.value}`;
  const before = evidence.wanted.get(key);
  const { rollouts, storage } = evidence.farm.controller().state;
  const rollout = rollouts.find(({ role }) => role === WEB);
  const isRolledOut = rollout !== undefined && rollout.endedMs === null && rolloutState(rollout.chart) !== "paused";
  const hasRoom = isRolledOut || [...storage.values()].some((chart) => storageStateOf(chart) === "failingBack");
  const now = {
    count: wanted?.count ?? null,
    least: hasRoom ? Math.max(floor ?? 0, filledBy(evidence, told.value)) + 1 : 0,
  };
  evidence.wanted.set(key, now);
  if (before === undefined || before.count === now.count) return null;
  const least = Math.max(before.least, now.least);
  const isSame =
    before.count !== null && now.count !== null && Math.max(before.count, least) === Math.max(now.count, least);
  return isSame ? null : `a load of ${told.value} wanted ${before.count}, and now wants ${now.count}`;
}

/** Web's machines of the usual size that so much load fills. */
function filledBy({ farm: { site } }: Evidence, load: number): number {
  const demand = site.policies.get(WEB)?.demand;
  return demand?.kind === "series" ? Math.ceil(load / demand.perMachine) : 0;
}

/**
 * Limits are always on: at once, in an hour, in a failure domain; no restart refills them. They spare machines that serve: what
 * hangs on a dead file server is paced by the boots that the survivor can take at once, which bind all others too.
 */
export function s5(evidence: Evidence, { move, cause }: BeginEvent): Broken {
  const { site, world } = evidence.farm;
  const { limits } = site;
  const pool = site.machines.size;
  const live = [...evidence.farm.controller().state.operations.values()];
  const server = evidence.farm.serverOf(move.toImage);
  const booting = live.filter(({ toImage, chart, manner }) => {
    const boots = manner !== "drainOnly" && chart.value !== "undoing";
    return boots && server !== null && evidence.farm.serverOf(toImage) === server;
  }).length;
  if (server !== null && booting > server.bootsAtOnce) return `${booting} machines boot from ${server.name} at once`;
  if (cause === "cutOff") return null;
  const operations = live.filter(({ manner }) => manner !== "hard").map(({ machine }) => machine);
  const lastHour = evidence.begun.filter((one) => {
    return one.cause !== "cutOff" && one.atMs > evidence.nowMs() - HOUR_MS;
  }).length;
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

/**
 * Many failures open the breaker, and a fleet that looks sick is not acted on; but for machines that a dead file server has
 * silenced, and those that somebody works on: they tell nothing of retask's own sight.
 */
export function s11(evidence: Evidence, { move }: BeginEvent): Broken {
  const { site } = evidence.farm;
  const { breaker, unknownFreeze } = site.limits;
  const nowMs = evidence.nowMs();
  const recent = evidence.failures.filter((atMs) => atMs > nowMs - breaker.within + SEEN_MS).length;
  if (recent >= 2 * breaker.failures) return `${move.machine} begins after ${recent} failures`;
  const telling = [...site.machines.keys()].filter((name) => !isExplained(evidence, name));
  const silent = telling.filter((name) => {
    return nowMs - (evidence.silentSince.get(name) ?? nowMs) > NOTICED_MS && shouldServe(evidence, name);
  }).length;
  const percent = telling.length === 0 ? 0 : (100 * silent) / telling.length;
  return percent > unknownFreeze
    ? `${move.machine} begins while ${silent} of ${telling.length} machines are silent`
    : null;
}

/** Its silence says nothing of retask's own sight. */
function isExplained(evidence: Evidence, name: PowerEvent["machine"]): boolean {
  if (evidence.farm.isInForce(`maintain machine ${name}`)) return true;
  const { server, death } = deathOf(evidence, name);
  const isGivenUp = evidence.farm.controller().state.machines.get(name)?.quarantine != null;
  if (server === null || death === undefined || isGivenUp || !evidence.silentSince.has(name)) return false;
  return death.untilMs - death.sinceMs >= server.deadAfter && evidence.nowMs() - death.untilMs <= SEEN_MS;
}

/** Not spare, not on its way, not given up already. */
function shouldServe({ farm }: Evidence, name: PowerEvent["machine"]): boolean {
  const { machines, operations } = farm.controller().state;
  const { placement = null, quarantine = null } = machines.get(name) ?? {};
  const busy = [...operations.values()].some(({ machine }) => machine === name);
  return placement !== null && isRole(placement) && quarantine === null && !busy;
}

/** An operator's pause or pin holds, over restarts too; and whom somebody works on goes nowhere but out. */
export function s12(evidence: Evidence, { move }: BeginEvent): Broken {
  const { farm } = evidence;
  if (farm.isInForce("pause pool")) return `${move.machine} begins while the pool is paused`;
  for (const [place, open] of [[move.from, "in"] as const, [move.to, "out"] as const]) {
    const pause = farm.orderInForce(`pause role ${place}`)?.act;
    if (pause?.kind === "pause" && pause.direction !== open) return `${move.machine} begins while ${place} is paused`;
  }
  if (farm.isInForce(`pin machine ${move.machine}`)) return `${move.machine} begins though it is pinned`;
  if (move.to !== SPARE && farm.isInForce(`maintain machine ${move.machine}`))
    return `${move.machine} goes to ${move.to} though somebody works on it`;
  return null;
}

/** Time is what a steady clock says: a machine keeps its role for its dwell, however the clock on the wall jumps. */
export function s15(evidence: Evidence, { move, cause, ordered }: BeginEvent): Broken {
  // What boots anew in its role keeps it.
  if (ordered || !isRole(move.from) || cause !== "balance") return null;
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
export function s18(evidence: Evidence, { move, cause, ordered }: BeginEvent): Broken {
  const heard = evidence.heard.get(WEB);
  if (cause === "cutOff" || cause === "takesBack") return null;
  if (move.from !== WEB || ordered || heard === undefined || !isTooLow(heard.truth, heard.told)) return null;
  if (evidence.nowMs() - (heard.lowSinceMs ?? 0) >= SUSPECT_FOR_MS) return null;
  return `${move.machine} is taken from web at ${describeReading(heard.told.demand)} sessions; in truth there are ${describeReading(heard.truth.demand)}`;
}
