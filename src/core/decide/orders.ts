/** What the operators ordered and is still in force: overrides sorted by what they bind, the newest word winning. */
import type { MachineName, Placement, RoleName } from "../domain/names.ts";
import { type Direction, isInForce, type Override, type RoleForce } from "../domain/override.ts";

/** An order that names a machine's place, what a role is forced to, or which way it is closed. */
export interface Order<Value> {
  readonly value: Value;
  readonly override: Override;
}

export interface Orders {
  readonly pausedPool: Override | null;
  readonly pausedRoles: ReadonlyMap<RoleName, Order<Direction>>;
  readonly pausedMachines: ReadonlyMap<MachineName, Override>;
  readonly pinned: ReadonlyMap<MachineName, Override>;
  readonly forcedMachines: ReadonlyMap<MachineName, Order<Placement>>;
  readonly forcedRoles: ReadonlyMap<RoleName, Order<RoleForce>>;
  /** Whether they are switched off meanwhile, or left as they run. */
  readonly maintained: ReadonlyMap<MachineName, Order<"off" | "on">>;
}

/** One pause and one force of a role can hold at once: what the pause leaves is what the force may do. */
export function ordersInForce(overrides: readonly Override[], wallMs: number): Orders {
  const pausedRoles = new Map<RoleName, Order<Direction>>();
  const pausedMachines = new Map<MachineName, Override>();
  const pinned = new Map<MachineName, Override>();
  const forcedMachines = new Map<MachineName, Order<Placement>>();
  const forcedRoles = new Map<RoleName, Order<RoleForce>>();
  const maintained = new Map<MachineName, Order<"off" | "on">>();
  let pausedPool: Override | null = null;

  for (const override of oldestFirst(overrides, wallMs)) {
    const { act } = override;
    switch (act.kind) {
      case "pause":
        if (act.scope.kind === "pool") pausedPool = override;
        else if (act.scope.kind === "role") pausedRoles.set(act.scope.role, { value: act.direction, override });
        else pausedMachines.set(act.scope.machine, override);
        break;
      case "pin":
        pinned.set(act.machine, override);
        break;
      case "forceMachine":
        forcedMachines.set(act.machine, { value: act.to, override });
        break;
      case "maintain":
        maintained.set(act.machine, { value: act.power, override });
        break;
      case "forceCount":
      case "forceRange":
      case "forceFloor":
        forcedRoles.set(act.role, { value: act, override });
        break;
    }
  }
  return { pausedPool, pausedRoles, pausedMachines, pinned, forcedMachines, forcedRoles, maintained };
}

/** So that the newest of two orders on the same thing stands; equal ages by id, so that any input order does. */
function oldestFirst(overrides: readonly Override[], wallMs: number): Override[] {
  const live = overrides.filter((override) => isInForce(override, wallMs));
  return live.sort((a, b) => a.createdMs - b.createdMs || (a.id < b.id ? -1 : 1));
}

/** `paused by ada: deploy`: how an order is named in reasons. */
export const signed = (what: string, { author, reason }: Override): string => `${what} by ${author}: ${reason}`;

/** `role web is paused by ada: deploy`; of a pause one way, which way. */
export function describePause(role: RoleName, { value, override }: Order<Direction>): string {
  const ways = { in: `role ${role} is paused, none may come in,`, out: `role ${role} is paused, none may leave,` };
  return signed(value === "both" ? `role ${role} is paused` : ways[value], override);
}

export const mayCome = (direction: Direction | undefined): boolean => direction === undefined || direction === "out";
export const mayLeave = (direction: Direction | undefined): boolean => direction === undefined || direction === "in";
