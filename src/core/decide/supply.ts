/**
 * The pool as a supply of machines: gives one to a role as long as some assignment of machines to roles exists, so that no
 * two roles are ever promised the same machine. Machines that may take the same roles are one group, and a step is one
 * augmenting path over the groups: a handful, however large the pool.
 */
import type { RoleName } from "../domain/names.ts";

export interface Supply {
  /** One more machine for this role, if need be by passing another role's on; false when none can be found. */
  readonly give: (role: RoleName) => boolean;
  /** Machines not given to any role. */
  readonly free: () => number;
}

interface Group {
  readonly roles: ReadonlySet<RoleName>;
  readonly given: Map<RoleName, number>;
  free: number;
}

/** `machines`: for each machine of the pool the roles that it could be counted for. */
export function createSupply(machines: readonly (readonly RoleName[])[]): Supply {
  const groups = groupMachines(machines);
  let free = machines.length;
  return {
    free: () => free,
    give: (role) => {
      const path = pathToFree(groups, role);
      if (path === null) return false;
      for (const { group, from, to } of path) {
        if (from === null) group.free -= 1;
        else group.given.set(from, (group.given.get(from) ?? 0) - 1);
        group.given.set(to, (group.given.get(to) ?? 0) + 1);
      }
      free -= 1;
      return true;
    },
  };
}

function groupMachines(machines: readonly (readonly RoleName[])[]): Group[] {
  const groups = new Map<string, Group>();
  for (const roles of machines) {
    const key = [...roles].sort().join(" ");
    const group = groups.get(key) ?? { roles: new Set(roles), given: new Map(), free: 0 };
    group.free += 1;
    groups.set(key, group);
  }
  return [...groups.keys()].sort().flatMap((key) => groups.get(key) ?? []);
}

/** One machine of `group` changes hands: `from` a role (null: from nobody) `to` another. */
interface Handover {
  readonly group: Group;
  readonly from: RoleName | null;
  readonly to: RoleName;
}

interface Reached {
  readonly role: RoleName;
  /** The handovers that are made once `role` gets a machine. */
  readonly owed: readonly Handover[];
}

/** Breadth first, so the shortest chain of handovers. */
function pathToFree(groups: readonly Group[], wanting: RoleName): readonly Handover[] | null {
  const seen = new Set([wanting]);
  const queue: Reached[] = [{ role: wanting, owed: [] }];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { role, owed } = next;
    for (const group of groups) {
      if (!group.roles.has(role)) continue;
      if (group.free > 0) return [{ group, from: null, to: role }, ...owed];
      for (const [holder, count] of group.given) {
        if (count === 0 || seen.has(holder)) continue;
        seen.add(holder);
        queue.push({ role: holder, owed: [{ group, from: holder, to: role }, ...owed] });
      }
    }
  }
  return null;
}
