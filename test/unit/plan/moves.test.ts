/** Which machines the plan takes, and which image they would boot. */
import { describe, expect, test } from "vitest";
import { machineName, roleName } from "../../../src/core/domain/names.ts";
import type { PoolSpec } from "../support/pool.ts";
import { machines, movesOf, order, planOf } from "../support/ticks.ts";

const web = { demand: { series: "sessions", perMachine: 55 }, machines: { floor: 2 } };
const compile = { demand: "rest", machines: { floor: 0 }, shortageCost: 1 };
/** web has two machines, and wants as many more as given. */
const short = (by: number, given: Partial<PoolSpec> & Pick<PoolSpec, "machines">): PoolSpec => ({
  policies: { web, compile },
  demand: { web: (2 + by) * 47 },
  deltaMs: 60_000,
  ...given,
  machines: { ...machines(1, 2, { in: "web" }), ...given.machines },
});
const farm = machines(3, 4, { in: "compile" });

describe("the machine taken", () => {
  test("is a spare before any machine that serves, one that is on before one that is off", () => {
    const spares = { s1: { in: "spare", off: true }, s2: { in: "spare" } };
    expect(movesOf(planOf(short(3, { machines: { ...farm, ...spares } })))).toEqual([
      "s2 spare→web",
      "s1 spare→web",
      "m03 compile→web",
    ]);
  });

  test("has the fewest running jobs", () => {
    const jobs = { m03: { in: "compile", jobs: 3 }, m04: { in: "compile", jobs: 1 }, m05: { in: "compile", jobs: 2 } };
    expect(movesOf(planOf(short(2, { machines: jobs })))).toEqual(["m04 compile→web", "m05 compile→web"]);
  });

  test("has kept its role longest", () => {
    const rested = { m03: { in: "compile", uptimeS: 2_000 }, m04: { in: "compile", uptimeS: 4_000 } };
    expect(movesOf(planOf(short(1, { machines: rested })))).toEqual(["m04 compile→web"]);
  });

  test("spreads the role over racks once all are rested", () => {
    const racks = {
      ...machines(1, 2, { in: "web", domains: { rack: "r1" } }),
      m03: { in: "compile", domains: { rack: "r1" }, uptimeS: 900_000 },
      m04: { in: "compile", domains: { rack: "r2" } },
      m05: { in: "compile", domains: { rack: "r2" } },
      m06: { in: "compile", domains: { rack: "r3" } },
    };
    expect(movesOf(planOf(short(2, { machines: racks })))).toEqual(["m04 compile→web", "m06 compile→web"]);
  });

  test("is not one whose last operation was just undone, while there is another", () => {
    const spent = [{ operation: "x" as never, machine: machineName("m03"), domains: {}, ageMs: 120_000 }];
    expect(movesOf(planOf(short(1, { machines: farm, spent })))).toEqual(["m04 compile→web"]);
  });

  test("is none that is pinned, paused, unmanageable, late, or of another role by fleet.yaml", () => {
    const given = {
      m03: { in: "compile" },
      m04: { in: "compile" },
      m05: { in: "compile", unmanageable: "RTK_BMC_AUTH" },
      m06: { in: "compile", beaconAgeMs: 30_000 },
      m07: { in: "compile", roles: ["compile"] },
      m08: { in: "compile", link: { kind: "shadowed" as const, by: "a UUID file" } },
      m09: { in: "compile" },
    };
    const overrides = [
      order({ kind: "pin", machine: machineName("m03") }),
      order({ kind: "pause", scope: { kind: "machine", machine: machineName("m04") }, direction: "both" }),
    ];
    expect(movesOf(planOf(short(2, { machines: given, overrides })))).toEqual(["m09 compile→web"]);
  });

  test("comes from where one is passed on, when fleet.yaml lets no surplus machine take the place", () => {
    const given = {
      policies: { web, compile, api: { ...web, machines: { floor: 0 } } },
      machines: { m03: { in: "api" }, s1: { in: "spare", roles: ["api"] } },
      demand: { web: 3 * 47, api: 47 },
    };
    expect(movesOf(planOf(short(1, given)))).toEqual(["s1 spare→api", "m03 api→web"]);
  });
});

describe("the image", () => {
  test("is what the role's channel means now, or the machine's own", () => {
    const pinned = { ...farm, m03: { in: "compile", image: { web: "web.1" } } };
    expect(planOf(short(2, { machines: pinned })).moves).toMatchObject([
      { machine: "m03", fromImage: "compile.1", toImage: "web.1" },
      { machine: "m04", fromImage: "compile.1", toImage: "web.1" },
    ]);
  });

  test("that is missing keeps the machine where it is, and the plan says so", () => {
    const plan = planOf(short(1, { machines: farm, missing: ["web.production"] }));
    expect(plan.moves).toEqual([]);
    expect(plan.notDone).toMatchObject([{ subject: "web", why: "no image: web.production is missing or broken" }]);
  });

  test("that says it is another role's is never booted", () => {
    const wrong = { m03: { in: "compile", image: { web: "compile.1" } } };
    const plan = planOf(short(1, { machines: wrong }));
    expect(plan.notDone[0]?.why).toBe("image compile.1 says that it is for compile, not web");
  });

  test("of a spare is none: it is switched off, unless the reserve is kept on", () => {
    const surplus = {
      machines: machines(1, 6, { in: "web" }),
      policies: { web },
      demand: { web: 47 },
      deltaMs: 300_000,
    };
    const off = planOf({ ...surplus, limits: { atOnce: 1 } });
    expect(off.moves).toMatchObject([{ machine: "m01", to: "spare", toImage: null, reason: "no role wants it" }]);
    const on = planOf({ ...surplus, limits: { atOnce: 1, reserve: { power: "on", image: "web.1" } } });
    expect(on.moves).toMatchObject([{ to: "spare", toImage: "web.1" }]);
  });
});

describe("ordered moves", () => {
  test("a retiring machine drains to spare and off, once its role can do without", () => {
    const retiring = { ...farm, m01: { in: "web", status: "retiring" as const } };
    const plan = planOf(short(0, { machines: retiring }));
    expect(movesOf(plan)).toEqual(["m03 compile→web"]);
    expect(plan.notDone).toMatchObject([{ subject: "m01", what: "retire", why: "web is at its floor of 2" }]);
    const replaced = planOf(short(0, { machines: { ...retiring, m03: { in: "web" } } }));
    expect(replaced.moves).toMatchObject([{ machine: "m01", to: "spare", toImage: null }]);
  });

  test("a retiring spare that is off needs nothing more", () => {
    const plan = planOf(short(0, { machines: { s1: { in: "spare", off: true, status: "retiring" } } }));
    expect([plan.moves, plan.notDone]).toEqual([[], []]);
  });

  test("a role that vanished drains to the rest", () => {
    const plan = planOf(short(0, { machines: { m03: { in: "gone" } } }));
    expect(movesOf(plan)).toEqual(["m03 gone→compile"]);
    expect(plan.moves[0]?.reason).toContain("role gone is gone");
  });

  const force = (name: string, to: string, given = {}) =>
    order({ kind: "forceMachine", machine: machineName(name), to: roleName(to) }, given);

  test("a force ignores dwell and picks this very machine", () => {
    const fresh = { ...farm, m03: { in: "compile", uptimeS: 60 } };
    const plan = planOf(short(0, { machines: fresh, overrides: [force("m03", "web")] }));
    expect(plan.moves).toMatchObject([{ machine: "m03", to: "web", reason: "forced by ada: test" }]);
  });

  test("a force is held back by the floor, its role is made up for, and then it goes", () => {
    const overrides = [force("m01", "compile")];
    const held = planOf(short(0, { machines: farm, overrides }));
    expect(movesOf(held)).toEqual(["m03 compile→web"]);
    expect(held.notDone).toMatchObject([{ subject: "m01", what: "go to compile", why: "web is at its floor of 2" }]);
    const free = planOf(short(0, { machines: { ...farm, m03: { in: "web" } }, overrides }));
    expect(movesOf(free)).toEqual(["m01 web→compile"]);
  });

  test("a force goes below the floor only when that was said", () => {
    const plan = planOf(short(0, { machines: farm, overrides: [force("m01", "compile", { overrideFloor: true })] }));
    expect(movesOf(plan)[0]).toBe("m01 web→compile");
  });

  test("a force that can't be says why", () => {
    const overrides = [
      force("m99", "web"),
      force("m03", "web"),
      force("m04", "web"),
      force("m05", "web"),
      order({ kind: "pin", machine: machineName("m03") }),
    ];
    const given = { ...farm, m04: { in: "compile", roles: ["compile"] }, m05: { in: "compile", silent: true } };
    expect(planOf(short(0, { machines: given, overrides })).notDone).toMatchObject([
      { subject: "m03", why: "pinned by ada: test" },
      { subject: "m04", why: "fleet.yaml does not let it take web" },
      { subject: "m05", why: "no beacon (no answer)" },
      { subject: "m99", why: "fleet.yaml has no such machine" },
    ]);
  });
});
