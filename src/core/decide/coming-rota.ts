/** The rota of the coming day: what the pool's roles should have in each half hour, from all that is known now. */
import type { Decision } from "../domain/decision.ts";
import { type RoleName, SPARE } from "../domain/names.ts";
import type { Observation } from "../domain/observation.ts";
import { forcedRange, isInForce, type RoleForce } from "../domain/override.ts";
import type { Policy } from "../domain/policy.ts";
import type { PoolState } from "../domain/pool-state.ts";
import type { ScheduleFacts } from "../domain/schedule.ts";
import type { Site } from "../domain/site.ts";
import { shareOf } from "../domain/units.ts";
import { demandQuantile, type RoleForecast } from "../forecast/role-forecast.ts";
import { type Assignment, possibleRoles } from "./assignment.ts";
import { effectiveFloor } from "./floor.ts";
import { moveMinutes } from "./forecast-wanted.ts";
import { DEFAULT_WEAR } from "./horizon/costs.ts";
import { mayCome, mayLeave, type Order } from "./orders.ts";
import { forecastNeeds } from "./rota/forecast-needs.ts";
import { movesPerSlot } from "./rota/move-limits.ts";
import { planRota } from "./rota/plan-rota.ts";
import type { Rota } from "./rota/rota.ts";
import type { RotaInput, RotaRange, RotaRole, RotaUse } from "./rota/rota-input.ts";

export const SLOT_MINUTES = 30;
export const SLOTS = 48;
const SLOT_MS = SLOT_MINUTES * 60_000;
/** As far as a forecast looks that knows no whole days yet. */
const FEW_SLOTS = 8;

/** States of a role chart in which its demand is not to be believed. */
const UNSURE: ReadonlySet<string> = new Set(["blind", "suspect"]);

type Shape = Pick<RotaInput, "slots" | "slotMinutes" | "moveMinutes">;

export interface RotaPremises {
  readonly site: Site;
  readonly state: PoolState;
  readonly observation: Observation;
  readonly assignment: Assignment;
  readonly decision: Decision;
  readonly ahead: (role: RoleName) => RoleForecast | null;
  /** By slot, as far as they are needed. */
  readonly schedules: (atMs: number) => ScheduleFacts;
}

/** Demand in a slot's middle, in the role's own unit: not exceeded with 10, 50 and 90 %. */
export interface DemandBand {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

export interface ComingRota extends Rota {
  readonly atMs: number;
  /** By role, then by slot; null where the role has no forecast. */
  readonly demand: ReadonlyMap<RoleName, readonly DemandBand[] | null>;
}

export function comingRota(premises: RotaPremises): ComingRota {
  const { site, state, observation, assignment } = premises;
  const policies = [...site.policies.values()];
  const known = new Map(policies.map((policy) => [policy.role, forecastOf(policy, premises)]));
  const isShort = [...known.values()].some((forecast) => forecast !== null && forecast.far === null);
  const slots = isShort ? FEW_SLOTS : SLOTS;
  const atMs = observation.wallMs;
  const schedules = Array.from({ length: slots }, (_, slot) => premises.schedules(atMs + slot * SLOT_MS));

  const bootMs = [...state.machines.values()].flatMap((record) => record.bootMs);
  const shape: Shape = { slotMinutes: SLOT_MINUTES, slots, moveMinutes: moveMinutes(bootMs) };
  const pool = assignment.machines.filter(({ home }) => home !== null).length;
  const limits = {
    atOnce: shareOf(site.limits.atOnce, pool),
    inOperation: state.operations.size,
    perHour: shareOf(site.limits.perHour, pool),
    open: schedules.map((facts, slot) => isOpen(facts, atMs + slot * SLOT_MS, premises)),
  };
  const spares = assignment.machines.filter(({ home }) => home === SPARE).length;
  const rota = planRota({
    ...shape,
    wear: DEFAULT_WEAR,
    roles: policies.map((policy) => roleOf(policy, known.get(policy.role) ?? null, schedules, shape, premises)),
    spare: { present: spares, arriving: [], reserve: site.limits.reserve.machines, powerPrice: 0 },
    moves: movesPerSlot(limits, shape),
  });
  const demand = new Map([...known].map(([role, forecast]) => [role, forecast && bandsOf(forecast, slots)]));
  return { ...rota, atMs, demand };
}

/** Only of a role that decides ahead, and whose demand is measured. */
function forecastOf({ role, demand, forecast }: Policy, { ahead }: RotaPremises): RoleForecast | null {
  if (forecast === "none" || demand.kind === "rest" || demand.kind === "distcc") return null;
  const known = ahead(role);
  return known?.near === null ? null : known;
}

const middleOf = (slot: number): number => (slot + 0.5) * SLOT_MINUTES;

const bandsOf = (forecast: RoleForecast, slots: number): DemandBand[] =>
  Array.from({ length: slots }, (_, slot) => {
    // Beyond what is known it is no number, and never zero.
    const at = (p: number): number => demandQuantile(forecast, middleOf(slot), p) ?? Number.NaN;
    return { low: at(0.1), median: at(0.5), high: at(0.9) };
  });

function roleOf(
  policy: Policy,
  forecast: RoleForecast | null,
  schedules: readonly ScheduleFacts[],
  shape: Shape,
  premises: RotaPremises,
): RotaRole {
  const { site, assignment } = premises;
  const own = assignment.machines.filter(({ home }) => home === policy.role);
  const able = assignment.machines.filter((one) => possibleRoles(one, site).includes(policy.role));
  const present = own.filter(({ standing }) => standing.asCapacity).length;
  const usual = able.reduce((sum, { machine }) => sum + machine.capacity, 0) / Math.max(1, able.length);
  return {
    role: policy.role,
    use: useOf(policy, forecast, usual, shape, premises),
    present,
    arriving: own.length > present ? [{ machines: own.length - present, inMinutes: shape.moveMinutes }] : [],
    able: able.length,
    ranges: schedules.map((facts, slot) => rangeOf(policy, facts, slot, able.length, own.length, premises)),
  };
}

/** Without a forecast the best guess is that the wish of now stays; machines are of mean capacity. */
function useOf(
  { role, demand, shortageCost }: Policy,
  forecast: RoleForecast | null,
  usual: number,
  shape: Shape,
  { decision }: RotaPremises,
): RotaUse {
  const decided = decision.roles.get(role);
  if (demand.kind === "rest" || decided?.wanted.hungry === true) return { kind: "rest", needs: null };
  if (forecast === null || demand.kind === "distcc") {
    return { kind: "measured", shortageCost, needs: [Float64Array.of(decided?.wanted.count ?? decided?.desired ?? 0)] };
  }
  const perMachine = demand.perMachine * usual;
  const needs = forecastNeeds(forecast, perMachine, shape) ?? [];
  return { kind: "measured", shortageCost, needs };
}

/** Floors by their schedules, the policy's maximum, orders until they end; now, what the role chart permits. */
function rangeOf(
  policy: Policy,
  facts: ScheduleFacts,
  slot: number,
  able: number,
  own: number,
  { site, observation, assignment, decision }: RotaPremises,
): RotaRange {
  const atMs = observation.wallMs + slot * SLOT_MS;
  const force = stillIn(assignment.orders.forcedRoles.get(policy.role), atMs);
  const pause = stillIn(assignment.orders.pausedRoles.get(policy.role), atMs)?.value;
  const { floor } = effectiveFloor(policy, facts, site.machines.size, force);
  const most = Math.min(policy.machines.max ?? able, able);
  const stuck = assignment.machines.filter((one) => one.home === policy.role && one.stuck !== null).length;
  const forced = force === undefined ? { min: floor, max: most } : forcedWithin(force.value, floor, most);
  const decided = slot === 0 ? decision.roles.get(policy.role) : undefined;
  const range = decided?.permitted ?? forced;
  // What is not known takes no machine away, not even for another role's floor; nor does anything from a paused one.
  const isKept = decided !== undefined && UNSURE.has(decided.state);
  const keep = mayLeave(pause) ? (isKept ? range.min : stuck) : own;
  const max = mayCome(pause) ? Math.max(keep, range.max) : own;
  return { keep, floor, min: Math.min(range.min, max), max };
}

const stillIn = <Value>(order: Order<Value> | undefined, atMs: number): Order<Value> | undefined =>
  order !== undefined && isInForce(order.override, atMs) ? order : undefined;

function forcedWithin(force: RoleForce, floor: number, most: number) {
  const { min, max } = forcedRange(force);
  const within = (count: number): number => Math.max(floor, Math.min(count, most));
  return { min: within(min), max: within(max ?? most) };
}

/** What windows, freezes and a pause of the pool leave. */
function isOpen({ windows, freezes }: ScheduleFacts, atMs: number, { assignment }: RotaPremises): boolean {
  const { pausedPool } = assignment.orders;
  if (pausedPool !== null && isInForce(pausedPool, atMs)) return false;
  return !freezes.some(({ open }) => open) && (windows.length === 0 || windows.some(({ open }) => open));
}
