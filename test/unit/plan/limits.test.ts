/** What the limits allow, and what the plan says of what they don't. */
import { describe, expect, test } from "vitest";
import { imageName, machineName, roleName } from "../../../src/core/domain/names.ts";
import type { Failure, Spend } from "../../../src/core/domain/pool-state.ts";
import { NOW_MS, type PoolSpec } from "../support/pool.ts";
import { machines, movesOf, order, planOf } from "../support/ticks.ts";

const web = { demand: { series: "sessions", perMachine: 55 }, machines: { floor: 2 } };
const compile = { demand: "rest", machines: { floor: 2 }, shortageCost: 1 };
/** Ten machines; web has two and wants six. */
const short = (given: Partial<PoolSpec> = {}): PoolSpec => ({
  machines: { ...machines(1, 2, { in: "web" }), ...machines(3, 8, { in: "compile" }) },
  policies: { web, compile },
  demand: { web: 6 * 47 },
  deltaMs: 60_000,
  ...given,
});
const spend = (ageMs: number): Spend => ({ operation: "o" as never, machine: machineName("m10"), domains: {}, ageMs });
const fact = { open: true, nextOpenMs: null, closesMs: NOW_MS + 5_000 };
const window = { opens: "0 * * * *", for: "10m", timezone: "Europe/Berlin" };

describe("limits", () => {
  test("at once counts what is in operation already", () => {
    const moving = { ...short().machines, m10: { in: "compile", to: "web" } };
    const plan = planOf(short({ machines: moving, limits: { atOnce: 3 } }));
    expect(plan.moves).toHaveLength(2);
    expect(plan.notDone).toEqual([
      { subject: "web", what: "1 more machine", why: "3 in operation, at most 3 at once", notBeforeMs: null },
    ]);
  });

  test("at once is a share of the pool, and at least one", () => {
    expect(planOf(short({ limits: { atOnce: "20%" } })).moves).toHaveLength(2);
    expect(planOf(short({ limits: { atOnce: "1%" } })).moves).toHaveLength(1);
  });

  test("per hour counts what was spent within the hour, and says when the next one fits", () => {
    const spent = [spend(3_000_000), spend(60_000), spend(3_600_000)];
    const plan = planOf(short({ spent, limits: { perHour: 3 } }));
    expect(plan.moves).toHaveLength(1);
    expect(plan.notDone).toMatchObject([{ why: "3 an hour are spent", notBeforeMs: NOW_MS + 600_000 }]);
  });

  test("per domain counts operations in the rack, and machines that failed there and are still out", () => {
    const racked = { ...machines(1, 2, { in: "web" }), ...machines(3, 8, { in: "compile", domains: { rack: "r1" } }) };
    const limits = { perDomain: { rack: 2 } };
    expect(planOf(short({ machines: racked, limits })).moves).toHaveLength(2);
    const failed = { ...racked, m10: { in: "compile", domains: { rack: "r1" }, quarantine: "did not come up" } };
    const failed10 = { machine: machineName("m10"), image: null, rack: "r1", effect: null, why: "x" };
    const failures = [{ ...failed10, ageMs: 0, overcome: false }];
    const plan = planOf(short({ machines: failed, failures, limits }));
    expect(plan.moves).toHaveLength(1);
    expect(plan.notDone[0]?.why).toBe("rack r1 has 2 in operation or failed, the most at once");
  });

  test("dwell keeps a machine in its role, and says until when", () => {
    const fresh = { ...machines(1, 2, { in: "web" }), ...machines(3, 8, { in: "compile", uptimeS: 1_700 }) };
    const plan = planOf(short({ machines: fresh }));
    expect(plan.moves).toEqual([]);
    expect(plan.notDone).toEqual([
      {
        subject: "web",
        what: "4 more machines",
        why: "keeps its role for at least 30 min",
        notBeforeMs: NOW_MS + 100_000,
      },
    ]);
  });

  test("the donor's floor holds for the machines that would be left, this plan's own moves counted", () => {
    const plan = planOf(short({ demand: { web: 9 * 47 }, limits: { dwell: "0s" } }));
    expect(plan.moves).toHaveLength(6);
    const late = { ...short().machines, ...machines(9, 2, { in: "compile", beaconAgeMs: 30_000 }) };
    // Two late ones are capacity, but no floor may rest on them.
    expect(planOf(short({ machines: late, demand: { web: 9 * 47 } })).moves).toHaveLength(4);
  });

  test("a machine whose operation was undone rests: what hindered it would only spend the hour's limit again", () => {
    const policies = { web, compile: { ...compile, machines: { floor: 0 } } };
    const tried = (ageMs: number, uptimeS: number): string[] => {
      const specs = { ...machines(1, 2, { in: "web" }), m10: { in: "compile", uptimeS } };
      const limits = { atOnce: 9, perHour: "100%", dwell: "1s" };
      return movesOf(planOf(short({ machines: specs, policies, spent: [spend(ageMs)], limits })));
    };
    expect(tried(599_000, 7_200)).toEqual([]);
    expect(tried(600_000, 7_200)).toEqual(["m10 compile→web"]);
    // It rebooted since, so that operation was done: dwell alone keeps it.
    expect(tried(400_000, 300)).toEqual(["m10 compile→web"]);
  });

  test("so does a forced one, until it is ordered anew: draining it again and again would help nobody", () => {
    const specs = { ...machines(1, 3, { in: "web" }), ...machines(4, 3, { in: "compile" }), m10: { in: "compile" } };
    const forced = (createdMs: number): string[] => {
      const act = { kind: "forceMachine", machine: machineName("m10"), to: roleName("web") } as const;
      const limits = { atOnce: 9, perHour: "100%" };
      const demand = { web: 3 * 47 };
      const overrides = [order(act, { createdMs })];
      return movesOf(planOf(short({ machines: specs, demand, overrides, limits, spent: [spend(60_000)] })));
    };
    expect(forced(NOW_MS - 61_000)).not.toContain("m10 compile→web");
    expect(forced(NOW_MS - 59_000)).toContain("m10 compile→web");
  });

  test("what is said of it is why its newest operation was undone", () => {
    const specs = { ...machines(1, 3, { in: "web" }), ...machines(4, 3, { in: "compile" }), m10: { in: "compile" } };
    const act = { kind: "forceMachine", machine: machineName("m10"), to: roleName("web") } as const;
    const overrides = [order(act, { createdMs: NOW_MS - 61_000 })];
    const saying = (...spent: Spend[]) => planOf(short({ machines: specs, overrides, spent })).notDone;
    const why = "its last operation was undone";
    expect(saying(spend(60_000))).toContainEqual(expect.objectContaining({ subject: "m10", why }));
    const told = [
      { ...spend(90_000), undone: "an older one" },
      { ...spend(60_000), undone: "no kernel" },
    ];
    expect(saying(...told)).toContainEqual(expect.objectContaining({ subject: "m10", why: `${why}: no kernel` }));
  });

  test("a window that is closed lets only an urgent shortage through", () => {
    const closed = { ...fact, open: false, nextOpenMs: NOW_MS + 60_000, closesMs: null };
    const given = { windows: [closed], limits: { windows: [window], urgent: { shortBy: 4 } } };
    expect(planOf(short(given)).moves).toHaveLength(4);
    const mild = planOf(short({ ...given, demand: { web: 5 * 47 } }));
    expect(mild.moves).toEqual([]);
    expect(mild.notDone).toMatchObject([{ why: "no window is open", notBeforeMs: NOW_MS + 60_000 }]);
    expect(planOf(short({ ...given, windows: [fact], demand: { web: 5 * 47 } })).moves).toHaveLength(3);
  });

  test("a freeze stops everything, a force too, and says until when", () => {
    const overrides = [order({ kind: "forceMachine", machine: machineName("m03"), to: roleName("web") })];
    const plan = planOf(short({ freezes: [fact], overrides }));
    expect(plan.moves).toEqual([]);
    expect(plan.notDone).toMatchObject([
      { subject: "m03", why: "a freeze is on", notBeforeMs: NOW_MS + 5_000 },
      { subject: "web", why: "a freeze is on" },
    ]);
  });

  test("a hold of the pool stops everything, and is the reason", () => {
    const plan = planOf(short({ bootServer: { ok: false, why: "tftp does not answer" } }));
    expect(plan.moves).toEqual([]);
    expect(plan.notDone[0]?.why).toBe("operations wait for the boot server: tftp does not answer");
  });

  test("pauses of pool and role stop new operations in their scope", () => {
    const pause = (scope: object) => [order({ kind: "pause", scope, direction: "both" } as never)];
    expect(planOf(short({ overrides: pause({ kind: "pool" }) })).moves).toEqual([]);
    expect(planOf(short({ overrides: pause({ kind: "role", role: "compile" }) })).moves).toEqual([]);
  });

  test.each([
    ["in", "web", []],
    ["out", "web", ["m03 compile→web"]],
    ["in", "compile", ["m03 compile→web"]],
    ["out", "compile", []],
  ] as const)("a pause that lets none %s of %s stops only what goes that way", (direction, role, moves) => {
    const pause = order({ kind: "pause", scope: { kind: "role", role: roleName(role) }, direction });
    const force = order({ kind: "forceMachine", machine: machineName("m03"), to: roleName("web") });
    expect(movesOf(planOf(short({ demand: { web: 0 }, overrides: [pause, force] })))).toEqual(moves);
  });

  test("an open breaker stops its rack or its image alone", () => {
    const failure = (rack: string | null, image: string): Failure => {
      const machine = machineName("m99");
      return { machine, image: imageName(image), rack, effect: null, why: "did not come up", ageMs: 0, overcome: true };
    };
    const racked = {
      ...short().machines,
      ...machines(3, 6, { in: "compile", domains: { rack: "r1" } }),
      ...machines(9, 2, { in: "compile", domains: { rack: "r2" } }),
    };
    const rack = planOf(short({ machines: racked, failures: Array(3).fill(failure("r1", "web.1")) }));
    expect(movesOf(rack)).toEqual(["m09 compile→web", "m10 compile→web"]);
    const image = planOf(short({ machines: racked, failures: Array(3).fill(failure(null, "web.1")) }));
    expect(image.moves).toEqual([]);
    expect(image.notDone[0]?.why).toContain("breaker open: 3 failures of image web.1");
  });
});

describe("a plan's id", () => {
  test("is the same for the same plan, whatever the time and the order of machines", () => {
    const plan = planOf(short({ limits: { atOnce: 2 } }));
    const reversed = Object.fromEntries(Object.entries(short().machines).toReversed());
    expect(planOf(short({ machines: reversed, limits: { atOnce: 2 } })).id).toBe(plan.id);
    expect(plan.id).toMatch(/^[0-9a-f]{16}$/);
  });

  test("differs for another plan", () => {
    expect(planOf(short({ limits: { atOnce: 2 } })).id).not.toBe(planOf(short({ limits: { atOnce: 3 } })).id);
  });
});
