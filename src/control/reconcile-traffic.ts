/** Traffic of machines that are in no operation: proxies forget what they were told when they reload, so each tick tells. */
import type { Logger } from "pino";
import { isAdvising } from "../core/decide/mode.statechart.ts";
import type { Machine } from "../core/domain/fleet.ts";
import { isRole, type RoleName } from "../core/domain/names.ts";
import type { Operation } from "../core/domain/operation.ts";
import type { Policy } from "../core/domain/policy.ts";
import type { PoolState } from "../core/domain/pool-state.ts";
import type { Premises } from "../core/operate/operation-facts.ts";
import type { World } from "../world/ports.ts";

const DEADLINE_MS = 10_000;

interface Telling {
  readonly machine: Machine;
  readonly policy: Policy;
  readonly to: "on" | "off";
}

/** Starts what differs and waits for none of it: a hook may take its half minute. One telling a machine and role at a time. */
export class TrafficReconciler {
  private readonly world: World;
  private readonly logger: Logger;
  private readonly under = new Set<string>();

  constructor(world: World, logger: Logger) {
    this.world = world;
    this.logger = logger;
  }

  start(tick: Omit<Premises, "standings">): void {
    const { site, state, observation } = tick;
    if (isAdvising(state.mode) || observation.operator.stopped !== null) return;
    const operations = new Map([...state.operations.values()].map((operation) => [operation.machine, operation]));
    for (const machine of site.machines.values()) {
      for (const { role, to } of wantedTraffic(machine, operations.get(machine.name), tick)) {
        const policy = site.policies.get(role);
        const key = `${machine.name} ${role}`;
        if (policy === undefined || this.under.has(key)) continue;
        this.under.add(key);
        const told = this.tell({ machine, policy, to }).catch((error: unknown) => {
          this.logger.error({ machine: machine.name, role, to, err: String(error) }, "traffic: a bug, told again");
        });
        void told.finally(() => this.under.delete(key));
      }
    }
  }

  private async tell({ machine, policy, to }: Telling): Promise<void> {
    const { role, traffic } = policy;
    const signal = this.world.clock.deadline(Math.max(DEADLINE_MS, traffic.hook?.deadline ?? 0));
    const done = await this.world.traffic[to](role, traffic, machine, signal);
    const fields = { machine: machine.name, role, to };
    if (done.ok) this.logger.info(fields, "traffic reconciled");
    else this.logger.warn({ ...fields, code: done.code, why: done.why }, "traffic can't be reconciled");
  }
}

/** Only what differs. A machine that an operator pinned or paused is left exactly as it is. */
function wantedTraffic(
  machine: Machine,
  operation: Operation | undefined,
  { site, state, observation }: Omit<Premises, "standings">,
): { role: RoleName; to: "on" | "off" }[] {
  const record = state.machines.get(machine.name);
  const facts = observation.machines.get(machine.name);
  if (record?.adopted !== true || facts === undefined || isUntouchable(machine, state)) return [];
  const stray = facts.strayTraffic
    .filter((role) => role !== operation?.from && role !== operation?.to)
    .map((role) => ({ role, to: "off" as const }));
  if (operation !== undefined) return stray;

  const role = record.placement;
  if (record.quarantine !== null || role === null || !isRole(role)) return stray;
  const runsIt = facts.beacon.kind === "heard" && facts.beacon.ageMs === 0 && facts.beacon.report.role === role;
  const { kind } = facts.traffic;
  // A hook that was told nothing since the start is unknown until it is told; a proxy that is silent stays unknown.
  const untold = kind === "unknown" && site.policies.get(role)?.traffic.hook !== undefined;
  return runsIt && (kind === "off" || kind === "mixed" || untold) ? [...stray, { role, to: "on" }] : stray;
}

const isUntouchable = (machine: Machine, { overrides }: PoolState): boolean =>
  overrides.some(
    ({ act }) =>
      (act.kind === "pin" && act.machine === machine.name) ||
      (act.kind === "pause" && act.scope.kind === "machine" && act.scope.machine === machine.name),
  );
