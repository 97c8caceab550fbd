/** The real traffic of a role: every system that its policy names, read and set as one. */
import type { Logger } from "pino";
import type { Machine } from "../../core/domain/fleet.ts";
import type { RoleName } from "../../core/domain/names.ts";
import type { TrafficPolicy } from "../../core/domain/policy.ts";
import type { Changed, Clock, Traffic } from "../ports.ts";
import { combineFacts } from "./combine-facts.ts";
import { distccTraffic, newHostsFiles } from "./distcc-traffic.ts";
import { haproxyTraffic } from "./haproxy-traffic.ts";
import { hookTraffic, newHookMemory } from "./hook-traffic.ts";
import { failed, type TrafficState, type TrafficSystem } from "./traffic-system.ts";

export interface PolicyTrafficOptions {
  /** `unix:/path/to.sock` or `tcp:host:port`; traffic is set on all of them, and all must agree. */
  readonly haproxySockets: readonly string[];
  /** Nothing is written, spawned or sent but questions (S13). */
  readonly dryRun: boolean;
  readonly logger: Logger;
  readonly clock: Clock;
}

/**
 * Traffic by HAProxy, distcc's hosts file and hooks. Setting acts on all of a role's systems even when one fails, and then
 * gives the first failure, so that repeating it completes what is missing. Failures are RTK_HAPROXY_*,
 * RTK_DISTCC_HOSTS_*, RTK_HOOK_* or RTK_DRY_RUN.
 */
export function policyTraffic(options: PolicyTrafficOptions): Traffic {
  const { haproxySockets, logger } = options;
  const files = newHostsFiles();
  const memory = newHookMemory();
  const systemsOf = (role: RoleName, policy: TrafficPolicy): TrafficSystem[] => [
    ...(policy.haproxy ? [haproxyTraffic(haproxySockets, policy.haproxy.backend)] : []),
    ...(policy.distcc ? [distccTraffic(policy.distcc, files, logger)] : []),
    ...(policy.hook ? [hookTraffic(role, policy.hook, memory)] : []),
  ];
  const set = (state: TrafficState) => (role: RoleName, policy: TrafficPolicy, machine: Machine, signal: AbortSignal) =>
    setAll(systemsOf(role, policy), { role, machine, state, signal }, options);

  return {
    read: async (role, policy, machines, signal) => {
      if (machines.length === 0) return new Map();
      const systems = systemsOf(role, policy);
      const views = await Promise.all(
        systems.map(async (system) => ({ name: system.name, facts: await system.read(machines, signal) })),
      );
      return new Map(
        machines.map((machine) => [
          machine.name,
          combineFacts(views.map(({ name, facts }) => ({ who: name, fact: facts.get(machine.name) ?? null }))),
        ]),
      );
    },
    off: set("off"),
    on: set("on"),
  };
}

interface Order {
  readonly role: RoleName;
  readonly machine: Machine;
  readonly state: TrafficState;
  readonly signal: AbortSignal;
}

async function setAll(
  systems: readonly TrafficSystem[],
  order: Order,
  options: PolicyTrafficOptions,
): Promise<Changed> {
  const { machine, state, signal, role } = order;
  const { dryRun, logger, clock } = options;
  if (dryRun) return failed("RTK_DRY_RUN", `dry run: the traffic of ${machine.name} in ${role} was not set ${state}`);

  const startedMs = clock.monotonicMs();
  const outcomes = await Promise.all(
    systems.map(async (system) => ({ name: system.name, outcome: await system.set(machine, state, signal) })),
  );
  const tookMs = Math.round(clock.monotonicMs() - startedMs);
  logger.debug({ machine: machine.name, role, state, outcomes, tookMs }, "traffic set");
  const [failure, ...others] = outcomes.filter(({ outcome }) => !outcome.ok);
  // The first goes to the caller, who logs it; the others would be lost.
  for (const { name, outcome } of others)
    logger.warn({ machine: machine.name, role, system: name, outcome }, `traffic not set ${state} here either`);
  return failure?.outcome ?? { ok: true, changed: outcomes.some(({ outcome }) => outcome.ok && outcome.changed) };
}
