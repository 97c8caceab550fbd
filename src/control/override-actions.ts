/** Overrides: an operator sets and ends pauses, pins and forces. Each has an author, a reason and an expiry (S12). */
import { isRole, type MachineName, type OverrideId, type RoleName } from "../core/domain/names.ts";
import type { Override, OverrideAct, OverrideScope } from "../core/domain/override.ts";
import type { PoolState } from "../core/domain/pool-state.ts";
import type { Site } from "../core/domain/site.ts";
import type { Controller } from "./controller.ts";
import { type Asker, changeState, type Refused } from "./operator-change.ts";

export interface OverrideRequest {
  readonly act: OverrideAct;
  readonly reason: string;
  readonly expiresMs: number;
  readonly overrideFloor: boolean;
}

/** An override that nobody remembers is worse than none. */
const LONGEST_OVERRIDE_MS = 366 * 86_400_000;

/** What an override is about, in words; two with the same aim can't both hold. */
export const aim = {
  pause: (scope: OverrideScope): string => {
    if (scope.kind === "pool") return "pause pool";
    return scope.kind === "role" ? `pause role ${scope.role}` : `pause machine ${scope.machine}`;
  },
  pin: (machine: MachineName): string => `pin machine ${machine}`,
  forceMachine: (machine: MachineName): string => `force machine ${machine}`,
  forceCount: (role: RoleName): string => `force role ${role}`,
} as const;

export function aimOf(act: OverrideAct): string {
  switch (act.kind) {
    case "pause":
      return aim.pause(act.scope);
    case "pin":
      return aim.pin(act.machine);
    case "forceMachine":
      return aim.forceMachine(act.machine);
    case "forceCount":
      return aim.forceCount(act.role);
  }
}

/** Sets a pause, a pin or a force. One with the same aim replaces the older one. */
export function setOverride(controller: Controller, asker: Asker, request: OverrideRequest) {
  const nowMs = controller.world.clock.wallMs();
  const aimed = aimOf(request.act);
  const override: Override = {
    id: `${aimed.replaceAll(" ", "-")}-${nowMs.toString(36)}` as OverrideId,
    ...request,
    author: asker.author,
    createdMs: nowMs,
  };
  return changeState<Override>(controller, asker, {
    action: `set ${aimed}`,
    why: request.reason,
    show: showAimed(aimed),
    apply: (state) => {
      const wrong = refusal(request, controller.configured.site(), nowMs);
      if (wrong !== null) return wrong;
      const others = state.overrides.filter(({ act }) => aimOf(act) !== aimed);
      return { ok: true, value: { state: { ...state, overrides: [...others, override] }, value: override } };
    },
  });
}

/** Ends the override with this aim; also one on a machine or role that is gone by now. */
export function endOverride(controller: Controller, asker: Asker, aimed: string, why: string) {
  return changeState<readonly Override[]>(controller, asker, {
    action: `end ${aimed}`,
    why,
    show: showAimed(aimed),
    apply: (state) => {
      const nowMs = controller.world.clock.wallMs();
      const ended = state.overrides.filter(({ act, expiresMs }) => aimOf(act) === aimed && expiresMs > nowMs);
      if (ended.length === 0) {
        return { ok: false, code: "RTK_UNKNOWN_OVERRIDE", why: `there is no ${aimed} in force` };
      }
      const overrides = state.overrides.filter((override) => !ended.includes(override));
      return { ok: true, value: { state: { ...state, overrides }, value: ended } };
    },
  });
}

/** In full: the audit log must show what exactly was in force, an overridden floor included. */
const showAimed =
  (aimed: string) =>
  (state: PoolState): readonly Override[] =>
    state.overrides.filter(({ act }) => aimOf(act) === aimed);

/** Nothing ever means "all" by being empty: each name must exist (S3). */
function refusal({ act, expiresMs }: OverrideRequest, site: Site, nowMs: number): Refused | null {
  if (expiresMs <= nowMs || expiresMs > nowMs + LONGEST_OVERRIDE_MS) {
    return { ok: false, code: "RTK_BAD_EXPIRY", why: "the expiry must lie in the future, at most a year ahead" };
  }
  const { machine, role } = namesIn(act);
  const entry = machine === null ? undefined : site.machines.get(machine);
  if (machine !== null && entry === undefined) {
    return { ok: false, code: "RTK_UNKNOWN_MACHINE", why: `there is no machine ${machine} in fleet.yaml` };
  }
  if (role !== null && !site.policies.has(role)) {
    return { ok: false, code: "RTK_UNKNOWN_ROLE", why: `there is no role ${role} in the policies` };
  }
  if (act.kind === "forceCount" && act.count > site.machines.size) {
    return { ok: false, code: "RTK_BAD_COUNT", why: `the pool has ${site.machines.size} machines` };
  }
  if (act.kind === "forceMachine" && isRole(act.to) && entry !== undefined && !entry.roles.includes(act.to)) {
    const why = `${act.machine} may only be ${entry.roles.join(", ")} (fleet.yaml, roles)`;
    return { ok: false, code: "RTK_NOT_ELIGIBLE", why };
  }
  return null;
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
      return { machine: act.machine, role: null };
    case "forceMachine":
      return { machine: act.machine, role: isRole(act.to) ? act.to : null };
    case "forceCount":
      return { machine: null, role: act.role };
  }
}
