/** Recorded demand, replayed a minute at a time through the very decide and plan that steer machines. */
import { assignMachines } from "../../core/decide/assignment.ts";
import { decide } from "../../core/decide/decide.ts";
import { newMode, stepMode } from "../../core/decide/mode.statechart.ts";
import { distccDemand } from "../../core/domain/censored-demand.ts";
import type { Decision } from "../../core/domain/decision.ts";
import type { ImageName, MachineName, Placement, RoleName } from "../../core/domain/names.ts";
import type { DemandFacts, DistccLoad, Observation } from "../../core/domain/observation.ts";
import type { Policy } from "../../core/domain/policy.ts";
import type { PoolState } from "../../core/domain/pool-state.ts";
import { known, unknown } from "../../core/domain/reading.ts";
import type { ScheduleFacts } from "../../core/domain/schedule.ts";
import type { Site } from "../../core/domain/site.ts";
import { beginPlan } from "../../core/operate/begin.ts";
import { judge } from "../../core/operate/judge.ts";
import { makePlan } from "../../core/plan/make-plan.ts";
import { simulatedChannels, simulatedImages } from "../simulated-images.ts";
import { type DemandHistory, MINUTE_MS } from "./demand-history.ts";
import { type Band, ReplayForecasts } from "./replay-forecasts.ts";
import { moveMinutes, ReplayPool } from "./replay-pool.ts";

export interface ReplayOptions {
  readonly site: Site;
  /** What would have been measured. */
  readonly seen: DemandHistory;
  readonly schedulesAt: (wallMs: number) => ScheduleFacts;
  /** From power-on to a machine that answers. */
  readonly bootMs: number;
  readonly begin: ReadonlyMap<RoleName, number>;
  /** Called now and then with the share that is done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

export interface ReplayMove {
  readonly atMs: number;
  readonly machine: MachineName;
  readonly from: Placement;
  readonly to: Placement;
}

export interface Replay {
  /** By role, for each minute: capacity that serves, in units of a usual machine. */
  readonly serving: ReadonlyMap<RoleName, Float64Array>;
  /** By role, for each minute: machines that it was to have. */
  readonly desired: ReadonlyMap<RoleName, Uint16Array>;
  /** Of roles that decide ahead: what was expected of each minute, a move's time before it. */
  readonly bands: ReadonlyMap<RoleName, Band>;
  readonly moves: readonly ReplayMove[];
}

const JOBS_PER_SLOT_MACHINE = 4;
const PROGRESS_MINUTES = 100;

export function replay(options: ReplayOptions): Replay {
  const { site, seen } = options;
  const images = simulatedImages(site);
  const fixed = {
    channels: simulatedChannels(site),
    images: new Map<ImageName, RoleName>([...images].map(([role, image]) => [image, role])),
  };
  const pool = new ReplayPool(site, images, options.bootMs, options.begin);
  const roles = [...site.policies.keys()];
  const serving = new Map(roles.map((role) => [role, new Float64Array(seen.minutes)]));
  const desired = new Map(roles.map((role) => [role, new Uint16Array(seen.minutes)]));
  const moves: ReplayMove[] = [];
  const forecasts = new ReplayForecasts(site, seen.minutes, moveMinutes(options.bootMs));
  let state = beginState(pool);
  let lazy: Decision["lazy"] = new Map();

  for (let minute = 0; minute < seen.minutes; minute++) {
    const nowMs = seen.startMs + minute * MINUTE_MS;
    state = pool.arrive(nowMs, state);
    const observation = observe(options, pool, fixed, minute);
    // Judged without its operations: how far these are the pool knows, no machine having to be asked.
    const { operations } = state;
    const judged = judge({ state: { ...state, operations: new Map() }, observation, site }).state;
    const before = { ...judged, operations };
    const assignment = assignMachines(site, before, observation);
    const expected = forecasts.learn(minute - 1, observation);
    const decision = decide({
      ...{ state: before, observation, site, assignment, forecasts: expected, lazy },
      explained: false,
    });
    lazy = decision.lazy;
    const decided = { ...before, roles: decision.charts };
    const plan = makePlan({ state: decided, observation, site, assignment, decision });
    state = beginPlan(decided, plan, observation, site);
    for (const { machine, from, to } of pool.depart(nowMs, state)) moves.push({ atMs: nowMs, machine, from, to });

    const units = pool.serving();
    for (const role of roles) {
      set(serving.get(role), minute, units.get(role) ?? 0);
      set(desired.get(role), minute, decision.roles.get(role)?.desired ?? 0);
    }
    if (minute % PROGRESS_MINUTES === 0) options.onProgress?.(minute / seen.minutes);
  }
  options.onProgress?.(1);
  return { serving, desired, bands: forecasts.bands, moves };
}

function set(values: Float64Array | Uint16Array | undefined, at: number, value: number): void {
  if (values !== undefined) values[at] = value;
}

function beginState(pool: ReplayPool): PoolState {
  const evidence = { configured: "auto", adopted: true, paused: null, tripped: null, stopped: null } as const;
  return {
    adopted: true,
    mode: stepMode(newMode(), evidence),
    roles: new Map(),
    machines: pool.records(),
    operations: new Map(),
    overrides: [],
    spent: [],
    failures: [],
    rollouts: [],
    recoveringMs: null,
    storage: new Map(),
  };
}

function observe(
  { site, seen, schedulesAt }: ReplayOptions,
  pool: ReplayPool,
  fixed: Pick<Observation, "channels" | "images">,
  minute: number,
): Observation {
  const wallMs = seen.startMs + minute * MINUTE_MS;
  // A decision knows the minute before, never the one that it is made for.
  const recordedOf = (role: RoleName): number | null => seen.demand.get(role)?.[minute - 1] ?? null;
  const units = pool.serving();
  const jobsOf = (role: RoleName): DistccLoad | null => {
    const policy = site.policies.get(role);
    const jobs = recordedOf(role);
    if (policy?.demand.kind !== "distcc" || jobs === null) return null;
    const slots = policy.demand.perMachine === "slots" ? JOBS_PER_SLOT_MACHINE : policy.demand.perMachine;
    return { inFlight: Math.min(slots, jobs / Math.max(1, units.get(role) ?? 0)), queue: 0, slots };
  };
  const demand = new Map<RoleName, DemandFacts>();
  for (const policy of site.policies.values()) {
    if (policy.demand.kind !== "rest") demand.set(policy.role, factsOf(policy, recordedOf(policy.role), jobsOf, units));
  }
  return {
    ...fixed,
    roots: new Map(),
    storage: new Map(),
    wallMs,
    deltaMs: MINUTE_MS,
    machines: pool.facts(wallMs, jobsOf),
    demand,
    health: new Map(),
    schedules: schedulesAt(wallMs),
    bootServer: { ok: true },
    effects: new Map(),
    operator: { configuredMode: "auto", stopped: null },
  };
}

/** A second signal was not recorded: where a policy names one, it is taken to agree. */
function factsOf(
  { role, demand }: Policy,
  value: number | null,
  jobsOf: (role: RoleName) => DistccLoad | null,
  units: ReadonlyMap<RoleName, number>,
): DemandFacts {
  const reading = value === null ? unknown("no sample was recorded") : known(value);
  if (demand.kind === "distcc") {
    const machines = Math.max(1, Math.round(units.get(role) ?? 0));
    return { demand: value === null ? reading : distccDemand(Array(machines).fill(jobsOf(role))), confirm: null };
  }
  return { demand: reading, confirm: demand.kind !== "rest" && demand.confirm !== undefined ? reading : null };
}
