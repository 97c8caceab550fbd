/** What one operation needs to know of this tick, reduced from the observation to the few answers its chart asks for. */
import { effectiveFloor } from "../decide/floor.ts";
import { ordersInForce } from "../decide/orders.ts";
import type { Machine } from "../domain/fleet.ts";
import { isRole, type RoleName, SPARE } from "../domain/names.ts";
import type {
  BeaconFact,
  BootServerFact,
  EffectFact,
  EffectKind,
  MachineFacts,
  Observation,
} from "../domain/observation.ts";
import type { Operation } from "../domain/operation.ts";
import type { PoolState } from "../domain/pool-state.ts";
import type { Site } from "../domain/site.ts";
import { describeLink, type Standing } from "../domain/standing.ts";
import { deadBoot, deadSource } from "../storage/dead-boots.ts";
import { type StorageView, storageView } from "../storage/storage-view.ts";
import { bootDeadlineMs } from "./boot-deadline.ts";

export interface OperationFacts {
  readonly effects: Readonly<Partial<Record<EffectKind, EffectFact>>>;
  readonly bootServer: BootServerFact;
  /** `off` is proven: two readings, and no beacon. Anything less is `unknown`, as is all else that isn't a plain on. */
  readonly power: "on" | "off" | "unknown";
  readonly powerWhy: string;
  readonly link: "target" | "from" | "other" | "unreadable";
  readonly linkWhy: string;
  readonly traffic: TrafficProgress;
  /** What the machine itself says, against the boot id that it had before. */
  readonly boot: BootProgress;
  /** The file server of what it ran is dead: it can't shut down by itself. */
  readonly hangs: boolean;
  /** Why what it is about to boot, or boots, can't come up; null: nothing is known against it. */
  readonly bootsFromDead: string | null;
  /** Why the operation should be called off while it still can be; null: go on. */
  readonly abort: string | null;
  readonly timing: OperationTiming;
}

export interface TrafficProgress {
  /** No system gives it new work. */
  readonly off: boolean;
  /** Off, and nothing that can be counted is still running. */
  readonly idle: boolean;
  /** For how long distcc has been idle; Infinity where the role has no distcc. */
  readonly quietMs: number;
  readonly on: boolean;
  readonly up: boolean;
  readonly why: string;
}

export interface BootProgress {
  readonly kind: "silent" | "old" | "right" | "wrong";
  readonly why: string;
}

export interface OperationTiming {
  readonly drainForMs: number;
  readonly onTimeout: "cancel" | "proceed";
  readonly quietForMs: number;
  readonly softOffMs: number;
  readonly offSettleMs: number;
  readonly bootDeadlineMs: number;
  readonly warmUpMs: number;
}

export interface Premises {
  readonly site: Site;
  readonly state: PoolState;
  readonly observation: Observation;
  readonly standings: ReadonlyMap<string, Standing>;
}

export function operationFacts(operation: Operation, premises: Premises): OperationFacts {
  const { site, observation } = premises;
  const machine = site.machines.get(operation.machine);
  const facts = observation.machines.get(operation.machine);
  const effects = observation.effects.get(operation.id) ?? [];
  const view = storageView(site, premises.state, observation);
  return {
    effects: Object.fromEntries(effects.map((fact) => [fact.effect, fact])),
    bootServer: observation.bootServer,
    ...powerProgress(facts, machine),
    ...linkProgress(operation, facts, machine),
    traffic: machine === undefined ? NO_TRAFFIC : trafficProgress(operation, site, facts),
    boot: bootProgress(operation, machine, facts),
    hangs: view.isDead(view.serverOf(operation.fromImage)),
    bootsFromDead: deadBoot(operation, view),
    abort: abortReason(operation, premises, view),
    timing: timingOf(operation, premises),
  };
}

function powerProgress(
  facts: MachineFacts | undefined,
  machine: Machine | undefined,
): Pick<OperationFacts, "power" | "powerWhy"> {
  const power = facts?.power;
  if (power === undefined) return { power: "unknown", powerWhy: "not observed" };
  if (power.kind === "unknown") return { power: "unknown", powerWhy: power.why };
  if (power.kind === "off" && power.readings < 2)
    return { power: "unknown", powerWhy: "off once, wants a second reading" };
  // A BMC that lies (S9): what answers by itself is not off. Another machine at its address proves nothing of this one.
  const beacon = facts?.beacon;
  const answers = power.kind === "off" && heardSince(beacon, power.ageMs) && beacon.report.mac === machine?.mac;
  if (answers) return { power: "unknown", powerWhy: "the BMC says off, but its beacon answers" };
  return { power: power.kind, powerWhy: `the BMC says ${power.kind}` };
}

/** Whether it was heard when the BMC was read, or after: a spare's reading may be minutes old, and somebody switched it on. */
export const heardSince = (beacon: BeaconFact | undefined, readMs: number): beacon is BeaconFact & { kind: "heard" } =>
  beacon?.kind === "heard" && beacon.ageMs <= readMs;

function linkProgress(
  operation: Operation,
  facts: MachineFacts | undefined,
  machine: Machine | undefined,
): Pick<OperationFacts, "link" | "linkWhy"> {
  if (machine === undefined) return { link: "from", linkWhy: "its entry is gone from fleet.yaml" };
  const link = facts?.link ?? { kind: "unreadable" as const, why: "not observed" };
  if (link.kind !== "image") {
    // A machine that had no link before has nothing to be given back.
    const from = link.kind === "missing" && operation.fromImage === null;
    const other = link.kind === "unreadable" ? "unreadable" : "other";
    return { link: from ? "from" : other, linkWhy: describeLink(link) };
  }
  const isUndoing = operation.chart.value === "undoing";
  if (isUndoing && operation.fromImage === null)
    return { link: "from", linkWhy: `${describeLink(link)}, and it had none before` };
  if (isUndoing && link.image === operation.fromImage) return { link: "from", linkWhy: describeLink(link) };
  if (link.image === operation.toImage) return { link: "target", linkWhy: describeLink(link) };
  return { link: link.image === operation.fromImage ? "from" : "other", linkWhy: describeLink(link) };
}

const NO_TRAFFIC: TrafficProgress = {
  off: true,
  idle: true,
  on: true,
  up: true,
  quietMs: Number.POSITIVE_INFINITY,
  why: "the role has no traffic system",
};

function trafficProgress(operation: Operation, site: Site, facts: MachineFacts | undefined): TrafficProgress {
  const traffic = facts?.traffic ?? { kind: "unknown" as const, why: "not observed" };
  const usesDistcc = isRole(operation.from) && site.policies.get(operation.from)?.traffic.distcc !== undefined;
  const quietMs = usesDistcc ? (facts?.quietMs ?? 0) : Number.POSITIVE_INFINITY;
  const base = { off: false, idle: false, on: false, up: false, quietMs };
  switch (traffic.kind) {
    case "none":
      return { ...NO_TRAFFIC, quietMs };
    case "on":
      return {
        ...base,
        on: true,
        up: traffic.up,
        why: traffic.up ? "gets traffic" : "traffic is on, but it is found down",
      };
    case "off": {
      const idle = traffic.busy === null || traffic.busy === 0;
      return { ...base, off: true, idle, why: idle ? "drained" : `${traffic.busy} still running` };
    }
    case "mixed":
    case "unknown":
      return { ...base, why: traffic.why };
  }
}

/** What the machine itself says, and until it says the right thing how far its boot seems to have come. */
function bootProgress(
  operation: Operation,
  machine: Machine | undefined,
  facts: MachineFacts | undefined,
): BootProgress {
  const said = beaconVerdict(operation, machine, facts?.beacon);
  const stage = facts?.bootStage ?? null;
  return said.kind === "right" || stage === null ? said : { ...said, why: `${said.why}; ${stage}` };
}

/** A beacon proves a boot only with a boot id that differs from the one before the power-off (S8). */
function beaconVerdict(
  operation: Operation,
  machine: Machine | undefined,
  beacon: BeaconFact | undefined,
): BootProgress {
  if (machine === undefined || beacon === undefined) return { kind: "silent", why: "not observed" };
  if (beacon.kind === "silent") return { kind: "silent", why: beacon.why };
  if (beacon.ageMs > 0) return { kind: "silent", why: "its beacon did not answer in this tick" };
  const { report } = beacon;
  const { fromBootId } = operation.chart.context as { fromBootId: string | null };
  if (report.bootId === fromBootId) return { kind: "old", why: "still the boot from before the power-off" };
  if (report.machine !== machine.name || report.mac !== machine.mac)
    return { kind: "wrong", why: `another machine answers: ${report.machine}, ${report.mac}` };
  if (operation.to !== SPARE && report.role !== operation.to)
    return { kind: "wrong", why: `came up in role ${report.role || "none"} instead of ${operation.to}` };
  if (report.image !== operation.toImage)
    return { kind: "wrong", why: `came up with image ${report.image || "none"} instead of ${operation.toImage}` };
  return { kind: "right", why: `came up as ${operation.to} with ${report.image}` };
}

/** The premises of the plan, asked anew in every tick, so that no stale plan acts (S6). */
function abortReason(operation: Operation, premises: Premises, view: StorageView): string | null {
  const { site, state, observation } = premises;
  if (observation.operator.stopped !== null) return `retask is stopped: ${observation.operator.stopped}`;
  if (!site.machines.has(operation.machine)) return "its entry is gone from fleet.yaml";
  if (isRole(operation.to) && !site.policies.has(operation.to)) return `role ${operation.to} is gone from the policies`;
  const dead = deadBoot(operation, view) ?? (operation.manner === "hard" ? null : deadSource(operation, view));
  if (dead !== null) return dead;
  // One that is cut off hard serves nobody any more: no floor rests on it.
  if (!isRole(operation.from) || operation.manner === "hard") return null;
  const forced = state.overrides.some(
    ({ act, overrideFloor }) => overrideFloor && act.kind === "forceMachine" && act.machine === operation.machine,
  );
  return forced ? null : floorBreach(operation.from, premises);
}

/** Why the role's floor would not hold without the machines in operation; they never count (S1). */
export function floorBreach(role: RoleName, { site, state, observation, standings }: Premises): string | null {
  const policy = site.policies.get(role);
  if (policy === undefined) return null;
  const { forcedRoles } = ordersInForce(state.overrides, observation.wallMs);
  const { floor } = effectiveFloor(policy, observation.schedules, site.machines.size, forcedRoles.get(role));
  let healthy = 0;
  for (const standing of standings.values()) if (standing.forFloor && standing.placement === role) healthy += 1;
  return healthy >= floor ? null : `only ${healthy} healthy ${role} machines would be left, the floor is ${floor}`;
}

function timingOf(operation: Operation, { site, state }: Premises): OperationTiming {
  const from = isRole(operation.from) ? site.policies.get(operation.from) : undefined;
  const to = isRole(operation.to) ? site.policies.get(operation.to) : undefined;
  const drains = [from?.traffic.haproxy, from?.traffic.distcc].filter((system) => system !== undefined);
  return {
    drainForMs: Math.max(from?.traffic.hook?.deadline ?? 60_000, ...drains.map((drain) => drain.drainFor)),
    // One system that says "cancel" is enough: it has the more to lose.
    onTimeout: drains.every((drain) => drain.onTimeout === "proceed") ? "proceed" : "cancel",
    quietForMs: from?.traffic.distcc?.quietFor ?? 0,
    softOffMs: site.timing.softOffMs,
    offSettleMs: site.timing.offSettleMs,
    bootDeadlineMs: bootDeadlineMs(state.machines.get(operation.machine)?.bootMs ?? [], site.timing.bootDeadlineMs),
    warmUpMs: to?.warmUp ?? 0,
  };
}
