/**
 * The least that the recorded demand could have cost, had all of it been known: exact. Costs are convex in the role's count,
 * and in an optimum opposite switches never overlap, so the plan falls apart into one shortest path for each machine
 * (Lin, Wierman, Andrew, Thereska, "Dynamic right-sizing for power-proportional data centers", 2011, for one direction).
 */
import { MOVE_HOURS } from "./prices.ts";
import { lostOf, shortOf, type TwoRoles } from "./two-roles.ts";

/** Machine-hours. O(machines × minutes). */
export function optimum(pool: TwoRoles): number {
  // What no number of machines could have carried is everybody's cost.
  const beyond = pool.need.reduce<number>((sum, need) => sum + Math.max(0, (need ?? 0) - pool.machines), 0);
  let total = (pool.policy.shortageCost * beyond) / 60;
  for (let level = 1; level <= pool.machines; level++) total += costOfLevel(pool, level);
  return total;
}

/** The shortest path of the `level`-th machine between being in the role and being in the rest. */
function costOfLevel(pool: TwoRoles, level: number): number {
  const { need, switchMinutes, least, most } = pool;
  const minutes = need.length;
  const [missing, spare] = [new Float64Array(minutes + 1), new Float64Array(minutes + 1)];
  // Sums from the end, so that what a switch costs on its way is one difference.
  for (let minute = minutes - 1; minute >= 0; minute--) {
    const needed = need[minute] ?? null;
    missing[minute] = (missing[minute + 1] ?? 0) + (needed === null ? 0 : shortOf(pool, needed, level) / 60);
    spare[minute] = (spare[minute + 1] ?? 0) + (needed === null ? 0 : lostOf(needed, level) / 60);
  }
  if (level <= least) return spare[0] ?? 0;
  if (level > most) return missing[0] ?? 0;

  const [inRole, inRest] = [new Float64Array(minutes + 1), new Float64Array(minutes + 1)];
  const between = (sums: Float64Array, from: number, to: number): number => (sums[from] ?? 0) - (sums[to] ?? 0);
  for (let minute = minutes - 1; minute >= 0; minute--) {
    const arrives = Math.min(minutes, minute + switchMinutes);
    const onTheWay = MOVE_HOURS + between(missing, minute, arrives) + between(spare, minute, arrives);
    const stayIn = between(spare, minute, minute + 1) + (inRole[minute + 1] ?? 0);
    const stayOut = between(missing, minute, minute + 1) + (inRest[minute + 1] ?? 0);
    inRole[minute] = Math.min(stayIn, onTheWay + (inRest[arrives] ?? 0));
    inRest[minute] = Math.min(stayOut, onTheWay + (inRole[arrives] ?? 0));
  }
  // It may begin where it likes.
  return Math.min(inRole[0] ?? 0, inRest[0] ?? 0);
}
