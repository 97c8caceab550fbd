/**
 * What must hold of planned works and dead file servers beside the eighteen invariants: only what hangs on a server that is
 * truly dead is cut off, an image that a machine of its roll-out did not come back with is tried on no further one, and
 * reboots leave the machines that the load fills.
 */
import type { MachineName } from "../../core/domain/names.ts";
import { baseOf, isRole } from "../../core/domain/names.ts";
import {
  type BeginEvent,
  type Broken,
  deathOf,
  type Evidence,
  NOTICED_MS,
  type PowerEvent,
  SEEN_MS,
  served,
} from "./evidence.ts";
import { WEB } from "./seeded-site.ts";

/** Between the first word that a server is down and its death, as ticks count it. */
const TICK_MS = 10_000;

/** A fail-over needs a death of `deadAfter`, without a break: what flaps, or seems dead to one source, moves nothing. */
export function failOver(evidence: Evidence, event: BeginEvent): Broken {
  const { move, cause } = event;
  if (cause !== "cutOff") return movedAway(evidence, event);
  const { server, death } = deathOf(evidence, move.machine);
  if (server === null || death === undefined) return `${move.machine} is cut off from ${server?.name}, which lives`;
  const longMs = death.untilMs - death.sinceMs;
  if (longMs < server.deadAfter - TICK_MS) return `${server.name} is failed over, dead for ${longMs / 1_000} s`;
  return isOver(evidence, death.untilMs) ? `${move.machine} is cut off from ${server.name}, which is back` : null;
}

/** What still answers is drained and moved as well; to a server that is not its own for its own one's death alone. */
function movedAway({ farm, deaths }: Evidence, { move }: BeginEvent): Broken {
  if (!isRole(move.from) || move.from !== move.to) return null;
  const home = farm.site.storage.find(({ name }) => name === farm.site.machines.get(move.machine)?.domains.storage);
  const to = farm.serverOf(move.toImage);
  if (home === undefined || to === home) return null;
  const longestMs = deaths.get(home.name)?.longestMs ?? 0;
  return longestMs >= home.deadAfter - TICK_MS ? null : `${move.machine} is moved off ${home.name}, which never died`;
}

/** Nor is its power cut once the server is back: it serves again, and would have to be drained. */
export function cutOff(evidence: Evidence, { machine, command, operation }: PowerEvent): Broken {
  if (command !== "hardOff" || operation?.manner !== "hard") return null;
  const { server, death } = deathOf(evidence, machine);
  const isDead = death !== undefined && !isOver(evidence, death.untilMs);
  return isDead || !isUp(evidence, machine) ? null : `${machine} is cut off while it serves from ${server?.name}`;
}

const isOver = (evidence: Evidence, untilMs: number): boolean => evidence.nowMs() - untilMs > SEEN_MS;
const isUp = ({ farm }: Evidence, machine: MachineName): boolean =>
  farm.world.machines.get(machine)?.report(null) != null;

/** What did not come back costs one machine, and those that were on their way with it. */
export function stoppedRollout(evidence: Evidence, { move }: BeginEvent): Broken {
  if (move.toImage === null || !isRole(move.to)) return null;
  const image = baseOf(move.toImage);
  const failedMs = evidence.failedImages.get(image);
  const begun = evidence.farm.rollouts.get(move.to);
  const isTriedAnew = begun === undefined || failedMs === undefined || begun.image !== image || begun.atMs > failedMs;
  return isTriedAnew ? null : `${move.machine} is to boot ${image}, which has stopped its roll-out`;
}

/**
 * A reboot that can wait leaves machines that carry web's load, unless no other one is on its way to web: by the load as it was
 * told, and the machines that truly served.
 */
export function keepsLoad(evidence: Evidence, { move, cause }: BeginEvent): Broken {
  const { site, world } = evidence.farm;
  const told = evidence.heard.get(WEB)?.told.demand;
  const demand = site.policies.get(WEB)?.demand;
  if (cause !== "renewal" || move.to !== WEB || told?.kind !== "known" || demand?.kind !== "series") return null;
  const operations = [...evidence.farm.controller().state.operations.values()];
  const coming = operations.filter(({ machine, to }) => to === WEB && machine !== move.machine).length;
  const busy = new Set(operations.map(({ machine }) => machine));
  const left = [...world.machines.keys()].filter((name) => {
    const servedMs = evidence.lastServed.get(served(WEB, name)) ?? Number.NEGATIVE_INFINITY;
    return !busy.has(name) && name !== move.machine && servedMs >= evidence.nowMs() - NOTICED_MS;
  });
  const units = left.reduce((sum, name) => sum + (site.machines.get(name)?.capacity ?? 0), 0);
  const needed = told.value / demand.perMachine;
  return coming === 0 || units + 1e-9 >= needed
    ? null
    : `${move.machine} reboots, ${coming} more are on their way, and ${units} are left for a load of ${needed}`;
}
