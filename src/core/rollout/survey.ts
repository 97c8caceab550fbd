/** Where a roll-out stands, read off the pool's state alone: who has booted anew, who is next, who goes back. Pure. */
import { ordersInForce, signed } from "../decide/orders.ts";
import { type ImageName, type MachineName, sameVersion } from "../domain/names.ts";
import type { Observation } from "../domain/observation.ts";
import type { Operation } from "../domain/operation.ts";
import type { MachineRecord, PoolState } from "../domain/pool-state.ts";
import type { Rollout } from "../domain/rollout.ts";
import type { Site } from "../domain/site.ts";
import { rolloutContext } from "./rollout.statechart.ts";

export interface RolloutPremises {
  readonly site: Site;
  readonly state: PoolState;
  readonly observation: Observation;
}

export interface Survey {
  /** The role's machines that have booted anew, and are in no operation. */
  readonly renewed: readonly MachineName[];
  /** The stage's machines, those of earlier stages included. */
  readonly targets: readonly MachineName[];
  /** Targets that still have to boot, the next one first. */
  readonly pending: readonly MachineName[];
  /** The role's machines that have not booted anew, targets or not. */
  readonly old: readonly MachineName[];
  /** Of the role, and not touched now, each with its reason. */
  readonly left: Rollout["left"];
  /** Operations to the new image, or of a rolling reboot. */
  readonly operations: readonly Operation[];
  /** An operation still brings a machine of another image into the role. */
  readonly isAwaitingOld: boolean;
  /** In quarantine because of this roll-out. */
  readonly failed: readonly { readonly machine: MachineName; readonly why: string }[];
}

export const isLastStage = ({ chart }: Rollout): boolean =>
  rolloutContext(chart).stage === rolloutContext(chart).lastStage;

export function survey(rollout: Rollout, premises: RolloutPremises): Survey {
  const { state } = premises;
  const operations = new Map([...state.operations.values()].map((operation) => [operation.machine, operation]));
  const heldOut = holderOut(rollout, premises);
  const renewed: MachineName[] = [];
  const pending: MachineName[] = [];
  const left: { machine: MachineName; why: string }[] = [];
  const all = membersOf(rollout, premises);
  for (const { machine, record } of all) {
    const operation = operations.get(machine);
    const isNew = operation === undefined && hasBooted(rollout, machine, record);
    const why = isNew ? null : heldOut(machine, record);
    if (isNew) renewed.push(machine);
    else if (why === null) pending.push(machine);
    else left.push({ machine, why });
  }
  // Those that have booted come first: a canary that leaves the role for a while must not cost another machine its uptime.
  const targets = [...renewed, ...pending].slice(0, stageSize(rollout, renewed.length + pending.length));
  const done = new Set(renewed);
  return {
    renewed,
    targets,
    pending: targets.filter((machine) => !done.has(machine)),
    old: pending,
    left,
    operations: [...operations.values()].filter((operation) => isOf(rollout, operation)),
    isAwaitingOld: [...operations.values()].some((operation) => bringsOld(rollout, operation)),
    failed: failedOf(rollout, state),
  };
}

/** How many machines of the role the stage covers; at least one, for a stage of none would prove nothing. */
export function stageSize(rollout: Rollout, members: number, stage = rolloutContext(rollout.chart).stage): number {
  if (stage === 0) return rollout.canaries;
  const percent = rollout.wavesPercent[stage - 1] ?? 100;
  return Math.max(1, rollout.canaries, Math.ceil((percent * members) / 100));
}

/** The role's machines in the roll-out's order; from the last wave on those too that joined since it was ordered. */
function membersOf(rollout: Rollout, { site, state }: RolloutPremises) {
  const { role, order, left, aim } = rollout;
  const ordered = order.map(({ machine }) => machine);
  const known = new Set([...ordered, ...left.map(({ machine }) => machine)]);
  const joined = aim.kind === "image" ? [...site.machines.keys()].filter((name) => !known.has(name)) : [];
  const names = isLastStage(rollout) ? [...ordered, ...joined] : ordered;
  const going = new Map([...state.operations.values()].map((operation) => [operation.machine, operation]));
  return names.flatMap((machine) => {
    const record = state.machines.get(machine);
    if (record === undefined || !record.adopted || !site.machines.has(machine)) return [];
    const operation = going.get(machine);
    const isIn = record.placement === role && (operation === undefined || operation.to === role);
    return isIn ? [{ machine, record }] : [];
  });
}

/** No clock is asked: another boot id, or the new image itself, is the proof. */
function hasBooted({ aim, order }: Rollout, machine: MachineName, record: MachineRecord): boolean {
  if (record.quarantine !== null) return false;
  if (aim.kind === "image") return sameVersion(record.image, aim.image);
  const before = order.find((member) => member.machine === machine)?.bootId;
  return record.bootId !== null && record.bootId !== before;
}

/** Why a machine of the role is passed over, for as long as it is so. */
function holderOut({ role }: Rollout, { site, state, observation }: RolloutPremises) {
  const { pinned, pausedMachines, forcedMachines, maintained } = ordersInForce(state.overrides, observation.wallMs);
  return (machine: MachineName, { quarantine, unmanageable }: MachineRecord): string | null => {
    if (quarantine !== null) return `quarantined: ${quarantine.why}`;
    if (unmanageable !== null) return `unmanageable: ${unmanageable}`;
    const entry = site.machines.get(machine);
    if (entry?.status === "retiring") return "retiring";
    const own = entry?.image[role];
    if (own !== undefined) return `fleet.yaml gives it an image of its own, ${own}`;
    const pin = pinned.get(machine);
    if (pin !== undefined) return signed("pinned", pin);
    const maintenance = maintained.get(machine);
    if (maintenance !== undefined) return signed("maintenance", maintenance.override);
    const pause = pausedMachines.get(machine);
    if (pause !== undefined) return signed("paused", pause);
    const force = forcedMachines.get(machine);
    return force === undefined || force.value === role ? null : signed(`forced to ${force.value}`, force.override);
  };
}

const isOf = ({ role, aim }: Rollout, { from, to, toImage }: Operation): boolean =>
  to === role && (aim.kind === "image" ? sameVersion(toImage, aim.image) : from === role);

/** Only the last wave has to wait for them. */
const bringsOld = ({ role, aim, left }: Rollout, { machine, to, toImage }: Operation): boolean =>
  aim.kind === "image" &&
  to === role &&
  !sameVersion(toImage, aim.image) &&
  !left.some((one) => one.machine === machine);

function failedOf({ role, aim, order, left }: Rollout, { machines }: PoolState): Survey["failed"] {
  const untouched = new Set(left.map(({ machine }) => machine));
  const own = new Set(order.map(({ machine }) => machine));
  return [...machines].flatMap(([machine, { quarantine, placement }]) => {
    if (quarantine === null || untouched.has(machine)) return [];
    const { expected, why } = quarantine;
    const isIts =
      aim.kind === "image"
        ? expected?.placement === role && sameVersion(expected.image, aim.image)
        : own.has(machine) && placement === role;
    return isIts ? [{ machine, why }] : [];
  });
}

/** Machines that run the new image and are to go back to the previous one; of a rolling reboot none. */
export function returningFrom(rollout: Rollout, premises: RolloutPremises): readonly MachineName[] {
  const { aim, role, left } = rollout;
  if (aim.kind !== "image") return [];
  const untouched = new Set(left.map(({ machine }) => machine));
  const heldOut = holderOut(rollout, premises);
  return [...premises.state.machines]
    .filter(
      ([machine, record]) =>
        record.placement === role &&
        sameVersion(record.image, aim.image) &&
        !untouched.has(machine) &&
        premises.site.machines.has(machine) &&
        heldOut(machine, record) === null,
    )
    .map(([machine]) => machine);
}

/** Quarantined machines whose link would boot the new image again, should somebody switch them on. */
export function misledLinks({ aim, role }: Rollout, { site, state, observation }: RolloutPremises): MachineName[] {
  if (aim.kind !== "image") return [];
  return [...site.machines.keys()].filter((machine) => {
    const expected = state.machines.get(machine)?.quarantine?.expected;
    const link = observation.machines.get(machine)?.link;
    return expected?.placement === role && link?.kind === "image" && sameVersion(link.image, aim.image);
  });
}

/**
 * How the role's production channel must be pointed for the roll-out to end in this state; null: it need not be. At the end
 * production means what the role runs: machines that are re-tasked into it later boot that.
 */
export function channelToPoint(
  { aim, role }: Rollout,
  { site, observation }: RolloutPremises,
  state: "promoting" | "rollingBack",
): { readonly channel: ImageName; readonly image: ImageName } | null {
  const channel = site.policies.get(role)?.images.production;
  if (aim.kind !== "image" || channel === undefined) return null;
  const means = observation.channels.get(channel);
  if (state === "promoting") return means === aim.image ? null : { channel, image: aim.image };
  return means === aim.image ? { channel, image: aim.previous } : null;
}
