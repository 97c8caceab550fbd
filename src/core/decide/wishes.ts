/**
 * What each role would like, before its chart and the pool have their say: by its demand, or ahead by its forecast; and where
 * several look ahead to more machines than there are, by what the marginal machine is worth to each.
 */
import { type RoleName, SPARE } from "../domain/names.ts";
import type { Policy } from "../domain/policy.ts";
import { describeReading, unknown } from "../domain/reading.ts";
import type { Site } from "../domain/site.ts";
import { shareOf } from "../domain/units.ts";
import { type Assignment, possibleRoles } from "./assignment.ts";
import { type Contest, weighContest } from "./contest.ts";
import { forecastWanted } from "./forecast-wanted.ts";
import { orderTimes } from "./order-times.ts";
import { neededCount, wantedCount } from "./wanted.ts";
import type { Wish, WishPremises } from "./wish.ts";

export interface PoolMachine {
  readonly assigned: Assignment["machines"][number];
  readonly roles: readonly RoleName[];
}

/** The machines that can be shared out: not unknown, quarantined, stray or retiring. */
export function poolOf(assignment: Assignment, site: Site): PoolMachine[] {
  return assignment.machines
    .filter(({ home }) => home !== null)
    .map((assigned) => ({ assigned, roles: possibleRoles(assigned, site) }));
}

export function wishesOf(pool: readonly PoolMachine[], premises: WishPremises): Wish[] {
  const wishes = [...premises.site.policies.values()].map((policy) => wishOf(policy, pool, premises));
  const ahead = wishes.filter(({ wanted }) => wanted.ahead !== undefined);
  const asked = wishes.reduce((sum, { wanted }) => sum + (wanted.count ?? 0), 0);
  if (ahead.length < 2 || asked <= pool.length) return wishes;
  const contest: Contest = { ...premises, wishes, pool: pool.length, spares: pool.filter(isSpare).length };
  const weighed = weighContest(contest);
  return wishes.map((wish) => {
    const wanted = wish.wanted.ahead === undefined ? undefined : weighed.get(wish.policy.role);
    return wanted === undefined
      ? wish
      : { ...wish, wanted: { ...wanted, reason: `demand ${describeReading(wish.demand)}, ${wanted.reason}` } };
  });
}

function wishOf(policy: Policy, pool: readonly PoolMachine[], premises: WishPremises): Wish {
  const { observation, site, state, forecasts, lazy } = premises;
  const { role } = policy;
  const own = pool.filter(({ assigned }) => assigned.home === role);
  const others = pool.filter(({ assigned, roles }) => assigned.home !== role && roles.includes(role));
  const serving = own.filter(({ assigned }) => assigned.standing.asCapacity);
  const capacities = {
    serving: serving.map(capacityOf),
    arriving: own.filter(({ assigned }) => !assigned.standing.asCapacity).map(capacityOf),
    others: others.map(capacityOf),
  };

  const demand = observation.demand.get(role)?.demand ?? unknown(absentDemand(policy));
  const ahead =
    policy.forecast === "none"
      ? null
      : forecastWanted(
          policy,
          demand,
          forecasts?.get(role) ?? null,
          {
            ...capacities,
            available: others.filter((machine) => isFree(machine, site)).length,
            atOnce: shareOf(site.limits.atOnce, pool.length),
            orders: orderTimes(observation.schedules, observation.wallMs),
            bootMs: [...state.machines.values()].flatMap(({ bootMs }) => bootMs),
          },
          { accounts: lazy?.get(role) ?? null, minutes: observation.deltaMs / 60_000 },
          premises.explained,
        );
  const carriers = {
    own: own.map(capacityOf),
    others: capacities.others,
    loads: serving.map(({ assigned }) => assigned.facts?.distcc ?? null),
  };
  const wanted = ahead?.wanted ?? wantedCount(policy.demand, demand, carriers);
  const needed = neededCount(policy.demand, demand, carriers);
  const stuck = own.filter(({ assigned }) => assigned.stuck !== null).length;
  return { policy, demand, wanted, needed, lazy: ahead?.lazy ?? null, ...capacities, stuck };
}

const capacityOf = ({ assigned }: PoolMachine): number => assigned.machine.capacity;
const isSpare = ({ assigned }: PoolMachine): boolean => assigned.home === SPARE;

/** Spare, or of a role that takes the rest, and not bound to it. */
const isFree = ({ assigned: { home, stuck } }: PoolMachine, site: Site): boolean =>
  stuck === null && (home === SPARE || (home !== null && site.policies.get(home)?.demand.kind === "rest"));

const absentDemand = ({ demand }: Policy): string =>
  demand.kind === "rest" ? "it takes the rest, so nothing is measured" : "not measured in this tick";
