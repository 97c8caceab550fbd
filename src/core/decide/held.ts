/** Why nothing new may start at all. Advising is no hold: it plans, and starts nothing. */
import type { Observation } from "../domain/observation.ts";
import type { PoolState } from "../domain/pool-state.ts";
import type { Site } from "../domain/site.ts";
import { describeDuration } from "../domain/units.ts";
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
  const blind = blindness(site, state, assignment);
  if (blind !== null) holds.push({ cause: "blind", why: blind });
  if (!observation.bootServer.ok) {
    holds.push({ cause: "bootServer", why: `operations wait for the boot server: ${observation.bootServer.why}` });
  }
  return holds;
}

/** S11: when most of the fleet looks sick at once, the likelier fault is retask's own sight. */
function blindness(site: Site, state: PoolState, assignment: Assignment): string | null {
  // Whoever works on a machine may well unplug it.
  const adopted = assignment.machines.filter(
    ({ machine: { name } }) => state.machines.get(name)?.adopted === true && !assignment.orders.maintained.has(name),
  );
  const unknown = adopted.filter(({ standing }) => standing.kind === "unknown").length;
  const percent = adopted.length === 0 ? 0 : (100 * unknown) / adopted.length;
  if (percent <= site.limits.unknownFreeze) return null;
  return `${Math.round(percent)} % of machines unknown: assuming that retask is blind`;
}
