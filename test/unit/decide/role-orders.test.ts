/** Operators' words in the role chart: forces and pauses stand over demand and its holds. */
import { describe, expect, test } from "vitest";
import { roleContext } from "../../../src/core/decide/role.statechart.ts";
import { rangeOf, run, type TickSpec, tick } from "../support/role-evidence.ts";

const forced = { min: 9, max: 9, why: "forced to 9 by ada: test" };
const paused = { direction: "both" as const, why: "role web is paused by ada: test" };
const times = (count: number, spec: TickSpec) => Array.from({ length: count }, () => tick(spec));

describe("an operator's word", () => {
  test("a forced count replaces holds and doubt", () => {
    expect(rangeOf(run([tick({ forced })]))).toEqual([9, 9]);
    expect(run([tick({ forced, wants: null })]).value).toBe("forced");
  });

  test("a force is held back by floor and maximum, and says so", () => {
    const low = run([tick({ forced: { ...forced, min: 0, max: 0 } })]);
    expect(rangeOf(low)).toEqual([2, 2]);
    expect(roleContext(low).permitted.reasons).toContain("held back by its floor of 2");
    const high = run([tick({ forced: { ...forced, min: 90, max: 90 } })]);
    expect(rangeOf(high)).toEqual([20, 20]);
    expect(roleContext(high).permitted.reasons).toContain("held back by its maximum of 20");
  });

  test("a paused role stays at what it has", () => {
    const role = run([tick({ paused, forced, wants: 12, floor: 8 })]);
    expect(role.value).toBe("paused");
    expect(roleContext(role).permitted).toMatchObject({ min: 6, max: 6, keep: 6 });
  });
});

describe("a forced range", () => {
  const range = { min: 8, max: 9, why: "forced to between 8 and 9 by ada: test" };

  test("leaves the decision to demand, within its ends, and waits for no hold to reach them", () => {
    const low = run([tick({ forced: range })]);
    expect([low.value, rangeOf(low)]).toEqual(["steady", [8, 8]]);
    const grown = run([tick({ forced: range, wants: 12, assigned: 8, deltaMs: 60_000 })]);
    expect([grown.value, rangeOf(grown)]).toEqual(["growing", [8, 9]]);
    const above = run([tick({ forced: range, assigned: 12, wants: 12 })]);
    expect(rangeOf(above)).toEqual([8, 9]);
    expect(roleContext(above).permitted.reasons).toContain(range.why);
  });

  test("binds a role whose demand is unknown too", () => {
    const role = run([tick({ forced: range, wants: null, assigned: 12 })]);
    expect(roleContext(role).permitted).toMatchObject({ min: 9, max: 9, keep: 9 });
  });

  test("gives way to the floor and to the maximum, and says so", () => {
    const floored = run([tick({ forced: { ...range, min: 0, max: 1 } })]);
    expect(rangeOf(floored)).toEqual([2, 2]);
    expect(roleContext(floored).permitted.reasons).toContain("held back by its floor of 2");
    const capped = run([tick({ forced: { ...range, min: 22, max: 30 } })]);
    expect(rangeOf(capped)).toEqual([20, 20]);
    expect(roleContext(capped).permitted.reasons).toContain("held back by its maximum of 20");
  });
});

describe("a pause one way", () => {
  const closed = (direction: "in" | "out") => ({ direction, why: `none ${direction}` });
  const grows = { wants: 9, deltaMs: 60_000 };

  test("in: none may come, and demand may still take some away", () => {
    expect(rangeOf(run([tick({ paused: closed("in"), ...grows })]))).toEqual([2, 6]);
    const shrinking = run([...times(30, { wants: 4 }), tick({ wants: 4, paused: closed("in") })]);
    expect([shrinking.value, rangeOf(shrinking)]).toEqual(["shrinking", [2, 4]]);
    expect(rangeOf(run([tick({ paused: closed("in"), floor: 8 })]))).toEqual([6, 6]);
  });

  test("out: none may leave, not even for another role's floor, and demand may still bring some", () => {
    expect(rangeOf(run([tick({ paused: closed("out"), ...grows })]))).toEqual([6, 9]);
    const slack = run([...times(30, { wants: 4 }), tick({ wants: 4, paused: closed("out") })]);
    expect(roleContext(slack).permitted).toMatchObject({ min: 6, max: 6, keep: 6 });
  });

  test("wins over a forced count", () => {
    expect(rangeOf(run([tick({ paused: closed("in"), forced })]))).toEqual([6, 6]);
    const fewer = { ...forced, min: 3, max: 3 };
    const role = run([tick({ paused: closed("out"), forced: fewer })]);
    expect(rangeOf(role)).toEqual([6, 6]);
    expect(roleContext(role).permitted.reasons).toEqual([fewer.why, "none out"]);
  });
});
