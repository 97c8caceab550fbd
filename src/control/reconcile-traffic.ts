/** Traffic of machines that are in no operation: proxies forget what they were told when they reload, so each tick tells. */
import { isAdvising } from "../core/decide/mode.statechart.ts";
import type { Machine } from "../core/domain/fleet.ts";
import { isRole, type RoleName } from "../core/domain/names.ts";
import type { PoolState } from "../core/domain/pool-state.ts";
import type { Premises } from "../core/operate/operation-facts.ts";
import type { Controller } from "./controller.ts";

const DEADLINE_MS = 5_000;

export async function reconcileTraffic(controller: Controller, premises: Premises): Promise<void> {
  const { site, state, observation } = premises;
  if (isAdvising(state.mode) || observation.operator.stopped !== null) return;
  const signal = controller.world.clock.deadline(DEADLINE_MS);
  for (const machine of site.machines.values()) {
    for (const { role, to } of wantedTraffic(machine, premises)) {
      const policy = site.policies.get(role);
      if (policy === undefined) continue;
      const done = await controller.world.traffic[to](role, policy.traffic, machine, signal);
      const fields = { machine: machine.name, role, to };
      if (done.ok) controller.logger.info(fields, "traffic reconciled");
      else controller.logger.warn({ ...fields, code: done.code, why: done.why }, "traffic can't be reconciled");
    }
  }
}

/** Only what differs. A machine that an operator pinned or paused is left exactly as it is. */
function wantedTraffic(machine: Machine, { state, observation }: Premises): { role: RoleName; to: "on" | "off" }[] {
  const record = state.machines.get(machine.name);
  const facts = observation.machines.get(machine.name);
  if (record?.adopted !== true || facts === undefined || isUntouchable(machine, state)) return [];
  const operation = [...state.operations.values()].find((one) => one.machine === machine.name);
  const stray = facts.strayTraffic
    .filter((role) => role !== operation?.from && role !== operation?.to)
    .map((role) => ({ role, to: "off" as const }));
  if (operation !== undefined) return stray;

  const role = record.placement;
  const serves = record.quarantine === null && role !== null && isRole(role);
  const runsIt = facts.beacon.kind === "heard" && facts.beacon.ageMs === 0 && facts.beacon.report.role === role;
  const lost = facts.traffic.kind === "off" || facts.traffic.kind === "mixed";
  return serves && runsIt && lost ? [...stray, { role, to: "on" }] : stray;
}

const isUntouchable = (machine: Machine, { overrides }: PoolState): boolean =>
  overrides.some(
    ({ act }) =>
      (act.kind === "pin" && act.machine === machine.name) ||
      (act.kind === "pause" && act.scope.kind === "machine" && act.scope.machine === machine.name),
  );
