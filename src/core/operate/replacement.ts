/**
 * A dead machine's name goes over to a spare's hardware. fleet.yaml is where the two entries change their hardware; here is
 * what must be so before, and what the record says after. The name is the identity, so the role, the address, the boot link
 * and the snapshot directory stay where they are, and only the metal is another.
 */
import { ordersInForce, signed } from "../decide/orders.ts";
import { isRole, type MachineName, type Placement, type RoleName, SPARE } from "../domain/names.ts";
import { aim, aimOf, isInForce, type Override } from "../domain/override.ts";
import { type MachineRecord, newMachineRecord, type PoolState } from "../domain/pool-state.ts";
import type { Site } from "../domain/site.ts";

export interface Replacement {
  /** The dead one, which keeps its name. */
  readonly machine: MachineName;
  /** Whose hardware takes its place. */
  readonly spare: MachineName;
}

interface Premises {
  readonly site: Site;
  readonly state: PoolState;
  readonly wallMs: number;
}

/** What it was, or was on its way to when it failed; null: no role, so nothing is missing without it. */
export function roleOf(record: MachineRecord | undefined): RoleName | null {
  const failedOnItsWayTo: Placement | null = record?.quarantine?.expected?.placement ?? null;
  const place = failedOnItsWayTo ?? record?.placement ?? null;
  return place !== null && isRole(place) ? place : null;
}

/** Why these two can't change hardware now, in words; null: nothing that is recorded speaks against it. */
export function replacementRefusal({ machine, spare }: Replacement, premises: Premises): string | null {
  const { site, state } = premises;
  const role = roleOf(state.machines.get(machine));
  if (machine === spare) return "a machine can't replace itself";
  if (state.machines.get(machine)?.adopted !== true)
    return `${machine} is not adopted: fleet.yaml alone is to be changed`;
  if (role === null) return `${machine} has no role that another could take over; \`retask fleet remove\` is for such`;
  if (!site.policies.has(role)) return `${machine} was ${role}, and there is no such role any more`;
  for (const { id, machine: busy } of state.operations.values())
    if (busy === machine || busy === spare) return `${busy} is in operation ${id}; wait for its end`;
  return spareRefusal(spare, role, machine, premises);
}

/** By the record alone: whether it is off is for its BMC to say, which nobody asks while retask only advises. */
function spareRefusal(
  spare: MachineName,
  role: RoleName,
  machine: MachineName,
  { site, state, wallMs }: Premises,
): string | null {
  const record = state.machines.get(spare);
  if (record?.adopted !== true || record.placement !== SPARE)
    return `${spare} is no spare: it is recorded as ${record?.placement ?? "nothing"}`;
  if (record.quarantine !== null) return `${spare} can't be used, quarantined: ${record.quarantine.why}`;
  if (record.unmanageable !== null) return `${spare} can't be used, unmanageable: ${record.unmanageable}`;
  if (site.machines.get(spare)?.roles.includes(role) !== true) return `fleet.yaml does not let ${spare} take ${role}`;
  const orders = ordersInForce(state.overrides, wallMs);
  const pin = orders.pinned.get(spare);
  // Its own, of an earlier try.
  if (pin !== undefined && pin.reason !== reservation({ machine, spare }))
    return `${spare} is ${signed("pinned", pin)}`;
  const other = orders.pausedMachines.get(spare) ?? orders.maintained.get(spare)?.override;
  return other === undefined ? null : `${spare}: ${aimOf(other.act)}, ${signed("ordered", other)}`;
}

/** The reason of the pin that keeps the spare a spare until its hardware has gone over. */
export const reservation = ({ machine, spare }: Replacement): string => `${spare} is to replace ${machine}`;

/**
 * The record once fleet.yaml has changed the hardware: new metal, which is off, and of which nothing was learned yet. Its
 * quarantine and its boot times were the dead one's.
 */
export function withNewHardware(state: PoolState, replacement: Replacement): PoolState {
  const { machine } = replacement;
  const machines = new Map(state.machines).set(machine, coldSpare(state.machines.get(machine)));
  return { ...state, machines, overrides: withoutReservation(state, replacement) };
}

/**
 * The site as fleet.yaml will have it, once `retask replace` has written it: where the machine stands, and how much it carries,
 * is its new hardware's. Where its file systems live goes by its name. A site whose spare is retired has it so already.
 */
export function siteOnNewHardware(site: Site, { machine, spare }: Replacement): Site {
  const [dead, metal] = [site.machines.get(machine), site.machines.get(spare)];
  if (dead === undefined || metal === undefined) return site;
  const { mac, bmc, capacity, loader } = metal;
  const { storage } = dead.domains;
  const { storage: _, ...places } = metal.domains;
  const domains = { ...places, ...(storage !== undefined && { storage }) };
  const machines = new Map(site.machines).set(machine, { ...dead, mac, bmc, capacity, loader, domains });
  machines.delete(spare);
  return { ...site, machines };
}

const isReservation = ({ act, reason }: Override, replacement: Replacement): boolean =>
  aimOf(act) === aim.pin(replacement.spare) && reason === reservation(replacement);

const withoutReservation = ({ overrides }: PoolState, replacement: Replacement): PoolState["overrides"] =>
  overrides.filter((override) => !isReservation(override, replacement));

/** The pin is also how it is known that the dead machine was proven off not long ago. */
export const isReserved = ({ overrides }: PoolState, replacement: Replacement, wallMs: number): boolean =>
  overrides.some((override) => isReservation(override, replacement) && isInForce(override, wallMs));

/** The other way round, when the new metal failed as well: the spare is one again, and the dead machine stays out. */
export function withOldHardware(state: PoolState, replacement: Replacement, wallMs: number): PoolState {
  const { machine, spare } = replacement;
  const before = state.machines.get(machine) ?? newMachineRecord();
  const role = roleOf(before);
  const quarantine = {
    why: `dead hardware: ${spare} replaced it, and that was undone`,
    sinceMs: wallMs,
    operation: null,
    expected: role === null ? null : { placement: role, image: before.quarantine?.expected?.image ?? before.image },
  };
  const machines = new Map(state.machines)
    .set(machine, { ...coldSpare(before), placement: role, quarantine })
    .set(spare, coldSpare(state.machines.get(spare)));
  return { ...state, machines, overrides: withoutReservation(state, replacement) };
}

const coldSpare = (before: MachineRecord | undefined): MachineRecord => ({
  ...newMachineRecord(),
  adopted: true,
  placement: SPARE,
  lastNamedMs: before?.lastNamedMs ?? 0,
});
