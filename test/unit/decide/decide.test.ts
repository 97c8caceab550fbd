/** The whole decision over a small pool: counts, wishes, permits, shares and reasons. */
import { describe, expect, test } from "vitest";
import { decide } from "../../../src/core/decide/decide.ts";
import { machineName, roleName } from "../../../src/core/domain/names.ts";
import { atLeast, unknown } from "../../../src/core/domain/reading.ts";
import { buildPool, NOW_MS, type PoolSpec } from "../support/pool.ts";
import { decideTicks, desired, machines, order } from "../support/ticks.ts";

const web = { demand: { series: "sessions", perMachine: 55 }, machines: { floor: 4 } };
const compile = { demand: "rest", machines: { floor: 2 }, shortageCost: 1 };
const base: PoolSpec = {
  machines: { ...machines(1, 6, { in: "web" }), ...machines(7, 6, { in: "compile" }) },
  policies: { web, compile },
  demand: { web: 270 },
};
/** Long enough for every hold, in one tick. */
const waited = { deltaMs: 600_000 };
const decideOnce = (given: Partial<PoolSpec>) => decideTicks([{ ...base, ...given }]).decision;

describe("a decision", () => {
  test("leaves a pool alone that fits its demand", () => {
    const decision = decideOnce({});
    expect([desired(decision, "web"), desired(decision, "compile"), decision.spareDesired]).toEqual([6, 6, 0]);
    expect(decision.held).toEqual([]);
  });

  test("tells its whole chain of reasons", () => {
    const decision = decideOnce({ demand: { web: 531 }, ...waited });
    expect(decision.roles.get(roleName("web"))?.reasons).toEqual([
      "demand 531, +15 % headroom, 55 a machine: wants 12",
      "floor 4",
      "may grow from 6 to 12",
      "the pool gives 10 of the 12 asked for",
      "desired 10: floor 4, wants 12, pool gives 10",
    ]);
  });

  test("gives web what it wants after its hold, from the role that takes the rest", () => {
    const pressed = { ...base, demand: { web: 350 } };
    expect(desired(decideTicks(Array(5).fill(pressed)).decision, "web")).toBe(6);
    const { decision } = decideTicks(Array(6).fill(pressed));
    expect([desired(decision, "web"), desired(decision, "compile")]).toEqual([8, 4]);
  });

  test("counts machines on their way as their destination's, and an undone one as its source's", () => {
    const moving = {
      ...base.machines,
      m07: { in: "compile", to: "web" },
      m08: { in: "compile", to: "web", at: "undoing" },
    };
    const decision = decideOnce({ machines: moving, demand: { web: 320 } });
    expect(decision.roles.get(roleName("web"))).toMatchObject({ desired: 7, state: "steady", counts: { arriving: 1 } });
    expect(decision.roles.get(roleName("compile"))?.counts).toMatchObject({ capacity: 4, leaving: 1, arriving: 1 });
  });

  test("shares out no machine that is unknown, quarantined, a stray or retiring", () => {
    const out = {
      m01: { in: "web", silent: true },
      m07: { in: "compile", quarantine: "did not come up" },
      m08: { in: "compile", adopted: false },
      m09: { in: "compile", status: "retiring" as const },
    };
    const decision = decideOnce({ machines: { ...base.machines, ...out } });
    expect([desired(decision, "web"), desired(decision, "compile"), decision.spareDesired]).toEqual([5, 3, 0]);
    expect(decision.roles.get(roleName("compile"))?.counts.capacity).toBe(4);
  });

  test("replaces a lost machine after the hold up, and at once below the floor", () => {
    const lost = { ...base.machines, m01: { in: "web", silent: true } };
    expect(desired(decideOnce({ machines: lost }), "web")).toBe(5);
    expect(desired(decideOnce({ machines: lost, ...waited }), "web")).toBe(6);
    const floor = { policies: { web: { ...web, machines: { floor: 6 } }, compile } };
    expect(desired(decideOnce({ machines: lost, ...floor }), "web")).toBe(6);
  });

  test("holds a role whose demand is unknown, and takes nothing from it", () => {
    const blind = { demand: { web: unknown("no series") } };
    const decision = decideOnce({
      ...blind,
      policies: { web, compile: { ...compile, machines: { floor: 9 } } },
      ...waited,
    });
    expect([desired(decision, "web"), desired(decision, "compile")]).toEqual([6, 6]);
    expect(decision.roles.get(roleName("web"))?.state).toBe("blind");
    expect(decision.roles.get(roleName("compile"))?.reasons).toContain(
      "the pool can't hold its floor of 9: it gives 6",
    );
  });

  test("raises a floor by an open schedule at once", () => {
    const schedule = { opens: "0 7 * * *", for: "12h", timezone: "Europe/Berlin", floor: 9 };
    const policies = { web: { ...web, machines: { floor: 4, raiseFloor: [schedule] } }, compile };
    const fact = { open: true, nextOpenMs: null, closesMs: NOW_MS + 1 };
    expect(desired(decideOnce({ policies, raisedFloors: { web: [fact] } }), "web")).toBe(9);
    expect(desired(decideOnce({ policies, raisedFloors: { web: [{ ...fact, open: false }] } }), "web")).toBe(6);
  });

  test("lets a hungry build farm take the rest without bidding for it", () => {
    const farm = { demand: { distcc: { perMachine: "slots" } }, machines: { floor: 2 }, shortageCost: 1 };
    const busy = machines(7, 3, { in: "compile", jobs: 4, slots: 4 });
    const given = {
      policies: { web, compile: farm },
      machines: { ...machines(1, 6, { in: "web" }), ...busy, ...machines(10, 3, { in: "spare", off: true }) },
      demand: { web: 350, compile: atLeast(12, "every slot is busy") },
      ...waited,
    };
    const decision = decideOnce(given);
    expect([desired(decision, "web"), desired(decision, "compile"), decision.spareDesired]).toEqual([8, 4, 0]);
    expect(decision.roles.get(roleName("compile"))?.state).toBe("growing");
  });

  test("is made of the input alone", () => {
    const pool = buildPool({ ...base, demand: { web: 400 }, ...waited });
    expect(decide(pool)).toEqual(decide(pool));
  });
});

describe("overrides", () => {
  const force = (role: string, count: number, given = {}) =>
    order({ kind: "forceCount", role: roleName(role), count }, given);

  test("force a count, and stop at their expiry", () => {
    expect(desired(decideOnce({ overrides: [force("web", 9)] }), "web")).toBe(9);
    expect(desired(decideOnce({ overrides: [force("web", 9, { expiresMs: NOW_MS })] }), "web")).toBe(6);
  });

  test("the newest of two forces stands", () => {
    const overrides = [force("web", 9), force("web", 8, { createdMs: NOW_MS - 1 })];
    expect(desired(decideOnce({ overrides }), "web")).toBe(8);
    expect(desired(decideOnce({ overrides: overrides.toReversed() }), "web")).toBe(8);
  });

  test("a forced machine counts where it is forced to, and its role is made up for", () => {
    const overrides = [order({ kind: "forceMachine", machine: machineName("m01"), to: roleName("compile") })];
    const decision = decideOnce({ overrides, ...waited });
    expect([desired(decision, "web"), desired(decision, "compile")]).toEqual([6, 6]);
    expect(decision.roles.get(roleName("web"))?.permitted.reasons).toContain("may grow from 5 to 6");
  });

  test("a pinned machine stays the role's, even when it wants fewer", () => {
    const overrides = Array.from({ length: 6 }, (_, index) =>
      order({ kind: "pin", machine: machineName(`m0${index + 1}`) }),
    );
    expect(desired(decideOnce({ overrides, demand: { web: 10 }, ...waited }), "web")).toBe(6);
    expect(desired(decideOnce({ demand: { web: 10 }, ...waited }), "web")).toBe(4);
  });

  test("a pinned spare is given to nobody", () => {
    const spares = { ...machines(1, 2, { in: "web" }), m03: { in: "spare", off: true } };
    const overrides = [order({ kind: "pin", machine: machineName("m03") })];
    const decision = decideOnce({ machines: spares, overrides, demand: { web: 500 }, policies: { web }, ...waited });
    expect([desired(decision, "web"), decision.spareDesired]).toEqual([2, 1]);
  });

  test("a paused role stays as it is", () => {
    const overrides = [order({ kind: "pause", scope: { kind: "role", role: roleName("compile") }, direction: "both" })];
    const decision = decideOnce({ overrides, demand: { web: 531 }, ...waited });
    expect([desired(decision, "web"), desired(decision, "compile")]).toEqual([6, 6]);
  });
});

describe("holds of the whole pool", () => {
  test("name every reason", () => {
    const silent = machines(1, 6, { in: "web", silent: true });
    const { held } = decideOnce({
      machines: { ...silent, ...machines(7, 3, { in: "compile" }) },
      paused: "ada: deploy",
      tripped: "3 failures",
      recoveringMs: 60_000,
      bootServer: { ok: false, why: "tftp does not answer" },
    });
    expect(held).toEqual([
      "paused: ada: deploy",
      "breaker open: 3 failures",
      "recovering from a lost store: waiting until every machine was seen, 60 s at most",
      "67 % of machines unknown: assuming that retask is blind",
      "operations wait for the boot server: tftp does not answer",
    ]);
  });

  test("do not mind a few unknown machines, nor strays", () => {
    const mixed = {
      ...base.machines,
      m01: { in: "web", silent: true },
      m02: { in: "web", adopted: false, silent: true },
    };
    expect(decideOnce({ machines: mixed }).held).toEqual([]);
  });
});
