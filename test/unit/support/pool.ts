/** A small pool for tests, written as one would tell it: machines in places, policies, demand; all else is healthy. */

import { type Assignment, assignMachines } from "../../../src/core/decide/assignment.ts";
import { newMode, stepMode } from "../../../src/core/decide/mode.statechart.ts";
import type { Machine } from "../../../src/core/domain/fleet.ts";
import { limitsSchema } from "../../../src/core/domain/limits.ts";
import {
  type ImageName,
  imageName,
  machineName,
  type OperationId,
  type Placement,
  type PlanId,
  type RoleName,
  roleName,
  SPARE,
} from "../../../src/core/domain/names.ts";
import type { DemandFacts, LinkFact, MachineFacts, Observation } from "../../../src/core/domain/observation.ts";
import type { Operation } from "../../../src/core/domain/operation.ts";
import type { Override } from "../../../src/core/domain/override.ts";
import { type Policy, policySchema } from "../../../src/core/domain/policy.ts";
import { type MachineRecord, newMachineRecord, type PoolState } from "../../../src/core/domain/pool-state.ts";
import { known, type Reading } from "../../../src/core/domain/reading.ts";
import type { ScheduleFact } from "../../../src/core/domain/schedule.ts";
import type { Site } from "../../../src/core/domain/site.ts";
import { newOperationChart } from "../../../src/core/operate/operation.statechart.ts";
import { buildFleet, type FleetSpec } from "./pool-fleet.ts";
import {
  buildFiles,
  buildServers,
  buildStorage,
  type MachineFiles,
  runsImage,
  type StorageSpec,
} from "./pool-storage.ts";

export const NOW_MS = 1_800_000_000_000;
export const TICK_MS = 10_000;
export const DAY_S = 86_400;

export interface MachineSpec extends FleetSpec, MachineFiles {
  /** A role, or `spare`. */
  readonly in: string;
  /** It is on its way there, in this state of its operation. */
  readonly to?: string;
  readonly at?: string;
  readonly startedMs?: number;
  /** A spare that is switched off. */
  readonly off?: boolean;
  readonly uptimeS?: number;
  readonly beaconAgeMs?: number;
  readonly silent?: boolean;
  readonly jobs?: number;
  readonly slots?: number;
  readonly adopted?: boolean;
  readonly quarantine?: string;
  readonly unmanageable?: string;
  readonly link?: LinkFact;
}

export interface PoolSpec extends StorageSpec {
  readonly machines: Readonly<Record<string, MachineSpec>>;
  /** As in a policy file, without `role` and `images`. */
  readonly policies: Readonly<Record<string, object>>;
  readonly limits?: object;
  readonly demand?: Readonly<Record<string, number | Reading | DemandFacts>>;
  readonly overrides?: readonly Override[];
  readonly spent?: PoolState["spent"];
  readonly failures?: PoolState["failures"];
  readonly rollouts?: PoolState["rollouts"];
  readonly recoveringMs?: number;
  readonly tripped?: string;
  readonly paused?: string;
  readonly deltaMs?: number;
  readonly windows?: readonly ScheduleFact[];
  readonly freezes?: readonly ScheduleFact[];
  readonly raisedFloors?: Readonly<Record<string, readonly ScheduleFact[]>>;
  readonly bootServer?: Observation["bootServer"];
  /** Images that are missing. */
  readonly missing?: readonly string[];
}

export interface Pool {
  readonly site: Site;
  readonly state: PoolState;
  readonly observation: Observation;
  readonly assignment: Assignment;
}

export const place = (name: string): Placement => (name === SPARE ? SPARE : roleName(name));
export const imageOf = (role: string): ImageName => imageName(`${role}.1`);

/** `site`: the one of an earlier tick over the same machines and policies; parsing it anew would be most of the work. */
export function buildPool(spec: PoolSpec, site: Site = buildSite(spec)): Pool {
  const entries = Object.entries(spec.machines);
  const operations = entries.flatMap(([name, machine]) =>
    machine.to === undefined ? [] : [buildOperation(name, machine, machine.to)],
  );
  const state: PoolState = {
    adopted: true,
    mode: stepMode(newMode(), {
      configured: "auto",
      adopted: true,
      paused: spec.paused ?? null,
      tripped: spec.tripped ?? null,
      stopped: null,
    }),
    roles: new Map(),
    machines: new Map(entries.map(([name, machine]) => [machineName(name), buildRecord(machine)])),
    operations: new Map(operations.map((operation) => [operation.id, operation])),
    overrides: spec.overrides ?? [],
    spent: spec.spent ?? [],
    failures: spec.failures ?? [],
    rollouts: spec.rollouts ?? [],
    recoveringMs: spec.recoveringMs ?? null,
    storage: buildStorage(spec, site),
  };
  const observation = buildObservation(spec, site);
  return { site, state, observation, assignment: assignMachines(site, state, observation) };
}

function buildSite(spec: PoolSpec): Site {
  const policies = new Map<RoleName, Policy>();
  for (const [role, policy] of Object.entries(spec.policies)) {
    const images = { production: `${role}.production` };
    policies.set(roleName(role), policySchema.parse({ role, images, machines: { floor: 0 }, ...policy }));
  }
  return {
    digest: "test",
    machines: new Map(buildFleet(spec.machines, [...policies.keys()]).map((machine) => [machine.name, machine])),
    retired: new Map(),
    policies,
    limits: limitsSchema.parse({ atOnce: "100%", perHour: "100%", perDomain: {}, ...spec.limits }),
    storage: buildServers(spec),
    timing: {
      beaconMaxAgeMs: 60_000,
      softOffMs: 180_000,
      tickMs: TICK_MS,
      offSettleMs: 17_000,
      bootDeadlineMs: 900_000,
    },
  };
}

function buildRecord(machine: MachineSpec): MachineRecord {
  const quarantine = machine.quarantine;
  return {
    ...newMachineRecord(),
    adopted: machine.adopted ?? true,
    placement: place(machine.in),
    image: runsImage(machine),
    unmanageable: machine.unmanageable ?? null,
    quarantine: quarantine === undefined ? null : { why: quarantine, sinceMs: NOW_MS, operation: null, expected: null },
  };
}

function buildOperation(name: string, machine: MachineSpec, to: string): Operation {
  const chart = newOperationChart({
    fromBootId: null,
    startsOff: machine.off ?? false,
    endsOff: to === SPARE,
    manner: "usual",
  });
  const at = machine.at ?? "draining";
  const offSent = ["poweringOn", "verifying", "warming"].includes(at);
  return {
    id: `${name}-op` as OperationId,
    machine: machineName(name),
    from: place(machine.in),
    to: place(to),
    fromImage: runsImage(machine),
    toImage: to === SPARE ? null : imageName(machine.bootsFrom ?? imageOf(to)),
    manner: "usual",
    reason: "test",
    plan: "plan" as PlanId,
    startedMs: machine.startedMs ?? NOW_MS,
    chart: { ...chart, value: at, context: { ...(chart.context as object), offSent } },
  };
}

function buildObservation(spec: PoolSpec, site: Site): Observation {
  const roles = [...site.policies.keys()];
  const missing = new Set(spec.missing ?? []);
  const images = roles.filter((role) => !missing.has(`${role}.production`));
  const schedules = {
    windows: spec.windows ?? [],
    freezes: spec.freezes ?? [],
    raisedFloors: new Map(Object.entries(spec.raisedFloors ?? {})),
  };
  return {
    wallMs: NOW_MS,
    deltaMs: spec.deltaMs ?? TICK_MS,
    machines: new Map(
      [...site.machines.values()].map((machine) => [machine.name, buildFacts(machine, spec.machines[machine.name])]),
    ),
    demand: new Map(Object.entries(spec.demand ?? {}).map(([role, given]) => [roleName(role), buildDemand(given)])),
    health: new Map(),
    schedules,
    bootServer: spec.bootServer ?? { ok: true },
    channels: new Map(images.map((role) => [imageName(`${role}.production`), imageOf(role)])),
    ...buildFiles(spec, site, images),
    effects: new Map(),
    operator: { configuredMode: "auto", stopped: null },
  };
}

function buildDemand(given: number | Reading | DemandFacts): DemandFacts {
  if (typeof given === "number") return { demand: known(given), confirm: null };
  return "kind" in given ? { demand: given, confirm: null } : given;
}

function buildFacts(machine: Machine, spec: MachineSpec = { in: SPARE }): MachineFacts {
  const isSilent = spec.silent === true || spec.off === true;
  const role = spec.in === SPARE ? "" : spec.in;
  const report = {
    machine: machine.name,
    mac: machine.mac,
    role,
    image: runsImage(spec) ?? "",
    bootId: `boot-${machine.name}`,
    uptimeS: spec.uptimeS ?? DAY_S,
    distcc: null,
  };
  const slots = spec.slots ?? 4;
  const runs = runsImage(spec);
  return {
    beacon: isSilent ? { kind: "silent", why: "no answer" } : { kind: "heard", report, ageMs: spec.beaconAgeMs ?? 0 },
    power: { kind: spec.off === true ? "off" : "on", ageMs: 0, readings: 2 },
    link: spec.link ?? (runs === null ? { kind: "missing" } : { kind: "image", image: runs }),
    traffic: { kind: "none" },
    strayTraffic: [],
    bootStage: null,
    distcc: spec.jobs === undefined && spec.slots === undefined ? null : { inFlight: spec.jobs ?? 0, queue: 0, slots },
    quietMs: 0,
  };
}
