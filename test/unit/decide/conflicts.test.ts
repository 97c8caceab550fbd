/** What contradicts an order is said in a sentence, with who wins; and each plan says what of a role's force is not met. */
import { describe, expect, test } from "vitest";
import { conflictsOf } from "../../../src/core/decide/conflicts.ts";
import { machineName, roleName } from "../../../src/core/domain/names.ts";
import type { Override, OverrideAct } from "../../../src/core/domain/override.ts";
import type { PoolSpec } from "../support/pool.ts";
import { decideTicks, machines, order, planOf } from "../support/ticks.ts";

const [web, compile] = [roleName("web"), roleName("compile")];
const m01 = machineName("m01");
const base: PoolSpec = {
  machines: { ...machines(1, 6, { in: "web" }), ...machines(7, 4, { in: "compile" }) },
  policies: {
    web: { demand: { series: "sessions", perMachine: 55 }, machines: { floor: 3, max: 9 }, shortageCost: 20 },
    compile: { demand: "rest", machines: { floor: 2 } },
  },
  demand: { web: 6 * 47 },
};

const count = (machines: number): OverrideAct => ({ kind: "forceCount", role: web, count: machines });
const toCompile: OverrideAct = { kind: "forceMachine", machine: m01, to: compile };
const pin: OverrideAct = { kind: "pin", machine: m01 };
const pause = (direction: "in" | "out" | "both"): OverrideAct => ({
  kind: "pause",
  scope: { kind: "role", role: web },
  direction,
});
const pausePool: OverrideAct = { kind: "pause", scope: { kind: "pool" }, direction: "both" };

/** Of the last of these orders, with all of them in force. */
function conflicts(acts: readonly OverrideAct[], given: Partial<PoolSpec> = {}, overrideFloor = false): string[] {
  const overrides: Override[] = acts.map((act) => order(act, { overrideFloor }));
  const { pool, decision } = decideTicks([{ ...base, ...given, overrides }]);
  const act = acts.at(-1) ?? pin;
  return conflictsOf({ act, overrideFloor }, { ...pool, decision });
}

const quiet: [string, OverrideAct][] = [
  ["a count", count(8)],
  ["a range", { kind: "forceRange", role: web, min: 4, max: 9 }],
  ["a floor", { kind: "forceFloor", role: web, floor: 5 }],
  ["a machine", toCompile],
  ["a pin", pin],
  ["a pause", pause("both")],
];
test.each(quiet)("%s that nothing contradicts has no conflict", (_, act) => {
  expect(conflicts([act])).toEqual([]);
});

const freeze = { open: true, nextOpenMs: null, closesMs: null };
const stuckSix = machines(1, 6, { in: "web", unmanageable: "no answer" });
test.each<[string, OverrideAct[], string, Partial<PoolSpec>?]>([
  ["a force of a pinned machine", [pin, toCompile], "m01 is pinned by ada: test: that wins"],
  ["a pin of a forced machine", [toCompile, pin], "m01 is forced to compile by ada: test: the pin wins"],
  [
    "a force out of a closed role",
    [pause("out"), toCompile],
    "role web is paused, none may leave, by ada: test: that wins",
  ],
  [
    "a force of a paused role",
    [pause("in"), count(8)],
    "role web is paused, none may come in, by ada: test: that wins",
  ],
  ["a pause of a forced role", [count(8), pause("both")], "web is forced to 8 by ada: test: the pause wins"],
  ["a pause of the pool", [count(8), toCompile, pausePool], "the pause wins over 2 forces, which wait"],
  ["a force in a paused pool", [pausePool, count(8)], "the pool is paused: it waits (paused by ada: test)"],
  ["a force while a freeze is on", [count(8)], "a freeze is on: it waits for its end", { freezes: [freeze] }],
  ["a count above the maximum", [count(10)], "the maximum of web is 9: it gets no more"],
  [
    "a range above it",
    [{ kind: "forceRange", role: web, min: 4, max: 10 }],
    "the maximum of web is 9: it gets no more",
  ],
  [
    "forces and floors of more than the pool",
    [{ kind: "forceCount", role: compile, count: 6 }, count(8)],
    "forces and floors ask for 14 machines in all, the pool has 10: floors win, then the costlier shortage",
  ],
  [
    "more than may serve in the role",
    [count(8)],
    "only 6 machines can serve as web now: it gets at most 6",
    { machines: { ...machines(1, 6, { in: "web" }), ...machines(7, 4, { in: "compile", roles: ["compile"] }) } },
  ],
  [
    "fewer than are bound to it",
    [count(4)],
    "6 machines are bound to web by pins, forces or BMCs that don't answer: they stay",
    { machines: { ...stuckSix, ...machines(7, 4, { in: "compile" }) } },
  ],
  [
    "a quarantined machine",
    [toCompile],
    "m01 can't be moved: quarantined: it did not come up",
    { machines: { ...base.machines, m01: { in: "web", quarantine: "it did not come up" } } },
  ],
  [
    "a machine of a role at its floor",
    [toCompile],
    "web is at its floor of 3: it goes once another machine has come for it",
    { machines: { ...machines(1, 3, { in: "web" }), ...machines(7, 4, { in: "compile" }) } },
  ],
  [
    "a pause of a role below its floor",
    [pause("in")],
    "web has 2 healthy machines, its floor is 3: while it is paused none comes",
    { machines: { ...machines(1, 2, { in: "web" }), ...machines(7, 4, { in: "compile" }) } },
  ],
])("%s: said, with who wins", (_, acts, sentence, given = {}) => {
  expect(conflicts(acts, given)).toContain(sentence);
});

describe("a plan says of a force that is not met", () => {
  const notDone = (acts: readonly OverrideAct[], given: Partial<PoolSpec> = {}) =>
    planOf({ ...base, ...given, overrides: acts.map((act) => order(act)) }).notDone.filter(({ what }) =>
      what.startsWith("have"),
    );

  test("nothing, where it is met or on its way", () => {
    expect(notDone([count(8)])).toEqual([]);
    expect(notDone([{ kind: "forceRange", role: web, min: 4, max: 8 }])).toEqual([]);
    expect(notDone([{ kind: "forceFloor", role: web, floor: 7 }])).toEqual([]);
  });

  test.each<[OverrideAct[], string, string]>([
    [[count(2)], "have 2 machines", "held back by its floor of 3: gets 3"],
    [[count(10)], "have 10 machines", "held back by its maximum of 9: gets 8"],
    [
      [{ kind: "forceFloor", role: web, floor: 10 }],
      "have at least 10 machines",
      "its maximum and the pool allow a floor of 9: gets 8",
    ],
    [
      [pause("in"), { kind: "forceRange", role: web, min: 8, max: 9 }],
      "have 8 to 9 machines",
      "role web is paused, none may come in, by ada: test: gets 6",
    ],
    [
      [pause("both"), count(8)],
      "have 8 machines",
      "role web is paused by ada: test, staying at 6; until then forced to 8 by ada: test waits: gets 6",
    ],
  ])("%j", (acts, what, why) => {
    expect(notDone(acts)).toEqual([{ subject: "web", what, why, notBeforeMs: null }]);
  });
});
