/** Drift: where what is observed differs from what is recorded, one line for each machine, with what mends it. */
import type { MachineName } from "../core/domain/names.ts";
import type { Observation } from "../core/domain/observation.ts";
import type { PoolState } from "../core/domain/pool-state.ts";
import type { Site } from "../core/domain/site.ts";
import { describeLink } from "../core/domain/standing.ts";

export interface Drift {
  readonly machine: MachineName;
  readonly what: string;
}

/** Machines in operation or quarantine are expected to differ, and say so themselves. */
export function driftOf(site: Site, state: PoolState, observation: Observation): Drift[] {
  const busy = new Set([...state.operations.values()].map(({ machine }) => machine));
  const drifts: Drift[] = [];
  for (const { name: machine } of site.machines.values()) {
    const record = state.machines.get(machine);
    const facts = observation.machines.get(machine);
    if (record?.adopted !== true || record.quarantine !== null || busy.has(machine) || facts === undefined) continue;
    const { link, beacon } = facts;
    if (link.kind !== "image" && record.image !== null) drifts.push({ machine, what: describeLink(link) });
    if (link.kind === "image" && record.image !== null && link.image !== record.image) {
      drifts.push({ machine, what: `would boot ${link.image}, but ${record.image} is recorded` });
    }
    if (beacon.kind === "heard" && record.placement !== null && record.placement !== "spare") {
      const { role, image } = beacon.report;
      if (role !== record.placement)
        drifts.push({ machine, what: `runs ${role}, but ${record.placement} is recorded` });
      else if (image !== record.image) drifts.push({ machine, what: `runs ${image}, but ${record.image} is recorded` });
    }
  }
  return drifts;
}
