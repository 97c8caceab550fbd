/** Why nothing new may start at all. Advising is no hold: it plans, and starts nothing. */
import type { Observation } from "../domain/observation.ts";
import type { PoolState } from "../domain/pool-state.ts";
import type { Site } from "../domain/site.ts";
import { describeDuration } from "../domain/units.ts";
import { hangs } from "../storage/machines.ts";
import { storageView } from "../storage/storage-view.ts";
import type { Assignment } from "./assignment.ts";
import { type Hold, modeHolds } from "./mode.statechart.ts";

/** Empty when operations may start. */
export function poolHolds(site: Site, state: PoolState, observation: Observation, assignment: Assignment): Hold[] {
  const holds = modeHolds(state.mode);
  if (state.recoveringMs !== null) {
    const most = describeDuration(state.recoveringMs);
    const why = `recovering from a lost store: waiting until every machine was seen, ${most} at most`;
    holds.push({ cause: "recovering", why });
  }
  const blind = blindness(site, state, observation, assignment);
  if (blind !== null) holds.push({ cause: "blind", why: blind });
  if (!observation.bootServer.ok) {
    holds.push({ cause: "bootServer", why: `operations wait for the boot server: ${observation.bootServer.why}` });
  }
  return holds;
}

/**
 * S11: when most of the fleet looks sick at once, the likelier fault is retask's own sight. Machines whose file server is
 * proven dead by others are no part of it: their silence is explained, and of the rest as many must be seen as ever.
 */
function blindness(site: Site, state: PoolState, observation: Observation, assignment: Assignment): string | null {
  const view = storageView(site, state, observation);
  // Whoever works on a machine may well unplug it.
  const adopted = assignment.machines.filter((assigned) => {
    const record = state.machines.get(assigned.machine.name);
    const isWorkedOn = assignment.orders.maintained.has(assigned.machine.name);
    return record?.adopted === true && !isWorkedOn && !hangs(assigned, record, site, view);
  });
  const unknown = adopted.filter(({ standing }) => standing.kind === "unknown").length;
  const percent = adopted.length === 0 ? 0 : (100 * unknown) / adopted.length;
  if (percent <= site.limits.unknownFreeze) return null;
  return `${Math.round(percent)} % of machines unknown: assuming that retask is blind`;
}
