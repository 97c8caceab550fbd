/** Machines by role, counted by the table "who counts as what"; nothing else in the core counts. */
import type { RoleCounts } from "../domain/decision.ts";
import type { Placement, RoleName } from "../domain/names.ts";
import type { Site } from "../domain/site.ts";
import { type Assignment, destination } from "./assignment.ts";

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export const NO_COUNTS: RoleCounts = { forFloor: 0, capacity: 0, capacityUnits: 0, arriving: 0, leaving: 0 };

/** Every role of the site, those without a machine too. Retiring machines count: while they serve, they serve. */
export function countRoles(site: Site, assignment: Assignment): ReadonlyMap<RoleName, RoleCounts> {
  const counts = new Map<Placement, Mutable<RoleCounts>>();
  for (const role of site.policies.keys()) counts.set(role, { ...NO_COUNTS });
  for (const { machine, standing, operation } of assignment.machines) {
    if (standing.kind === "switching" && operation !== null) {
      const to = destination(operation);
      const arriving = counts.get(to);
      const leaving = to === operation.from ? undefined : counts.get(operation.from);
      if (arriving !== undefined) arriving.arriving += 1;
      if (leaving !== undefined) leaving.leaving += 1;
      continue;
    }
    const role = standing.placement === null ? undefined : counts.get(standing.placement);
    if (role === undefined) continue;
    if (standing.forFloor) role.forFloor += 1;
    if (standing.asCapacity) role.capacity += 1;
    if (standing.asCapacity) role.capacityUnits += machine.capacity;
  }
  return counts as ReadonlyMap<RoleName, RoleCounts>;
}
