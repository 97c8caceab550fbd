/** Whether the machines that may serve the roles suffice for all their floors at once (S1). */
import type { Policy } from "../../core/domain/policy.ts";
import { type Checked, type Draft, problemAt } from "./draft.ts";
import type { Problem } from "./problem.ts";

/** Every set of roles is checked up to so many roles: 1,023 sets. Beyond, single roles and all together. */
const MOST_ROLES_IN_SETS = 10;

export function checkFloors({ policies, fleet, limits, complete }: Draft): Problem[] {
  if (fleet === null || !complete) return [];
  const active = fleet.value.machines.filter(({ status }) => status === "active");
  const able = counterOf(active.map((entry) => entry.roles ?? fleet.value.defaults.roles ?? null));

  const lacking = setsOf(policies)
    .map((set) => ({ set, floors: floorsOf(set), able: able(new Set(set.map(({ value }) => value.role))) }))
    .filter((one) => one.floors > one.able)
    // The smallest set that cannot be served names the culprits; every bigger one only repeats it.
    .sort((a, b) => a.set.length - b.set.length);
  const problems = [
    ...lacking.slice(0, 1).flatMap(notEnough),
    ...policies.flatMap((policy) => raisedTooFar(policy, able)),
  ];
  if (problems.length > 0 || limits?.yaml == null) return problems;

  const reserve = limits.value.reserve.machines;
  const left = active.length - floorsOf(policies);
  if (reserve <= left) return problems;
  return [
    problemAt(
      limits.yaml,
      ["limits", "reserve", "machines"],
      `expected at most the ${left} machines that the floors leave, got ${reserve}`,
    ),
  ];
}

/** Counts the machines that may be one of the roles; `null`: those that may be any. Equal machines are looked at once. */
function counterOf(roleLists: readonly (readonly string[] | null)[]): (roles: ReadonlySet<string>) => number {
  const kinds = new Map<string, { readonly roles: readonly string[] | null; count: number }>();
  for (const roles of roleLists) {
    const key = roles?.join(" ") ?? "";
    const kind = kinds.get(key) ?? { roles, count: 0 };
    kinds.set(key, { ...kind, count: kind.count + 1 });
  }
  return (wanted) =>
    [...kinds.values()]
      .filter(({ roles }) => roles === null || roles.some((role) => wanted.has(role)))
      .reduce((sum, { count }) => sum + count, 0);
}

const floorsOf = (policies: readonly Checked<Policy>[]): number =>
  policies.reduce((sum, { value }) => sum + value.machines.floor, 0);

function setsOf(policies: readonly Checked<Policy>[]): Checked<Policy>[][] {
  const withFloor = policies.filter(({ value }) => value.machines.floor > 0);
  if (withFloor.length > MOST_ROLES_IN_SETS) return [...withFloor.map((policy) => [policy]), withFloor];
  return Array.from({ length: 2 ** withFloor.length - 1 }, (_, index) =>
    withFloor.filter((_policy, bit) => ((index + 1) >> bit) & 1),
  );
}

/** At the floor of each role concerned: any of them may be the one to lower. */
function notEnough({ set, floors, able }: { set: Checked<Policy>[]; floors: number; able: number }): Problem[] {
  const roles = set.map(({ value }) => value.role).join(" and ");
  const message =
    set.length === 1
      ? `expected at most the ${able} active machines that may be ${roles}, got ${floors}`
      : `the floors of ${roles} need ${floors} machines together, but only ${able} active ones may serve them`;
  return set.map(({ yaml }) => problemAt(yaml, ["machines", "floor"], message));
}

function raisedTooFar({ yaml, value }: Checked<Policy>, able: (roles: ReadonlySet<string>) => number): Problem[] {
  const most = able(new Set([value.role]));
  return value.machines.raiseFloor.flatMap(({ floor }, index) => {
    if (floor <= most) return [];
    const message = `expected at most the ${most} active machines that may be ${value.role}, got ${floor}`;
    return [problemAt(yaml, ["machines", "raiseFloor", index, "floor"], message)];
  });
}
