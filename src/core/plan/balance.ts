/** Deficits and surpluses: from places that have too many to those that have too few, within every limit. */
import { mayTake } from "../decide/assignment.ts";
import { type Order, signed } from "../decide/orders.ts";
import type { RoleDecision } from "../domain/decision.ts";
import { describeForce } from "../domain/describe-override.ts";
import { isRole, type Placement, SPARE } from "../domain/names.ts";
import { forcedRange, type RoleForce } from "../domain/override.ts";
import type { Ask, Refusal } from "./ask.ts";
import { type Candidate, goesBefore, listCandidates } from "./candidates.ts";
import { assignedAt, type Draft, deficitAt, desiredAt, shift, surplusAt, tryMove } from "./draft.ts";
import { domainKeys } from "./ledger.ts";

export function planBalance(draft: Draft): void {
  const { site, state } = draft.input;
  const places = receivers(draft);
  // With no place short, as in most ticks, nobody has to move.
  if (places.every((place) => deficitAt(draft, place) <= 0)) return;
  const candidates = listCandidates(draft.assignment.machines, state, site.limits.dwell);
  for (const to of places) fillPlace(draft, to, candidates);
}

/** Roles below their floor first, then the costliest shortage; what goes to spare comes last. */
function receivers(draft: Draft): Placement[] {
  const { site, decision } = draft.input;
  const belowFloor = (role: Placement): number => {
    const decided = isRole(role) ? decision.roles.get(role) : undefined;
    return decided !== undefined && decided.counts.forFloor + decided.counts.arriving < decided.floor ? 0 : 1;
  };
  const cost = (role: Placement): number => (isRole(role) ? (site.policies.get(role)?.shortageCost ?? 0) : 0);
  const isRest = (role: Placement): number => (isRole(role) && site.policies.get(role)?.demand.kind === "rest" ? 1 : 0);
  const roles = [...site.policies.keys()].sort(
    (a, b) => belowFloor(a) - belowFloor(b) || isRest(a) - isRest(b) || cost(b) - cost(a) || (a < b ? -1 : 1),
  );
  return [...roles, SPARE];
}

/** A place that wants machines, while they are being chosen. */
interface Vacancy {
  readonly to: Placement;
  /** How many of its machines share each domain, those chosen included. */
  readonly crowding: Map<string, number>;
  /** While a plan grows, limits only tighten: what was refused once needs no second asking. */
  readonly refused: Map<Candidate, Refusal>;
}

/** Moves one machine after another, until the place has what it should or something stands in the way. */
function fillPlace(draft: Draft, to: Placement, candidates: readonly Candidate[]): void {
  const vacancy = openVacancy(draft, to);
  while (deficitAt(draft, to) > 0) {
    const pool = draft.ledger.poolRefusal(isUrgent(draft, to));
    const best = pool === null ? pick(draft, vacancy, candidates) : null;
    if (best !== null) {
      take(draft, best, to);
      for (const key of best.domains) vacancy.crowding.set(key, (vacancy.crowding.get(key) ?? 0) + 1);
    } else if (pool !== null || !passOn(draft, to, candidates)) {
      noteNotDone(draft, to, pool === null ? [...vacancy.refused.values()] : [pool]);
      return;
    }
  }
}

/** A shortage of so many does not wait for a window. Shortage counts machines that serve, not those still on their way. */
function isUrgent({ input: { decision, site } }: Draft, to: Placement): boolean {
  const role = isRole(to) ? decision.roles.get(to) : undefined;
  return role !== undefined && role.desired - role.counts.capacity >= site.limits.urgent.shortBy;
}

function pick(draft: Draft, vacancy: Vacancy, candidates: readonly Candidate[]): Candidate | null {
  const { to, crowding, refused } = vacancy;
  let best: Candidate | null = null;
  for (const candidate of candidates) {
    if (refused.has(candidate) || !isOffered(draft, candidate, to)) continue;
    if (best !== null && !goesBefore(candidate, best, crowding)) continue;
    const allowed = draft.ledger.allow(asked(candidate, to));
    if (allowed.ok) best = candidate;
    else refused.set(candidate, allowed.refusal);
  }
  return best;
}

const isOffered = (draft: Draft, { from, assigned }: Candidate, to: Placement): boolean =>
  from !== to && surplusAt(draft, from) > 0 && !draft.moved.has(assigned.machine.name);

const asked = ({ assigned, from }: Candidate, to: Placement): Ask => ({
  assigned,
  from,
  to,
  manner: "usual",
  orderedMs: null,
  ignoresDwell: false,
  overridesFloor: false,
});

function take(draft: Draft, candidate: Candidate, to: Placement): void {
  const { site, decision } = draft.input;
  const role = isRole(to) ? decision.roles.get(to) : undefined;
  const has = `${to} has ${assignedAt(draft, to)} of ${desiredAt(draft, to)}`;
  const force = isRole(to) ? draft.assignment.orders.forcedRoles.get(to) : undefined;
  const reason = role === undefined ? "no role wants it" : `${has}: ${motive(role, force)}`;
  const gone = isRole(candidate.from) && !site.policies.has(candidate.from) ? `, role ${candidate.from} is gone` : "";
  tryMove(draft, asked(candidate, to), reason + gone);
  shift(draft, candidate.from, to);
}

/** An operator speaks first, then a floor: where they ask for more than demand does, demand is not why a machine moves. */
function motive({ floor, wanted }: RoleDecision, force: Order<RoleForce> | undefined): string {
  const demanded = wanted.hungry ? Number.POSITIVE_INFINITY : (wanted.count ?? 0);
  if (force !== undefined && forcedRange(force.value).min > demanded) {
    return signed(`forced ${describeForce(force.value)}`, force.override);
  }
  return floor > demanded ? `its floor is ${floor} now` : wanted.reason;
}

/**
 * Where fleet.yaml lets none of the surplus machines take the place, another role may pass one of its own on and get the
 * surplus machine instead; the allocation counts on such chains.
 */
function passOn(draft: Draft, to: Placement, candidates: readonly Candidate[]): boolean {
  const { site } = draft.input;
  const able = (candidate: Candidate, place: Placement): boolean => mayTake(candidate.assigned.machine, place, site);
  const offered = candidates.filter((candidate) => isOffered(draft, candidate, to));
  if (offered.some((candidate) => able(candidate, to))) return false;
  for (const between of [...site.policies.keys()].sort()) {
    const hasOne = candidates.some(
      (one) =>
        one.from === between && !draft.moved.has(one.assigned.machine.name) && draft.ledger.allow(asked(one, to)).ok,
    );
    if (between === to || surplusAt(draft, between) > 0 || !hasOne) continue;
    const best = pick(draft, openVacancy(draft, between), offered);
    if (best === null) continue;
    take(draft, best, between);
    return true;
  }
  return false;
}

function openVacancy({ assignment }: Draft, to: Placement): Vacancy {
  const crowding = new Map<string, number>();
  for (const { home, machine } of assignment.machines) {
    if (home !== to) continue;
    for (const key of domainKeys(machine)) crowding.set(key, (crowding.get(key) ?? 0) + 1);
  }
  return { to, crowding, refused: new Map() };
}

/** One line for what is missing, with the reasons that stand in the way, the commonest first. */
function noteNotDone(draft: Draft, to: Placement, refusals: readonly Refusal[]): void {
  const missing = deficitAt(draft, to);
  const counts = new Map<string, number>();
  for (const { why } of refusals) counts.set(why, (counts.get(why) ?? 0) + 1);
  const whys = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, 3);
  const times = refusals.map(({ notBeforeMs }) => notBeforeMs).filter((ms) => ms !== null);
  draft.notDone.push({
    subject: to,
    what: missing === 1 ? "1 more machine" : `${missing} more machines`,
    why: whys.length === 0 ? "no surplus machine can move now" : whys.map(([why]) => why).join("; "),
    notBeforeMs: times.length === 0 ? null : Math.min(...times),
  });
}
