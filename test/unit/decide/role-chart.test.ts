/** The role chart: holds, doubt, and what each state permits. */

import { describe, expect, test } from "vitest";
import { getAdjacencyMap } from "xstate/graph";
import { newRole, roleChart, roleContext, roleMachine } from "../../../src/core/decide/role.statechart.ts";
import { checkSnapshot } from "../../../src/core/domain/chart.ts";
import { commit, rangeOf, run, type TickSpec, tick } from "../support/role-evidence.ts";

const forced = { min: 9, max: 9, why: "forced to 9 by ada: test" };
const paused = { direction: "both" as const, why: "role web is paused by ada: test" };
const times = (count: number, spec: TickSpec) => Array.from({ length: count }, () => tick(spec));

describe("holds", () => {
  test("a role that has what it wants is steady, and may be outbid down to its floor", () => {
    const role = run([tick()]);
    expect(role.value).toBe("steady");
    expect(rangeOf(role)).toEqual([2, 6]);
  });

  test("a role that wants more waits for its hold up, and then may grow", () => {
    const pressed = run([tick({ wants: 9, deltaMs: 59_999 })]);
    expect(pressed.value).toBe("pressed");
    expect(rangeOf(pressed)).toEqual([2, 6]);
    const growing = run([tick({ wants: 9, deltaMs: 1 })], pressed);
    expect(growing.value).toBe("growing");
    expect(rangeOf(growing)).toEqual([2, 9]);
  });

  test("a hold survives a restart, and downtime adds nothing to it", () => {
    const pressed = run([tick({ deltaMs: 40_000, wants: 9 })]);
    const restored = JSON.parse(JSON.stringify(pressed));
    expect(checkSnapshot(roleChart, restored)).toBeNull();
    expect(run([tick({ deltaMs: 19_999, wants: 9 })], restored).value).toBe("pressed");
    expect(run([tick({ deltaMs: 20_000, wants: 9 })], restored).value).toBe("growing");
  });

  test("a role that wants fewer keeps what it has until its hold down is over", () => {
    const slack = run(times(29, { wants: 4 }));
    expect(slack.value).toBe("slack");
    expect(rangeOf(slack)).toEqual([6, 6]);
    const shrinking = run([tick({ wants: 4 })], slack);
    expect(shrinking.value).toBe("shrinking");
    expect(rangeOf(shrinking)).toEqual([2, 4]);
  });

  test("one tick that wants what it has restarts both holds", () => {
    expect(run([tick({ wants: 9, deltaMs: 59_000 }), tick(), tick({ wants: 9 })]).value).toBe("pressed");
    expect(run([...times(29, { wants: 4 }), tick(), tick({ wants: 4 })]).value).toBe("slack");
  });

  test("unknown demand stops the hold up, and restarts the hold down", () => {
    expect(run([tick({ wants: 9, deltaMs: 55_000 }), tick({ wants: null }), tick({ wants: 9 })]).value).toBe("growing");
    expect(run([...times(29, { wants: 4 }), tick({ wants: null }), tick({ wants: 4 })]).value).toBe("slack");
  });

  test("after a change the count rests for the cooling time, and a hungry role may still be taken from", () => {
    const policy = { coolMs: 30_000 };
    const changed = run([tick({ policy }), commit(6), tick({ policy }), commit(8)]);
    const cooling = run([tick({ wants: 3, policy, assigned: 8 })], changed);
    expect(cooling.value).toBe("cooling");
    expect(rangeOf(cooling)).toEqual([8, 8]);
    expect(rangeOf(run([tick({ wants: 9, hungry: true, policy, assigned: 8 })], changed))).toEqual([2, 8]);
    expect(run([tick({ wants: 8, deltaMs: 30_000, policy, assigned: 8 })], changed).value).toBe("steady");
  });

  test("a first decision starts no cooling", () => {
    const policy = { coolMs: 30_000 };
    expect(run([tick({ policy }), commit(6), tick({ policy })]).value).toBe("steady");
  });

  test("a role that takes the rest has no hold of its own", () => {
    const role = run([tick({ wants: 0, hungry: true, rest: true, level: null })]);
    expect(role.value).toBe("steady");
    expect(rangeOf(role)).toEqual([2, 20]);
  });

  test("a hungry role waits for its hold up, then takes all that is left but asks only for what is measured", () => {
    const role = run([tick({ wants: 7, hungry: true, deltaMs: 60_000 })]);
    expect(role.value).toBe("growing");
    expect(roleContext(role).permitted).toMatchObject({ min: 2, asks: 7, max: 20 });
  });

  test("the step limits growth and shrinking alike", () => {
    const policy = { step: 1 };
    expect(rangeOf(run([tick({ wants: 12, deltaMs: 60_000, policy })]))).toEqual([5, 7]);
    expect(rangeOf(run([tick({ wants: 2, deltaMs: 300_000, level: null, policy })]))).toEqual([5, 5]);
  });

  test("a floor waits neither for a hold nor for a step", () => {
    const policy = { step: 1 };
    expect(rangeOf(run([tick({ wants: 6, floor: 12, policy })]))).toEqual([12, 12]);
    expect(rangeOf(run([tick({ wants: null, floor: 12, policy })]))).toEqual([12, 12]);
  });

  test("machines that can't leave are part of whatever is permitted", () => {
    expect(rangeOf(run([tick({ wants: 2, stuck: 5, deltaMs: 300_000, level: null })]))).toEqual([5, 5]);
  });
});

describe("doubt", () => {
  test("unknown demand never takes a machine, and nobody else's floor may", () => {
    const role = run([...times(100, { wants: null })]);
    expect(role.value).toBe("blind");
    expect(roleContext(role).permitted).toMatchObject({ min: 6, max: 6, keep: 6 });
  });

  test("unknown demand may grow the role where the policy says so, after its hold up", () => {
    const policy = { blind: "grow" as const };
    expect(rangeOf(run(times(5, { wants: null, policy })))).toEqual([6, 6]);
    expect(rangeOf(run(times(6, { wants: null, policy })))).toEqual([6, 20]);
    expect(rangeOf(run(times(6, { wants: null, policy: { ...policy, step: 3 } })))).toEqual([6, 9]);
  });

  test("a drop of over half that nothing confirms is held, and believed after suspectFor", () => {
    const policy = { suspectForMs: 100_000 };
    const dropped = { wants: 2, level: 100, policy };
    const suspect = run([tick({ level: 500, policy }), ...times(9, dropped)]);
    expect(suspect.value).toBe("suspect");
    expect(rangeOf(suspect)).toEqual([6, 6]);
    // Not even another role's floor takes from it.
    expect(roleContext(suspect).permitted.keep).toBe(6);
    expect(roleContext(suspect).permitted.reasons[0]).toBe(
      "demand fell by 80 % from 500 and nothing confirms it: holding 6, 90 s of 100 s",
    );
    const believed = run([tick(dropped)], suspect);
    expect(believed.value).toBe("slack");
    expect(run(times(30, dropped), believed).value).toBe("shrinking");
  });

  test("a second, deeper drop is held for its own time, not for what is left of the first one's", () => {
    const policy = { suspectForMs: 100_000 };
    const first = run([tick({ level: 500, policy }), ...times(9, { wants: 2, level: 100, policy })]);
    const deeper = { wants: 0, level: 0, policy };
    const second = run(times(9, deeper), first);
    expect(second.value).toBe("suspect");
    expect(run([tick(deeper)], second).value).toBe("slack");
    // What only goes on falling slowly is still the same drop.
    expect(run([tick({ wants: 2, level: 60, policy })], first).value).toBe("slack");
  });

  test("a drop that the other signal shows too is believed at once", () => {
    const calm = run([tick({ level: 500, confirm: 80 })]);
    expect(run([tick({ wants: 2, level: 100, confirm: 70 })], calm).value).toBe("suspect");
    expect(run([tick({ wants: 2, level: 100, confirm: 20 })], calm).value).toBe("slack");
    expect(run([tick({ wants: 2, level: 100, confirm: null })], calm).value).toBe("suspect");
  });

  test("a collapse that takes several ticks is seen as one drop", () => {
    const levels = [500, 400, 300, 200, 100, 0];
    expect(run(levels.map((level) => tick({ wants: Math.ceil(level / 90), level }))).value).toBe("suspect");
  });

  test("an evening's decline is no drop", () => {
    // From 500 to 50 over four hours.
    const levels = Array.from({ length: 1_441 }, (_, index) => 500 - (450 * index) / 1_440);
    let role = newRole();
    for (const level of levels) {
      role = run([tick({ wants: Math.ceil(level / 55), level, assigned: 11 })], role);
      expect(role.value).not.toBe("suspect");
    }
  });

  test("a suspicious low that flickers is never believed, for each recovery begins anew", () => {
    const policy = { suspectForMs: 30_000 };
    const flicker = [
      tick({ wants: 2, level: 0, policy }),
      tick({ wants: 2, level: 0, policy }),
      tick({ level: 500, policy }),
    ];
    const role = run([tick({ level: 500, policy }), ...flicker, ...flicker, ...flicker, ...flicker.slice(0, 2)]);
    expect(role.value).toBe("suspect");
  });

  test("demand that comes back at zero after a blind spell is suspect", () => {
    const role = run([tick({ level: 500 }), ...times(200, { wants: null }), tick({ wants: 2, level: 0 })]);
    expect(role.value).toBe("suspect");
  });
});

describe("the chart", () => {
  const events = [
    tick(),
    tick({ wants: 9 }),
    tick({ wants: 9, deltaMs: 60_000 }),
    tick({ wants: 4, level: 300 }),
    tick({ wants: 4, level: 300, deltaMs: 300_000 }),
    tick({ wants: 2, level: 1 }),
    tick({ wants: null }),
    tick({ forced }),
    tick({ paused }),
    tick({ policy: { coolMs: 60_000 } }),
    commit(6),
    commit(7),
  ];
  const reachable = Object.values(
    getAdjacencyMap(roleMachine, {
      events,
      limit: 5_000,
      serializeState: ({ value, context }) =>
        JSON.stringify([value, context.desired, context.holds.coolMs, context.holds.trustedLevel !== null]),
    }),
  );
  const states = Object.keys(roleMachine.states);

  test("has every state reachable", () => {
    const reached = new Set(reachable.map(({ state }) => String(state.value)));
    expect([...reached].sort()).toEqual([...states].sort());
  });

  test.each(states)("can leave %s", (name) => {
    const from = reachable.filter(({ state }) => state.value === name);
    const next = from.flatMap(({ transitions }) => {
      const edges: readonly { state: { value: unknown } }[] = Object.values(transitions);
      return edges.map(({ state }) => state.value);
    });
    expect(next.some((value) => value !== name)).toBe(true);
  });

  test("refuses a stored state that it does not know", () => {
    expect(checkSnapshot(roleChart, { ...newRole(), version: 0 })).toContain("version");
    expect(checkSnapshot(roleChart, { ...newRole(), context: { holds: 1 } })).toContain("context");
    expect(checkSnapshot(roleChart, { ...newRole(), value: "dreaming" })).toContain("unknown state");
  });
});
