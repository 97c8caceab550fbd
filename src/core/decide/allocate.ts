/**
 * The allocation: shares a fixed pool among the roles within their permitted ranges. In this order: what may not be taken
 * at all, floors, what holds, what demand asks for, and last the roles that take the rest; within each, the costliest
 * shortage first. These simple rules give way to the horizon plan later, which takes the same ranges.
 */
import type { RoleName } from "../domain/names.ts";
import type { Permit } from "./role-permits.ts";
import { createSupply, type Supply } from "./supply.ts";

export interface Claim {
  readonly role: RoleName;
  readonly floor: number;
  readonly permit: Permit;
  readonly shortageCost: number;
}

export interface Share {
  readonly count: number;
  /** What of the range could not be given, in words; empty when all of it was. */
  readonly reasons: readonly string[];
}

/** Machines, of one claim. */
type Measure = (claim: Claim) => number;

export interface Allocation {
  readonly shares: ReadonlyMap<RoleName, Share>;
  /** Machines of the pool that no role gets. */
  readonly spare: number;
}

/** `machines`: for each machine of the pool the roles that it could be counted for; `reserve`: machines kept spare. */
export function allocate(
  claims: readonly Claim[],
  machines: readonly (readonly RoleName[])[],
  reserve: number,
): Allocation {
  const supply = createSupply(machines);
  const given = new Map<RoleName, number>(claims.map(({ role }) => [role, 0]));
  const ranked = rankByCost(claims);
  const raise = (target: Measure, weight: Measure = target, keepSpare = 0): void => {
    for (const equals of ranked) fill(equals, { target, weight }, given, supply, keepSpare);
  };
  // Weighed by the whole wish and never by the hold of the moment: else two roles of equal cost that both go short would
  // take the same machine from each other for ever, each in its turn.
  const byWish: Measure = ({ permit }) => permit.wish;

  raise(({ permit }) => permit.keep);
  raise(({ permit, floor }) => Math.max(permit.keep, Math.min(floor, permit.min)));
  raise(({ permit }) => permit.min);
  raise(({ permit }) => permit.asks, byWish);
  raise(({ permit }) => permit.max, byWish, reserve);

  const shares = new Map<RoleName, Share>();
  for (const claim of claims) {
    const count = given.get(claim.role) ?? 0;
    shares.set(claim.role, { count, reasons: shortfalls(claim, count) });
  }
  return { shares, spare: supply.free() };
}

/** Groups of equal cost, the costliest first; names decide nothing but the order of reading. */
function rankByCost(claims: readonly Claim[]): Claim[][] {
  const ranked = [...claims].sort((a, b) => b.shortageCost - a.shortageCost || (a.role < b.role ? -1 : 1));
  const groups: Claim[][] = [];
  for (const claim of ranked) {
    const last = groups.at(-1);
    if (last !== undefined && last[0]?.shortageCost === claim.shortageCost) last.push(claim);
    else groups.push([claim]);
  }
  return groups;
}

/** Raises roles of equal cost towards their targets, the one with the smallest share of its weight first. */
function fill(
  equals: readonly Claim[],
  { target, weight }: { readonly target: Measure; readonly weight: Measure },
  given: Map<RoleName, number>,
  supply: Supply,
  keepSpare: number,
): void {
  const open = equals.map((claim) => ({ role: claim.role, target: target(claim), weight: weight(claim) }));
  const share = ({ role, weight }: { role: RoleName; weight: number }): number =>
    weight > 0 ? (given.get(role) ?? 0) / weight : Number.POSITIVE_INFINITY;
  while (supply.free() > keepSpare) {
    const [first, ...others] = open;
    if (first === undefined) return;
    const poorest = others.reduce((a, b) => (share(b) < share(a) ? b : a), first);
    const has = given.get(poorest.role) ?? 0;
    if (has < poorest.target && supply.give(poorest.role)) given.set(poorest.role, has + 1);
    else open.splice(open.indexOf(poorest), 1);
  }
}

function shortfalls({ floor, permit }: Claim, count: number): string[] {
  const due = Math.min(floor, permit.min);
  if (count < due) return [`the pool can't hold its floor of ${floor}: it gives ${count}`];
  if (count < permit.min) return [`the pool gives ${count} of the ${permit.min} that should hold`];
  if (count < permit.asks) return [`the pool gives ${count} of the ${permit.asks} asked for`];
  return [];
}
