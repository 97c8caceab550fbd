/** Laws of planning: floors, limits and dwell hold for any pool, in any state. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assignMachines } from "../../src/core/decide/assignment.ts";
import { decide } from "../../src/core/decide/decide.ts";
import { ordersInForce } from "../../src/core/decide/orders.ts";
import type { Decision } from "../../src/core/domain/decision.ts";
import { isRole, type MachineName, roleName, SPARE } from "../../src/core/domain/names.ts";
import { type Direction, forcedRange } from "../../src/core/domain/override.ts";
import type { Plan, PlannedMove } from "../../src/core/domain/plan.ts";
import { standingsOf } from "../../src/core/domain/standing.ts";
import { shareOf } from "../../src/core/domain/units.ts";
import { makePlan } from "../../src/core/plan/make-plan.ts";
import { poolTicks } from "../unit/support/arbitraries.ts";
import { NOW_MS, type Pool, type PoolSpec } from "../unit/support/pool.ts";
import { samples } from "../unit/support/samples.ts";
import { decideTicks, order } from "../unit/support/ticks.ts";

interface Planned {
  readonly pool: Pool;
  readonly decision: Decision;
  readonly plan: Plan;
}

function planned(specs: readonly PoolSpec[]): Planned {
  const { pool, decision } = decideTicks(specs);
  return { pool, decision, plan: makePlan({ ...pool, decision }) };
}

const { sampled, holdsForAll } = samples(planned, { seed: 7, numRuns: 250 });

/** Moves that an operator ordered: by a force, or by retiring the machine. */
function isOrdered({ site, state }: Pool, { machine }: PlannedMove): boolean {
  const { forcedMachines } = ordersInForce(state.overrides, NOW_MS);
  return site.machines.get(machine)?.status === "retiring" || forcedMachines.has(machine);
}

const mayBreakFloor = ({ state }: Pool, { machine }: PlannedMove): boolean =>
  ordersInForce(state.overrides, NOW_MS).forcedMachines.get(machine)?.override.overrideFloor === true;

test("the random pools are worth asking: many of their plans move machines, between all kinds of places, and call some back", () => {
  const plans = sampled().map(({ plan }) => plan);
  expect(plans.filter(({ moves }) => moves.length > 0).length).toBeGreaterThan(50);
  expect(plans.filter(({ cancels }) => cancels.length > 0).length).toBeGreaterThan(3);
  const ways = new Set(plans.flatMap(({ moves }) => moves.map(({ from, to }) => `${from}→${to}`)));
  expect([...ways]).toEqual(expect.arrayContaining(["api→web", "spare→web", "web→spare", "gone→compile"]));
});

describe("for any pool", () => {
  test("no plan takes a role below its floor", () => {
    holdsForAll(({ pool, decision, plan }) => {
      const standings = standingsOf(pool.site, pool.state, pool.observation);
      const { forcedRoles } = ordersInForce(pool.state.overrides, NOW_MS);
      for (const { role } of decision.roles.values()) {
        const own = pool.site.policies.get(role)?.machines.floor ?? 0;
        // What was forced below the floor on purpose is the floor.
        const force = forcedRoles.get(role);
        const floor = force?.override.overrideFloor === true ? Math.min(own, forcedRange(force.value).min) : own;
        const healthy = [...standings.values()].filter(
          ({ placement, forFloor }) => placement === role && forFloor,
        ).length;
        const taken = plan.moves.filter((move) => move.from === role && !mayBreakFloor(pool, move)).length;
        if (taken > 0) expect(healthy - taken).toBeGreaterThanOrEqual(floor);
      }
    });
  });

  test("no plan exceeds what may be in operation at once, or be spent in an hour", () => {
    holdsForAll(({ pool: { site, state }, plan }) => {
      if (plan.moves.length === 0) return;
      const pool = [...state.machines.values()].filter(({ adopted }) => adopted).length;
      const spent = state.spent.filter(({ ageMs }) => ageMs < 3_600_000).length;
      expect(state.operations.size + plan.moves.length).toBeLessThanOrEqual(shareOf(site.limits.atOnce, pool));
      expect(spent + plan.moves.length).toBeLessThanOrEqual(shareOf(site.limits.perHour, pool));
    });
  });

  test("no plan exceeds what may be in operation at once within a domain", () => {
    holdsForAll(({ pool: { site, state }, plan }) => {
      for (const [kind, most] of Object.entries(site.limits.perDomain)) {
        const nameOf = (machine: MachineName) => site.machines.get(machine)?.domains[kind];
        for (const moved of plan.moves) {
          const busy = [...state.operations.values(), ...plan.moves].map(({ machine }) => nameOf(machine));
          expect(busy.filter((name) => name === nameOf(moved.machine)).length).toBeLessThanOrEqual(most);
        }
      }
    });
  });

  test("no machine leaves its role before its dwell, unless it was ordered", () => {
    holdsForAll(({ pool, plan }) => {
      for (const move of plan.moves) {
        const beacon = pool.observation.machines.get(move.machine)?.beacon;
        if (!isRole(move.from) || isOrdered(pool, move)) continue;
        expect(beacon?.kind === "heard" && beacon.report.uptimeS * 1_000 >= pool.site.limits.dwell).toBe(true);
      }
    });
  });

  test("a role whose demand is unknown gives no machine away", () => {
    holdsForAll(({ pool, decision, plan }) => {
      const orders = ordersInForce(pool.state.overrides, NOW_MS);
      for (const { role, wanted } of decision.roles.values()) {
        if (wanted.count !== null || orders.forcedRoles.has(role)) continue;
        const given = plan.moves.filter((move) => move.from === role && !isOrdered(pool, move));
        // A machine may be passed on only where another one comes for it in the same plan.
        const came = plan.moves.filter((move) => move.to === role).length;
        expect(given.length).toBeLessThanOrEqual(came);
        const returned = plan.cancels.filter(({ operation }) => pool.state.operations.get(operation)?.to === role);
        const machines = returned.flatMap(({ operation }) => pool.state.operations.get(operation)?.machine ?? []);
        expect(machines.every((name) => orders.pinned.has(name) || orders.forcedMachines.has(name))).toBe(true);
      }
    });
  });

  test("every move is possible: a machine that may move, once, to a place that it may take, with an image of that place", () => {
    holdsForAll(({ pool, plan }) => {
      const standings = standingsOf(pool.site, pool.state, pool.observation);
      expect(new Set(plan.moves.map(({ machine }) => machine)).size).toBe(plan.moves.length);
      for (const { machine, from, to, toImage } of plan.moves) {
        expect(standings.get(machine)).toMatchObject({ mayMove: true, placement: from });
        if (!isRole(to)) continue;
        expect(pool.site.machines.get(machine)?.roles).toContain(to);
        expect(pool.observation.images.get(toImage as never)).toBe(to);
      }
    });
  });

  test("a plan moves counts towards what is desired, never past it", () => {
    holdsForAll(({ pool, decision, plan }) => {
      for (const { role, desired, counts } of decision.roles.values()) {
        const coming = plan.moves.filter((move) => move.to === role && !isOrdered(pool, move)).length;
        const leaving = plan.moves.filter((move) => move.from === role && !isOrdered(pool, move)).length;
        if (coming > 0 && leaving === 0 && pool.state.overrides.length === 0 && plan.cancels.length === 0) {
          const retiring = [...pool.site.machines.values()].filter(({ status }) => status === "retiring").length;
          // What a vanished role leaves behind goes where it may, though limits keep another machine from making room first.
          const orphans = plan.moves.filter(
            ({ from, to }) => to === role && isRole(from) && !pool.site.policies.has(from),
          );
          expect(counts.capacity + counts.arriving + coming).toBeLessThanOrEqual(desired + retiring + orphans.length);
        }
      }
    });
  });

  test("while something holds the pool, or a freeze is on, nothing starts", () => {
    holdsForAll(({ pool, decision, plan }) => {
      const frozen = pool.observation.schedules.freezes.some(({ open }) => open);
      if (frozen || decision.held.length > 0) expect(plan.moves).toEqual([]);
    });
  });

  test("nothing goes the way that a pause of a role closes", () => {
    const pauses = fc.tuple(
      fc.constantFrom(...["api", "compile", "web"].map(roleName)),
      fc.constantFrom<Direction>("in", "out", "both"),
    );
    const property = fc.property(poolTicks, pauses, (specs, [role, direction]) => {
      const pause = order({ kind: "pause", scope: { kind: "role", role }, direction }, { createdMs: NOW_MS });
      const { plan } = planned(specs.map((spec) => ({ ...spec, overrides: [pause, ...(spec.overrides ?? [])] })));
      if (direction !== "in") expect(plan.moves.filter(({ from }) => from === role)).toEqual([]);
      if (direction !== "out") expect(plan.moves.filter(({ to }) => to === role)).toEqual([]);
    });
    fc.assert(property, { numRuns: 40 });
  });

  test("the same input gives the same plan, whatever the order of its maps", () => {
    holdsForAll(({ pool, decision, plan }) => {
      expect(makePlan({ ...pool, decision })).toEqual(plan);
      const reversed = reverse(pool);
      expect(makePlan({ ...reversed, decision: decide(reversed) }).id).toBe(
        makePlan({ ...pool, decision: decide(pool) }).id,
      );
    });
  });

  test("a surplus with nowhere to go is spare, and a spare in no need stays where it is", () => {
    holdsForAll(({ pool, plan }) => {
      for (const move of plan.moves)
        if (move.from === SPARE && move.to === SPARE) expect(isOrdered(pool, move)).toBe(true);
    });
  });
});

const reverseMap = <Key, Value>(map: ReadonlyMap<Key, Value>) => new Map([...map].toReversed());

function reverse(pool: Pool): Pool {
  const site = { ...pool.site, machines: reverseMap(pool.site.machines), policies: reverseMap(pool.site.policies) };
  const state = {
    ...pool.state,
    roles: reverseMap(pool.state.roles),
    machines: reverseMap(pool.state.machines),
    operations: reverseMap(pool.state.operations),
    overrides: pool.state.overrides.toReversed(),
  };
  const { machines, demand } = pool.observation;
  const observation = { ...pool.observation, machines: reverseMap(machines), demand: reverseMap(demand) };
  return { site, state, observation, assignment: assignMachines(site, state, observation) };
}
