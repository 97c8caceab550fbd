/** Simulated proxies and hosts files: a machine gets work, or gets none and finishes what it has. */
import type { Machine } from "../core/domain/fleet.ts";
import type { MachineName, RoleName } from "../core/domain/names.ts";
import type { TrafficFact } from "../core/domain/observation.ts";
import type { TrafficPolicy } from "../core/domain/policy.ts";
import type { Changed, Traffic } from "../world/ports.ts";
import type { Random } from "./random.ts";
import type { SimulatedMachine } from "./simulated-machine.ts";
import type { VirtualClock } from "./virtual-clock.ts";

interface Given {
  readonly on: boolean;
  /** When the last session or job that ran at the drain ends, monotonic ms. */
  readonly idleFromMs: number;
}

const SESSIONS_END_MS = [20_000, 240_000] as const;
const JOBS_END_MS = [1_000, 20_000] as const;

export class SimulatedTraffic implements Traffic {
  private readonly machines: ReadonlyMap<MachineName, SimulatedMachine>;
  private readonly clock: VirtualClock;
  private readonly random: Random;
  private readonly given = new Map<RoleName, Map<MachineName, Given>>();

  constructor(machines: ReadonlyMap<MachineName, SimulatedMachine>, clock: VirtualClock, random: Random) {
    this.machines = machines;
    this.clock = clock;
    this.random = random;
  }

  /** Whether new work would go to this machine in this role. */
  isOn(role: RoleName, machine: MachineName): boolean {
    return this.given.get(role)?.get(machine)?.on ?? false;
  }

  isIdle(role: RoleName, machine: MachineName): boolean {
    const given = this.given.get(role)?.get(machine);
    return given === undefined || (!given.on && this.clock.monotonicMs() >= given.idleFromMs);
  }

  isServing(role: RoleName, machine: MachineName): boolean {
    return this.isOn(role, machine) && this.machines.get(machine)?.role === role;
  }

  async read(role: RoleName, policy: TrafficPolicy, machines: readonly Machine[]) {
    const facts = new Map<MachineName, TrafficFact>();
    for (const { name } of machines) facts.set(name, this.fact(role, policy, name));
    return facts;
  }

  async off(role: RoleName, policy: TrafficPolicy, machine: Machine): Promise<Changed> {
    const changed = this.isOn(role, machine.name);
    const [soonest, latest] = policy.distcc === undefined ? SESSIONS_END_MS : JOBS_END_MS;
    const idleFromMs = this.clock.monotonicMs() + (changed ? this.random.between(soonest, latest) : 0);
    if (changed) this.give(role, machine.name, { on: false, idleFromMs });
    return { ok: true, changed };
  }

  async on(role: RoleName, _: TrafficPolicy, machine: Machine): Promise<Changed> {
    const changed = !this.isOn(role, machine.name);
    this.give(role, machine.name, { on: true, idleFromMs: Number.POSITIVE_INFINITY });
    return { ok: true, changed };
  }

  private give(role: RoleName, machine: MachineName, given: Given): void {
    const ofRole = this.given.get(role) ?? new Map<MachineName, Given>();
    this.given.set(role, ofRole.set(machine, given));
  }

  private fact(role: RoleName, policy: TrafficPolicy, name: MachineName): TrafficFact {
    if (this.isOn(role, name)) return { kind: "on", up: policy.haproxy === undefined || this.isServing(role, name) };
    if (policy.haproxy === undefined) return { kind: "off", busy: null };
    const sessions = this.isIdle(role, name) ? 0 : 1;
    return { kind: "off", busy: this.machines.get(name)?.phase === "up" ? sessions : 0 };
  }
}
