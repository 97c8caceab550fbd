/** Which machine to take: the one whose leaving costs the least and whose coming spreads the role the most. */
import type { AssignedMachine } from "../decide/assignment.ts";
import type { Placement } from "../domain/names.ts";
import { SPARE } from "../domain/names.ts";
import type { PoolState } from "../domain/pool-state.ts";
import { domainKeys } from "./ledger.ts";
import { uptimeMs } from "./machine-refusals.ts";

/** A machine that could move, with all that ranks it and does not change while the plan is made. */
export interface Candidate {
  readonly assigned: AssignedMachine;
  readonly from: Placement;
  /** Compared in order; the smaller goes first. */
  readonly rank: readonly number[];
  readonly uptimeMs: number;
  readonly domains: readonly string[];
}

/** Beyond so many dwells one machine is as rested as another, and spreading the role counts for more. */
const RESTED_DWELLS = 4;

export function listCandidates(
  machines: readonly AssignedMachine[],
  state: PoolState,
  dwellMs: number,
): readonly Candidate[] {
  const spent = new Set(state.spent.map(({ machine }) => machine));
  return machines.flatMap((assigned) => {
    const { standing, home, stuck, machine } = assigned;
    if (home === null || stuck !== null || !standing.mayMove || standing.placement !== home) return [];
    const dwells = dwellMs === 0 ? RESTED_DWELLS : Math.floor(uptimeMs(assigned) / dwellMs);
    const rank = [
      rankOfPlace(assigned, home),
      // One whose last operation was undone is tried again only after the others: its fault may still be there.
      spent.has(machine.name) ? 1 : 0,
      runningJobs(assigned),
      -Math.min(dwells, RESTED_DWELLS),
    ];
    return [{ assigned, from: home, rank, uptimeMs: uptimeMs(assigned), domains: domainKeys(machine) }];
  });
}

/** A spare that is on is the quickest, one that is off still costs nobody anything. */
function rankOfPlace({ facts }: AssignedMachine, home: Placement): number {
  if (home !== SPARE) return 2;
  return facts?.beacon.kind === "heard" ? 0 : 1;
}

function runningJobs({ facts }: AssignedMachine): number {
  if (facts === undefined) return 0;
  const jobs = facts.distcc === null ? 0 : facts.distcc.inFlight + (facts.distcc.queue ?? 0);
  return jobs + (facts.traffic.kind === "off" ? (facts.traffic.busy ?? 0) : 0);
}

/** How many machines of a place share a domain: what a newcomer should have few of. */
export type Crowding = ReadonlyMap<string, number>;

/** Whether `a` should go rather than `b`; names decide last, so that the same input gives the same plan. */
export function goesBefore(a: Candidate, b: Candidate, crowding: Crowding): boolean {
  for (let i = 0; i < a.rank.length; i++) {
    const difference = (a.rank[i] ?? 0) - (b.rank[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  const crowd = crowdOf(a, crowding) - crowdOf(b, crowding);
  if (crowd !== 0) return crowd < 0;
  if (a.uptimeMs !== b.uptimeMs) return a.uptimeMs > b.uptimeMs;
  return a.assigned.machine.name < b.assigned.machine.name;
}

const crowdOf = ({ domains }: Candidate, crowding: Crowding): number =>
  domains.reduce((sum, key) => sum + (crowding.get(key) ?? 0), 0);
