/** What others would have done with the same machines and the same demand, priced in the same way. */
import { type Bill, MOVE_HOURS } from "./prices.ts";
import type { TwoRoles } from "./two-roles.ts";

export interface Rival {
  readonly name: string;
  readonly bill: Bill;
}

/** Kubernetes' Horizontal Pod Autoscaler: its tolerance, and its window for scaling down. */
const TOLERANCE = 0.1;
const STABILIZATION_MINUTES = 5;
const HOURS_A_WEEK = 168;

/** `startMs`: of the first minute. */
export function rivals(pool: TwoRoles, startMs: number): Rival[] {
  const [count, fixed] = bestFixed(pool);
  return [
    { name: `the best fixed split (${count})`, bill: fixed },
    { name: "the best weekly schedule", bill: follow(pool, weeklySchedule(pool, startMs)) },
    { name: "as HPA does", bill: follow(pool, hpaLike(pool)) },
  ];
}

const within = ({ least, most }: TwoRoles, count: number): number => Math.min(most, Math.max(least, count));

function bestFixed(pool: TwoRoles): [number, Bill] {
  let best: [number, Bill] | null = null;
  for (let count = pool.least; count <= pool.most; count++) {
    const bill = follow(pool, () => count);
    if (best === null || bill.total < best[1].total) best = [count, bill];
  }
  if (best === null) throw new Error("the role's floor is above its maximum");
  return best;
}

type Target = (minute: number, have: number) => number;

/** For each hour of the week (UTC) the count that would have cost least in all of them: chosen in hindsight. */
function weeklySchedule(pool: TwoRoles, startMs: number): Target {
  const hourOf = (minute: number): number => Math.floor(startMs / 3_600_000 + minute / 60) % HOURS_A_WEEK;
  const costs = Array.from({ length: HOURS_A_WEEK }, () => new Float64Array(pool.machines + 1));
  pool.need.forEach((need, minute) => {
    if (need === null) return;
    const cost = costs[hourOf(minute)];
    if (cost === undefined) return;
    for (let count = pool.least; count <= pool.most; count++)
      cost[count] = (cost[count] ?? 0) + hourly(pool, need, count, 0);
  });
  const best = costs.map((cost) => {
    let least = pool.least;
    for (let count = pool.least; count <= pool.most; count++)
      if ((cost[count] ?? 0) < (cost[least] ?? 0)) least = count;
    return least;
  });
  return (minute) => best[hourOf(minute)] ?? pool.least;
}

function hpaLike(pool: TwoRoles): Target {
  const { demand } = pool.policy;
  const target = demand.kind === "rest" ? 1 : 100 / (100 + demand.headroom);
  const recent: number[] = [];
  return (minute, have) => {
    const need = pool.need[minute - 1] ?? null;
    const ratio = need === null ? 1 : need / Math.max(1, have) / target;
    const asks = Math.abs(ratio - 1) <= TOLERANCE ? have : Math.ceil(Math.max(1, have) * ratio);
    recent.push(asks);
    if (recent.length > STABILIZATION_MINUTES) recent.shift();
    return asks >= have ? asks : Math.min(have, Math.max(...recent));
  };
}

/** Cost of an hour with so many machines in the role, and so many on their way. */
function hourly({ policy, machines }: TwoRoles, need: number, count: number, moving: number): number {
  const lost = Math.max(0, machines - Math.ceil(need) - (machines - count - moving));
  return policy.shortageCost * Math.max(0, need - count) + lost;
}

/** Orders what the target says in each minute; a machine on its way serves nobody, and can't be called back. */
function follow(pool: TwoRoles, target: Target): Bill {
  const { need, switchMinutes, policy } = pool;
  // As a farm that was already steered.
  let count = within(pool, target(0, Math.ceil(need.find((first) => first !== null) ?? 0)));
  const arriving: { atMinute: number; toRole: boolean }[] = [];
  let [shortHours, lostHours, moves] = [0, 0, 0];
  for (let minute = 0; minute < need.length; minute++) {
    for (let first = arriving[0]; first !== undefined && first.atMinute <= minute; first = arriving[0]) {
      arriving.shift();
      if (first.toRole) count += 1;
    }
    const coming = arriving.filter(({ toRole }) => toRole).length;
    const wish = within(pool, target(minute, count + coming)) - count - coming;
    // Those that are on their way to the rest are not there yet to be taken.
    const free = pool.machines - count - arriving.length;
    for (let order = 0; order < Math.min(wish, free); order++)
      arriving.push({ atMinute: minute + switchMinutes, toRole: true });
    const leaving = Math.min(Math.max(0, -wish), count);
    for (let order = 0; order < leaving; order++) arriving.push({ atMinute: minute + switchMinutes, toRole: false });
    count -= leaving;
    moves += leaving + Math.max(0, Math.min(wish, free));

    const needed = need[minute] ?? null;
    if (needed === null) continue;
    shortHours += Math.max(0, needed - count) / 60;
    lostHours +=
      (hourly(pool, needed, count, arriving.length) - policy.shortageCost * Math.max(0, needed - count)) / 60;
  }
  const shortageCost = shortHours * policy.shortageCost;
  return { shortHours, shortageCost, lostHours, moves, total: shortageCost + lostHours + moves * MOVE_HOURS };
}
