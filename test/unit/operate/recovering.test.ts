/** After a lost store: hold until every machine was seen, or for a quarter of an hour. */
import { expect, test } from "vitest";
import { judge } from "../../../src/core/operate/judge.ts";
import { buildPool, type MachineSpec } from "../support/pool.ts";

const left = (m02: MachineSpec): number | null => {
  const pool = buildPool({
    machines: { m01: { in: "web" }, m02 },
    policies: { web: { demand: "rest", machines: { floor: 0 } } },
    recoveringMs: 60_000,
    deltaMs: 10_000,
  });
  return judge(pool).state.recoveringMs;
};

test("a machine that is silent keeps it waiting", () => {
  expect(left({ in: "web", silent: true })).toBe(50_000);
});

test("it is over once every machine was heard", () => {
  expect(left({ in: "web" })).toBeNull();
});

test("a cold spare that is off has no beacon to wait for", () => {
  expect(left({ in: "spare", off: true })).toBeNull();
});
