/** What the operators ordered and is still in force: overrides sorted by what they bind, the newest word winning. */
import type { MachineName, Placement, RoleName } from "../domain/names.ts";
import type { Override } from "../domain/override.ts";

/** An order that names a machine's place or a role's count. */
export interface Order<Value> {
  readonly value: Value;
  readonly override: Override;
}

export interface Orders {
  readonly pausedPool: Override | null;
  readonly pausedRoles: ReadonlyMap<RoleName, Override>;
  readonly pausedMachines: ReadonlyMap<MachineName, Override>;
  readonly pinned: ReadonlyMap<MachineName, Override>;
  readonly forcedMachines: ReadonlyMap<MachineName, Order<Placement>>;
  readonly forcedCounts: ReadonlyMap<RoleName, Order<number>>;
}

/** Expiry counts by the wall clock, downtime included: an order of last night must not bind tomorrow (S12). */
export function ordersInForce(overrides: readonly Override[], wallMs: number): Orders {
  const pausedRoles = new Map<RoleName, Override>();
  const pausedMachines = new Map<MachineName, Override>();
  const pinned = new Map<MachineName, Override>();
  const forcedMachines = new Map<MachineName, Order<Placement>>();
  const forcedCounts = new Map<RoleName, Order<number>>();
  let pausedPool: Override | null = null;

  for (const override of inForce(overrides, wallMs)) {
    const { act } = override;
    switch (act.kind) {
      case "pause":
        if (act.scope.kind === "pool") pausedPool = override;
        else if (act.scope.kind === "role") pausedRoles.set(act.scope.role, override);
        else pausedMachines.set(act.scope.machine, override);
        break;
      case "pin":
        pinned.set(act.machine, override);
        break;
      case "forceMachine":
        forcedMachines.set(act.machine, { value: act.to, override });
        break;
      case "forceCount":
        forcedCounts.set(act.role, { value: act.count, override });
        break;
    }
  }
  return { pausedPool, pausedRoles, pausedMachines, pinned, forcedMachines, forcedCounts };
}

/** Oldest first, so that the newest of two orders on the same thing stands; equal ages by id, so that any input order does. */
function inForce(overrides: readonly Override[], wallMs: number): Override[] {
  const live = overrides.filter((override) => override.expiresMs > wallMs);
  return live.sort((a, b) => a.createdMs - b.createdMs || (a.id < b.id ? -1 : 1));
}

/** `paused by ada: deploy`: how an order is named in reasons. */
export const signed = (what: string, { author, reason }: Override): string => `${what} by ${author}: ${reason}`;
