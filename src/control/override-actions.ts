/** Overrides: an operator sets and ends pauses, pins, forces and maintenance. Each has an author, a reason and an expiry (S12). */
import { isRole, type MachineName, type OverrideId, type RoleName } from "../core/domain/names.ts";
import {
  aimOf,
  forcedRange,
  isInForce,
  isRoleForce,
  type Override,
  type OverrideAct,
  type RoleForce,
} from "../core/domain/override.ts";
import type { PoolState } from "../core/domain/pool-state.ts";
import type { Site } from "../core/domain/site.ts";
import type { Controller } from "./controller.ts";
import { type Applied, type Asker, changeState, type Refused } from "./operator-change.ts";

export interface OverrideRequest {
  readonly act: OverrideAct;
  readonly reason: string;
  /** Null: until it is ended; only of a pause of the pool. */
  readonly expiresMs: number | null;
  readonly overrideFloor: boolean;
}

/** An override that nobody remembers is worse than none. */
const LONGEST_OVERRIDE_MS = 366 * 86_400_000;

/** Sets a pause, a pin, a force or a maintenance. One with the same aim replaces the older one. */
export function setOverride(controller: Controller, asker: Asker, request: OverrideRequest) {
  const aimed = aimOf(request.act);
  return changeState<Override>(controller, asker, {
    action: `set ${aimed}`,
    why: request.reason,
    show: showAimed(aimed),
    apply: (state) => withOverride(controller, state, request, asker.author),
  });
}

/** Ends the override with this aim; also one on a machine or role that is gone by now. */
export function endOverride(controller: Controller, asker: Asker, aimed: string, why: string) {
  return changeState<readonly Override[]>(controller, asker, {
    action: `end ${aimed}`,
    why,
    show: showAimed(aimed),
    apply: (state) => withoutOverride(controller, state, aimed),
  });
}

export function withOverride(
  { world, configured }: Controller,
  state: PoolState,
  request: OverrideRequest,
  author: string,
): Applied<Override> {
  const nowMs = world.clock.wallMs();
  const wrong = refusal(request, configured.site(), nowMs);
  if (wrong !== null) return wrong;
  const aimed = aimOf(request.act);
  const id = `${aimed.replaceAll(" ", "-")}-${nowMs.toString(36)}` as OverrideId;
  const override: Override = { id, ...request, author, createdMs: nowMs };
  const others = state.overrides.filter(({ act }) => aimOf(act) !== aimed);
  return { ok: true, value: { state: { ...state, overrides: [...others, override] }, value: override } };
}

export function withoutOverride({ world }: Controller, state: PoolState, aimed: string): Applied<readonly Override[]> {
  const nowMs = world.clock.wallMs();
  const ended = state.overrides.filter((override) => aimOf(override.act) === aimed && isInForce(override, nowMs));
  if (ended.length === 0) {
    return { ok: false, code: "RTK_UNKNOWN_OVERRIDE", why: `there is no ${aimed} in force` };
  }
  const overrides = state.overrides.filter((override) => !ended.includes(override));
  return { ok: true, value: { state: { ...state, overrides }, value: ended } };
}

/** In full: the audit log must show what exactly was in force, an overridden floor included. */
const showAimed =
  (aimed: string) =>
  (state: PoolState): readonly Override[] =>
    state.overrides.filter(({ act }) => aimOf(act) === aimed);

/** Nothing ever means "all" by being empty: each name must exist (S3). */
function refusal({ act, expiresMs, overrideFloor }: OverrideRequest, site: Site, nowMs: number): Refused | null {
  const wrongEnd = expiryRefusal(act, expiresMs, nowMs);
  if (wrongEnd !== null) return wrongEnd;
  const { machine, role } = namesIn(act);
  const entry = machine === null ? undefined : site.machines.get(machine);
  if (machine !== null && entry === undefined) {
    return { ok: false, code: "RTK_UNKNOWN_MACHINE", why: `there is no machine ${machine} in fleet.yaml` };
  }
  if (role !== null && !site.policies.has(role)) {
    return { ok: false, code: "RTK_UNKNOWN_ROLE", why: `there is no role ${role} in the policies` };
  }
  if (act.kind === "forceMachine" && isRole(act.to) && entry !== undefined && !entry.roles.includes(act.to)) {
    const why = `${act.machine} may only be ${entry.roles.join(", ")} (fleet.yaml, roles)`;
    return { ok: false, code: "RTK_NOT_ELIGIBLE", why };
  }
  return isRoleForce(act) ? forceRefusal(act, overrideFloor, site) : null;
}

function expiryRefusal(act: OverrideAct, expiresMs: number | null, nowMs: number): Refused | null {
  if (expiresMs === null) {
    if (act.kind === "pause" && act.scope.kind === "pool") return null;
    return { ok: false, code: "RTK_BAD_EXPIRY", why: "only a pause of the pool may hold until it is resumed" };
  }
  if (expiresMs > nowMs && expiresMs <= nowMs + LONGEST_OVERRIDE_MS) return null;
  return { ok: false, code: "RTK_BAD_EXPIRY", why: "the expiry must lie in the future, at most a year ahead" };
}

/** Floors that a schedule raises come and go while the force holds: those are no refusal, but bound what it does. */
function forceRefusal(force: RoleForce, overrideFloor: boolean, site: Site): Refused | null {
  const { min, max } = forcedRange(force);
  if (Math.max(min, max ?? 0) > site.machines.size) {
    return { ok: false, code: "RTK_BAD_COUNT", why: `the pool has ${site.machines.size} machines` };
  }
  if (max !== null && min > max) {
    return { ok: false, code: "RTK_BAD_COUNT", why: `the least, ${min}, is more than the most, ${max}` };
  }
  const floor = site.policies.get(force.role)?.machines.floor ?? 0;
  if (min >= floor || overrideFloor) return null;
  const why = `${min} is below the floor of ${force.role}, ${floor}; to go below it on purpose, say overrideFloor`;
  return { ok: false, code: "RTK_BELOW_FLOOR", why };
}

interface Names {
  readonly machine: MachineName | null;
  readonly role: RoleName | null;
}

/** The machine and the role that must exist. */
function namesIn(act: OverrideAct): Names {
  switch (act.kind) {
    case "pause":
      return {
        machine: act.scope.kind === "machine" ? act.scope.machine : null,
        role: act.scope.kind === "role" ? act.scope.role : null,
      };
    case "pin":
    case "maintain":
      return { machine: act.machine, role: null };
    case "forceMachine":
      return { machine: act.machine, role: isRole(act.to) ? act.to : null };
    case "forceCount":
    case "forceRange":
    case "forceFloor":
      return { machine: null, role: act.role };
  }
}
