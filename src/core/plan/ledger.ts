/**
 * The limits as a ledger: what is in operation, what was spent, and what this plan adds, asked before each move. Everything
 * that can refuse a move is here, each with its reason, and with its time where that is known.
 */
import { type Breakers, breakerOpen, trialsOf } from "../decide/breaker.ts";
import { describePause, mayCome, mayLeave, type Orders, signed } from "../decide/orders.ts";
import type { WishPremises } from "../decide/wish.ts";
import type { Decision } from "../domain/decision.ts";
import type { Machine } from "../domain/fleet.ts";
import { baseOf, type ImageName, isRole, type Placement, type RoleName } from "../domain/names.ts";
import type { Observation } from "../domain/observation.ts";
import type { Direction } from "../domain/override.ts";
import type { PoolState } from "../domain/pool-state.ts";
import type { Site } from "../domain/site.ts";
import { shareOf } from "../domain/units.ts";
import { storageView } from "../storage/storage-view.ts";
import { type Ask, now, type Refusal } from "./ask.ts";
import { lookUp, type ResolvedImage, resolveImage } from "./images.ts";
import { dwellRefusal, placeRefusal, undoneRefusal } from "./machine-refusals.ts";
import { openStorageLedger, type StorageLedger } from "./storage-ledger.ts";

/** The decision, and all that it was made from. */
export interface PlanInput extends WishPremises {
  readonly decision: Decision;
}

export type Allowed =
  | { readonly ok: true; readonly image: ImageName | null }
  | { readonly ok: false; readonly refusal: Refusal };

export interface Ledger {
  /** Why nothing at all may start now; urgent moves do not wait for a window. */
  readonly poolRefusal: (urgent: boolean) => Refusal | null;
  /**
   * Why no machine may be cut off from a dead file server now. Limits and windows spare machines that serve, and these do not:
   * they are paced by what the surviving server can carry (ADR 18). A freeze gives way to an operator's order alone.
   */
  readonly failOverRefusal: (ordered: boolean) => Refusal | null;
  readonly allow: (ask: Ask) => Allowed;
  readonly spend: (ask: Ask, image: ImageName | null) => void;
}

const HOUR_MS = 3_600_000;

export function openLedger(input: PlanInput): Ledger {
  const { state, observation, site, decision, assignment } = input;
  const { limits } = site;
  const pool = [...site.machines.keys()].filter((name) => state.machines.get(name)?.adopted === true).length;
  const underWay = trialsOf(state, site);
  let breakers = breakerOpen(state.failures, limits, underWay);
  const domains = occupiedDomains(state, site);
  const storage = openStorageLedger(state, storageView(site, state, observation));
  const spentAges = state.spent.filter(({ ageMs, hard }) => hard !== true && ageMs < HOUR_MS).map(({ ageMs }) => ageMs);
  const operating = [...state.operations.values()].filter(({ manner }) => manner !== "hard").length;
  const atOnce = shareOf(limits.atOnce, pool);
  const perHour = shareOf(limits.perHour, pool);
  const healthy = new Map<RoleName, number>([...decision.roles].map(([role, { counts }]) => [role, counts.forFloor]));
  let started = 0;

  const standing = standingRefusal(decision, assignment.orders);
  const freeze = freezeRefusal(observation);
  const window = windowRefusal(site, observation);

  return {
    poolRefusal: (urgent) => {
      if (standing !== null) return standing;
      if (freeze !== null) return freeze;
      if (window !== null && !urgent) return window;
      if (breakers.pool !== null) return now(`breaker open: ${breakers.pool}`);
      const live = operating + started;
      if (live >= atOnce) return now(`${live} in operation, at most ${atOnce} at once`);
      const spent = spentAges.length + started;
      if (spent < perHour) return null;
      return {
        why: `${perHour} an hour are spent`,
        notBeforeMs: agedOutMs(spentAges, spent - perHour, observation.wallMs),
      };
    },
    failOverRefusal: (ordered) => {
      if (standing !== null) return standing;
      if (freeze !== null && !ordered) return freeze;
      return breakers.pool === null ? null : now(`breaker open: ${breakers.pool}`);
    },
    allow: (ask) => {
      const refusal =
        orderRefusal(ask, assignment.orders) ??
        placeRefusal(ask, site, state) ??
        dwellRefusal(ask, limits.dwell, observation.wallMs) ??
        undoneRefusal(ask, state, observation.wallMs) ??
        domainRefusal(ask, limits.perDomain, domains, breakers) ??
        floorRefusal(ask, healthy, decision);
      if (refusal !== null) return { ok: false, refusal };
      const image = imageFor(ask, input, storage);
      if (!image.ok) return { ok: false, refusal: now(image.why) };
      const overloaded = storage.refusal(ask, image.image);
      if (overloaded !== null) return { ok: false, refusal: overloaded };
      const broken = image.image === null ? undefined : breakers.images.get(baseOf(image.image));
      return broken === undefined ? image : { ok: false, refusal: now(`breaker open: ${broken}`) };
    },
    spend: (ask, image) => {
      const { assigned, from, manner } = ask;
      if (manner !== "hard") started += 1;
      storage.spend(ask, image);
      underWay.push({ image, rack: assigned.machine.domains.rack ?? null });
      breakers = breakerOpen(state.failures, limits, underWay);
      for (const key of domainKeys(assigned.machine)) domains.set(key, (domains.get(key) ?? 0) + 1);
      if (isRole(from) && assigned.standing.forFloor) healthy.set(from, (healthy.get(from) ?? 0) - 1);
    },
  };
}

/** One that is only drained goes on as it runs. */
function imageFor(
  { assigned: { machine, facts }, to, manner, image }: Ask,
  { site, observation, state }: PlanInput,
  { copyFor }: StorageLedger,
): ResolvedImage {
  if (manner === "drainOnly") return { ok: true, image: facts?.link.kind === "image" ? facts.link.image : null };
  if (image === null) return { ok: true, image };
  const found =
    image === undefined
      ? resolveImage(machine, to, site, observation, state)
      : lookUp(image, isRole(to) ? to : null, observation);
  return found.ok && found.image !== null ? lookUp(copyFor(machine, found.image), null, observation) : found;
}

/** What holds the whole pool, whatever the limits. */
function standingRefusal({ held }: Decision, { pausedPool }: Orders): Refusal | null {
  if (held.length > 0) return now(held.join("; "));
  return pausedPool === null ? null : now(signed("paused", pausedPool));
}

function freezeRefusal({ schedules }: Observation): Refusal | null {
  const freezes = schedules.freezes.filter(({ open }) => open);
  if (freezes.length === 0) return null;
  return { why: "a freeze is on", notBeforeMs: latest(freezes.map(({ closesMs }) => closesMs)) };
}

function windowRefusal({ limits }: Site, { schedules: { windows } }: Observation): Refusal | null {
  if (limits.windows.length === 0 || windows.some(({ open }) => open)) return null;
  const opens = windows.map(({ nextOpenMs }) => nextOpenMs).filter((ms) => ms !== null);
  return { why: "no window is open", notBeforeMs: opens.length === 0 ? null : Math.min(...opens) };
}

function orderRefusal({ assigned: { machine }, from, to }: Ask, orders: Orders): Refusal | null {
  const pin = orders.pinned.get(machine.name);
  if (pin !== undefined) return now(signed("pinned", pin));
  const pause = orders.pausedMachines.get(machine.name);
  if (pause !== undefined) return now(signed("paused", pause));
  return pauseRefusal(from, orders, mayLeave) ?? pauseRefusal(to, orders, mayCome);
}

function pauseRefusal(
  place: Placement,
  { pausedRoles }: Orders,
  mayPass: (direction: Direction | undefined) => boolean,
): Refusal | null {
  const pause = isRole(place) ? pausedRoles.get(place) : undefined;
  return pause === undefined || !isRole(place) || mayPass(pause.value) ? null : now(describePause(place, pause));
}

/** Machines in operation by domain. One that failed and is still out counts on: failures spend their own domain (S5). */
function occupiedDomains(state: PoolState, site: Site): Map<string, number> {
  const busy = new Set([...state.operations.values()].map(({ machine }) => machine));
  const { within } = site.limits.breaker;
  for (const { machine, ageMs } of state.failures)
    if (ageMs < within && state.machines.get(machine)?.quarantine) busy.add(machine);
  const occupied = new Map<string, number>();
  for (const name of busy) {
    const machine = site.machines.get(name);
    for (const key of machine === undefined ? [] : domainKeys(machine)) occupied.set(key, (occupied.get(key) ?? 0) + 1);
  }
  return occupied;
}

export const domainKeys = ({ domains }: Machine): string[] =>
  Object.entries(domains).map(([kind, name]) => `${kind} ${name}`);

function domainRefusal(
  { assigned: { machine }, manner }: Ask,
  perDomain: Readonly<Record<string, number>>,
  occupied: ReadonlyMap<string, number>,
  breakers: Breakers,
): Refusal | null {
  const { domains } = machine;
  for (const [kind, most] of manner === "hard" ? [] : Object.entries(perDomain)) {
    const name = domains[kind];
    if (name !== undefined && (occupied.get(`${kind} ${name}`) ?? 0) >= most)
      return now(`${kind} ${name} has ${most} in operation or failed, the most at once`);
  }
  const broken = domains.rack === undefined ? undefined : breakers.racks.get(domains.rack);
  return broken === undefined ? null : now(`breaker open: ${broken}`);
}

/** S1: counted before the drain, for that is what takes the capacity away; machines that this plan takes are gone already. */
function floorRefusal(
  { assigned, from, overridesFloor }: Ask,
  healthy: ReadonlyMap<RoleName, number>,
  { roles }: Decision,
): Refusal | null {
  if (!isRole(from) || overridesFloor || !assigned.standing.forFloor) return null;
  const floor = roles.get(from)?.floor;
  // A role that vanished has no floor left to keep.
  if (floor === undefined) return null;
  return (healthy.get(from) ?? 0) - 1 >= floor ? null : now(`${from} is at its floor of ${floor}`);
}

const latest = (times: readonly (number | null)[]): number | null =>
  times.some((ms) => ms === null) ? null : Math.max(...times.map((ms) => ms ?? 0));

/** When one more fits into the hour: once all that is over the limit, and one more, have aged out. */
function agedOutMs(agesMs: readonly number[], over: number, wallMs: number): number {
  const oldestFirst = [...agesMs].sort((a, b) => b - a);
  return wallMs + HOUR_MS - (oldestFirst[over] ?? 0);
}
