/** Which role's traffic systems matter for a machine now. */
import { isRole, type RoleName } from "../domain/names.ts";
import type { Operation } from "../domain/operation.ts";
import type { MachineRecord } from "../domain/pool-state.ts";
import { stateOf } from "./operation.statechart.ts";

const GOING = new Set(["poweringOn", "verifying", "warming"]);

/**
 * In operation: the old role until it is off, the new one from then on. In quarantine: the role that it should have come back
 * in. Otherwise the recorded one; null for a spare.
 */
export function trafficRole(record: MachineRecord | undefined, operation: Operation | undefined): RoleName | null {
  if (operation === undefined) {
    const placement = record?.quarantine?.expected?.placement ?? record?.placement ?? null;
    return placement !== null && isRole(placement) ? placement : null;
  }
  const placement = GOING.has(stateOf(operation.chart)) ? operation.to : operation.from;
  return isRole(placement) ? placement : null;
}
