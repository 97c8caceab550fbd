/** Renewals: machines that reboot within their role, or as the spares that they are, as far as the limits and the role's own need let them. */
import type { AssignedMachine } from "../decide/assignment.ts";
import { roleContext } from "../decide/role.statechart.ts";
import { isRole, type Placement, type RoleName } from "../domain/names.ts";
import type { Renewal } from "../domain/renewal.ts";
import { type Ask, now, type Refusal } from "./ask.ts";
import { type Draft, deficitAt, tryMove } from "./draft.ts";

/** What waits, and why, by what asks for it: a roll-out over a hundred machines is one line. */
type Waiting = Map<
  string,
  { readonly renewal: Renewal; readonly place: Placement | null; count: number; readonly refusal: Refusal }
>;

/** In the order given. What a move of this plan, or an operation, has taken already is passed over: its new boot will do. */
export function planRenewals(draft: Draft, renewals: readonly Renewal[]): void {
  if (renewals.length === 0) return;
  const byName = new Map(draft.assignment.machines.map((assigned) => [assigned.machine.name, assigned]));
  const waiting: Waiting = new Map();
  for (const renewal of renewals) {
    const assigned = byName.get(renewal.machine);
    if (assigned === undefined || assigned.standing.kind === "switching" || draft.moved.has(renewal.machine)) continue;
    const place = placeOf(draft, assigned);
    const refusal = place === null ? unplaced(assigned) : renew(draft, assigned, place, renewal);
    if (refusal !== null) wait(waiting, renewal, place, refusal);
  }
  for (const { renewal, place, count, refusal } of waiting.values()) {
    const what = `reboot ${count} ${count === 1 ? "machine" : "machines"}: ${renewal.cause}`;
    draft.notDone.push({ subject: place ?? renewal.machine, what, ...refusal });
  }
}

/** Where it serves; where it is silent, what is recorded of it: a machine on a dead file server says nothing any more. */
const placeOf = ({ input: { state } }: Draft, { standing, machine }: AssignedMachine): Placement | null =>
  standing.placement ?? state.machines.get(machine.name)?.placement ?? null;

const unplaced = ({ standing }: AssignedMachine): Refusal => ({ why: standing.why, notBeforeMs: null });

function renew(draft: Draft, assigned: AssignedMachine, place: Placement, renewal: Renewal): Refusal | null {
  const { manner, image, orderedMs, cause, waits } = renewal;
  if (waits !== undefined) return now(waits);
  const isUrgent = manner === "hard" || renewal.isUrgent === true;
  const ask = { assigned, from: place, to: place, manner, image, orderedMs, ignoresDwell: true, overridesFloor: false };
  if (manner === "hard") return cutOff(draft, ask, place, cause);
  const needed =
    isUrgent || !isRole(place)
      ? null
      : (blindRefusal(draft, place) ?? shortRefusal(draft, place) ?? loadRefusal(draft, place));
  return draft.ledger.poolRefusal(isUrgent) ?? needed ?? tryMove(draft, ask, cause);
}

/** What hangs needs no limits, only a survivor that can take it. */
function cutOff(draft: Draft, ask: Ask, place: Placement, cause: string): Refusal | null {
  const refusal = draft.ledger.failOverRefusal(ask.orderedMs !== null) ?? tryMove(draft, ask, cause);
  // Silent, it counted nowhere; from now on it is on its way here, and nobody else need come in its place.
  if (refusal === null && ask.assigned.home === null) draft.assigned.set(place, (draft.assigned.get(place) ?? 0) + 1);
  return refusal;
}

/** A role whose load nobody knows, or whose drop is suspect, gives no machine away, not even for a while (S2, S18). */
function blindRefusal({ input: { decision } }: Draft, role: RoleName): Refusal | null {
  const demand = decision.roles.get(role)?.demand;
  const chart = decision.charts.get(role);
  if (demand?.kind === "unknown") return now(`${role}'s demand is unknown (${demand.why}), and its reboots wait`);
  // Asked of the hold itself: a role that has no more than it would keep anyway is steady, its drop as suspect as ever.
  const isSuspect = chart !== undefined && roleContext(chart).holds.suspectMs > 0;
  return isSuspect ? now(`${role}'s demand dropped suddenly and unconfirmed, and its reboots wait`) : null;
}

/** While a role has fewer machines than it should, it gives none away to a reboot that can wait. */
function shortRefusal(draft: Draft, role: RoleName): Refusal | null {
  const short = deficitAt(draft, role);
  if (short <= 0) return null;
  return { why: `${role} is ${short} short, and its reboots wait`, notBeforeMs: null };
}

/**
 * While the others would carry its load without them, machines reboot as many at once as the limits allow; further ones only
 * singly, or at its peak a role that fills the pool would never get its image.
 */
function loadRefusal({ input: { decision }, moves }: Draft, role: RoleName): Refusal | null {
  const { needed = null, counts } = decision.roles.get(role) ?? {};
  if (needed === null || counts === undefined) return null;
  const left = counts.capacity - moves.filter(({ from }) => from === role).length - 1;
  const coming = counts.arriving + moves.filter(({ to }) => to === role).length;
  if (left >= needed || coming === 0) return null;
  return now(`${role}'s load needs ${needed} machines, and its reboots wait for those on their way`);
}

function wait(waiting: Waiting, renewal: Renewal, place: Placement | null, refusal: Refusal): void {
  const key = `${place ?? renewal.machine} ${renewal.cause} ${refusal.why}`;
  const before = waiting.get(key);
  if (before === undefined) waiting.set(key, { renewal, place, count: 1, refusal });
  else before.count += 1;
}
