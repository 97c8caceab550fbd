/** Operations that are called off while they still can be. */
import { describe, expect, test } from "vitest";
import { machineName, roleName } from "../../../src/core/domain/names.ts";
import type { OverrideAct } from "../../../src/core/domain/override.ts";
import { NOW_MS, type PoolSpec } from "../support/pool.ts";
import { machines, order, planOf } from "../support/ticks.ts";

const web = { demand: { series: "sessions", perMachine: 55 }, machines: { floor: 2 } };
const compile = { demand: "rest", machines: { floor: 0 }, shortageCost: 1 };
/** web had five, and gives two to compile. */
const leaving = (wants: number, given: Partial<PoolSpec> = {}, at = "draining"): PoolSpec => ({
  policies: { web, compile },
  demand: { web: wants * 47 },
  deltaMs: 60_000,
  ...given,
  machines: {
    ...machines(1, 3, { in: "web" }),
    m04: { in: "web", to: "compile", at, startedMs: NOW_MS - 60_000 },
    m05: { in: "web", to: "compile", at, startedMs: NOW_MS },
    ...given.machines,
  },
});
const cancelled = (...specs: PoolSpec[]) => planOf(...specs).cancels.map(({ operation }) => operation);
const act = (given: OverrideAct) => ({ overrides: [order(given)] });
const m05 = machineName("m05");

describe("cancellations", () => {
  test("call the youngest operations off when load returns", () => {
    expect(cancelled(leaving(4))).toEqual(["m05-op"]);
    expect(cancelled(leaving(5))).toEqual(["m05-op", "m04-op"]);
    expect(planOf(leaving(5)).moves).toEqual([]);
  });

  test("wait for the role's hold up, as growth does", () => {
    expect(cancelled(leaving(4, { deltaMs: 59_999 }))).toEqual([]);
  });

  test("do not flap: a role that has what it wants without them lets them go", () => {
    expect(cancelled(leaving(3))).toEqual([]);
  });

  test("take none back for another role's sake", () => {
    // compile has two too many once api wants some, but web, where they came from, wants none of them.
    const policies = { web, compile, api: { ...web, machines: { floor: 0 } } };
    const plan = planOf(leaving(3, { policies, demand: { web: 3 * 47, api: 47 } }));
    expect(plan.cancels).toEqual([]);
    expect(plan.notDone).toMatchObject([{ subject: "api", why: "no surplus machine can move now" }]);
  });

  test("count one that is being undone already as back", () => {
    const undoing = { machines: { m05: { in: "web", to: "compile", at: "undoing" } } };
    expect(cancelled(leaving(4, undoing))).toEqual([]);
  });

  test.each(["preflight", "draining", "relinking", "poweringOff"])("are still possible while %s", (at) => {
    expect(cancelled(leaving(4, {}, at))).toEqual(["m05-op"]);
  });

  test.each(["poweringOn", "verifying", "warming"])("are too late while %s", (at) => {
    expect(cancelled(leaving(4, {}, at))).toEqual([]);
  });

  test("take no machine back that its destination needs", () => {
    const policies = { web, compile: { ...compile, machines: { floor: 2 } } };
    const given = { policies, machines: { m06: { in: "spare", off: true } } };
    const plan = planOf(leaving(4, given));
    expect(plan.cancels).toEqual([]);
    expect(plan.moves).toMatchObject([{ machine: "m06", to: "web" }]);
  });

  test("follow a pin, and a force to another place", () => {
    expect(cancelled(leaving(3, act({ kind: "pin", machine: m05 })))).toEqual(["m05-op"]);
    expect(cancelled(leaving(3, act({ kind: "forceMachine", machine: m05, to: roleName("web") })))).toEqual(["m05-op"]);
    expect(cancelled(leaving(3, act({ kind: "forceMachine", machine: m05, to: roleName("compile") })))).toEqual([]);
  });

  test("say when an order comes too late", () => {
    const plan = planOf(leaving(3, act({ kind: "pin", machine: m05 }), "poweringOn"));
    expect(plan.cancels).toEqual([]);
    expect(plan.notDone).toMatchObject([
      {
        subject: "m05",
        what: "stay where it was",
        why: "pinned by ada: test; but its operation to compile can no longer be undone",
      },
    ]);
  });

  test("follow no pause: what is in flight reaches a safe state by itself", () => {
    expect(
      cancelled(leaving(3, act({ kind: "pause", scope: { kind: "machine", machine: m05 }, direction: "both" }))),
    ).toEqual([]);
  });
});
