/** Laws of deciding: they hold for any pool, in any state, over any ticks. */
import { describe, expect, test } from "vitest";
import { roleChart } from "../../src/core/decide/role.statechart.ts";
import { checkSnapshot } from "../../src/core/domain/chart.ts";
import { isRole, type RoleName } from "../../src/core/domain/names.ts";
import { isInForce, isRoleForce } from "../../src/core/domain/override.ts";
import { standingsOf } from "../../src/core/domain/standing.ts";
import { NOW_MS, type Pool } from "../unit/support/pool.ts";
import { samples } from "../unit/support/samples.ts";
import { decideTicks } from "../unit/support/ticks.ts";

/** The pool by the table "who counts as what", counted here anew. */
function sharedOut({ site, state, observation }: Pool): number {
  const kinds = new Set(["serving", "late", "unmanageable", "spare", "switching"]);
  const standings = [...standingsOf(site, state, observation)];
  return standings.filter(([name, { kind }]) => kinds.has(kind) && site.machines.get(name)?.status === "active").length;
}

/** Of those, the ones that no role can get: in a role that has vanished, or spare, and their BMC can't be used. */
function unreachable({ site, state, observation }: Pool): number {
  const standings = [...standingsOf(site, state, observation)];
  return standings.filter(([name, { kind, placement }]) => {
    const isHeld = placement !== null && isRole(placement) && site.policies.has(placement);
    return kind === "unmanageable" && !isHeld && site.machines.get(name)?.status === "active";
  }).length;
}

const isOrdered = ({ state }: Pool, role: RoleName): boolean =>
  state.overrides.some(
    (override) =>
      isInForce(override, NOW_MS) &&
      (override.act.kind === "forceMachine" || (isRoleForce(override.act) && override.act.role === role)),
  );

/** Machines that are the role's now, and stay in it or are on their way to it. */
function has({ site, state, observation }: Pool, role: RoleName): number {
  const operations = new Map([...state.operations.values()].map((operation) => [operation.machine, operation]));
  let count = 0;
  for (const [name, standing] of standingsOf(site, state, observation)) {
    if (site.machines.get(name)?.status !== "active") continue;
    const operation = operations.get(name);
    const at = operation?.chart.value === "undoing" ? operation.from : (standing.goingTo ?? standing.placement);
    if (at === role && (standing.asCapacity || standing.kind === "switching")) count += 1;
  }
  return count;
}

const { sampled, holdsForAll } = samples(decideTicks, { seed: 8, numRuns: 250 });

test("the random pools are worth asking: they bring role charts into every state", () => {
  const states = sampled().flatMap(({ decision }) => [...decision.roles.values()].map(({ state }) => state));
  expect([...new Set(states)].sort()).toEqual(Object.keys(roleChart.machine.states).sort());
});

describe("for any pool", () => {
  test("desired counts and spares together are exactly the pool", () => {
    holdsForAll(({ pool, decision }) => {
      const desired = [...decision.roles.values()].map((role) => role.desired);
      expect(desired.every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
      expect(desired.reduce((sum, count) => sum + count, 0) + decision.spareDesired).toBe(sharedOut(pool));
    });
  });

  test("unknown demand never shrinks a role", () => {
    holdsForAll(({ pool, decision }) => {
      for (const { role, wanted, desired } of decision.roles.values())
        if (wanted.count === null && !isOrdered(pool, role)) expect(desired).toBeGreaterThanOrEqual(has(pool, role));
    });
  });

  test("a role gets no less than it has and no less than its floor, as far as the pool can hold all floors", () => {
    holdsForAll(({ pool, decision }) => {
      const roles = [...decision.roles.values()];
      const isFree = [...pool.site.machines.values()].every(({ roles: able }) => able.length === 3);
      const due = roles.map(({ role, floor, permitted }) => Math.max(has(pool, role), floor, permitted.min));
      const fits = due.reduce((sum, count) => sum + count, 0) <= sharedOut(pool) - unreachable(pool);
      if (!isFree || !fits || pool.state.overrides.length > 0) return;
      for (const { desired, floor } of roles) expect(desired).toBeGreaterThanOrEqual(floor);
    });
  });

  test("a role grows above what it has only by a wish that it may follow, never above its maximum", () => {
    holdsForAll(({ pool, decision }) => {
      for (const { role, desired, floor, permitted } of decision.roles.values()) {
        expect(desired).toBeLessThanOrEqual(permitted.max);
        const max = pool.site.policies.get(role)?.machines.max ?? Number.POSITIVE_INFINITY;
        if (!isOrdered(pool, role)) expect(desired).toBeLessThanOrEqual(Math.max(max, floor, has(pool, role)));
      }
    });
  });

  test("the charts survive a restart", () => {
    holdsForAll(({ decision }) => {
      for (const chart of decision.charts.values()) {
        expect(checkSnapshot(roleChart, JSON.parse(JSON.stringify(chart)))).toBeNull();
        expect(JSON.parse(JSON.stringify(chart))).toEqual(chart);
      }
    });
  });
});
