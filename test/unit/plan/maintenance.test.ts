/** A machine that somebody works on: drained, out, and counted nowhere, within floors and limits like any other move. */
import { expect, test } from "vitest";
import { machineName, SPARE } from "../../../src/core/domain/names.ts";
import type { Override } from "../../../src/core/domain/override.ts";
import type { MachineSpec, PoolSpec } from "../support/pool.ts";
import { decideTicks, desired, machines, movesOf, order, planOf } from "../support/ticks.ts";

const web = { demand: { series: "sessions", perMachine: 55 }, machines: { floor: 2 } };
const compile = { demand: "rest", machines: { floor: 0 } };
const pool = (given: Record<string, MachineSpec>, overrides: readonly Override[], spec: Partial<PoolSpec> = {}) => ({
  policies: { web, compile },
  demand: { web: 90 },
  overrides,
  ...spec,
  machines: { ...machines(1, 2, { in: "web" }), ...given },
});
const maintain = (name: string, power: "off" | "on" = "off", given: Partial<Override> = {}): Override =>
  order({ kind: "maintain", machine: machineName(name), power }, given);
const farm = machines(3, 3, { in: "compile" });

test("is drained and switched off, and counts for no role", () => {
  const spec = pool(farm, [maintain("m03")], { limits: { reserve: { power: "on", image: "compile.1" } } });
  expect(planOf(spec).moves).toMatchObject([
    { machine: "m03", from: "compile", to: SPARE, toImage: null, manner: "usual", reason: "maintenance by ada: test" },
  ]);
  expect(desired(decideTicks([spec]).decision, "compile")).toBe(2);
});

test("left on it is only drained, and keeps what it boots", () => {
  expect(planOf(pool(farm, [maintain("m03", "on")])).moves).toMatchObject([
    { machine: "m03", to: SPARE, toImage: "compile.1", manner: "drainOnly" },
  ]);
});

test("its role is made up for first, and its floor held", () => {
  const plan = planOf(pool(farm, [maintain("m01")]));
  expect(movesOf(plan)).toEqual(["m03 compile→web"]);
  expect(plan.notDone).toMatchObject([
    { subject: "m01", what: "be switched off for maintenance", why: "web is at its floor of 2" },
  ]);
  const below = maintain("m01", "off", { overrideFloor: true });
  expect(movesOf(planOf(pool(farm, [below])))[0]).toBe("m01 web→spare");
});

test("once out it is left alone, whatever it does, and is nobody's spare", () => {
  const busy = { demand: { web: 900 }, deltaMs: 60_000 };
  const out: MachineSpec[] = [
    { in: "spare", off: true },
    { in: "spare", silent: true },
    { in: "spare", silent: true, unmanageable: "RTK_BMC_TIMEOUT" },
  ];
  for (const machine of out) {
    const plan = planOf(pool({ m03: machine }, [maintain("m03")], busy));
    expect([movesOf(plan), plan.notDone.filter(({ subject }) => subject === "m03")]).toEqual([[], []]);
  }
  expect(movesOf(planOf(pool({ m03: { in: "spare" } }, [maintain("m03", "on")], busy)))).toEqual([]);
  expect(movesOf(planOf(pool({ m03: { in: "spare", off: true } }, [], busy)))).toEqual(["m03 spare→web"]);
});

test("machines that somebody works on are no sign that retask is blind", () => {
  const dark = { ...machines(3, 3, { in: "spare", silent: true }) };
  const held = (overrides: readonly Override[]) => decideTicks([pool(dark, overrides)]).decision.held;
  expect(held([])).toEqual(["60 % of machines unknown: assuming that retask is blind"]);
  expect(held(["m03", "m04", "m05"].map((name) => maintain(name)))).toEqual([]);
});

test("a pin keeps it where it is; a force waits for the end of the maintenance", () => {
  const pin = order({ kind: "pin", machine: machineName("m03") });
  expect(planOf(pool(farm, [maintain("m03"), pin])).notDone).toMatchObject([{ why: "pinned by ada: test" }]);
  const force = order({ kind: "forceMachine", machine: machineName("m03"), to: "web" as never });
  expect(movesOf(planOf(pool({ ...farm, m03: { in: "spare", off: true } }, [maintain("m03"), force])))).toEqual([]);
});
