/** Spares that are kept on, and hang on a dead file server like any machine in a role. */
import { describe, expect, test } from "vitest";
import type { MachineSpec, PoolSpec } from "../support/pool.ts";
import { decideTicks } from "../support/ticks.ts";
import { A, B, FARM, hard, hung, ON_A, ORDERED, OVER, planFor } from "./failed-over-farm.ts";

describe("a spare that is kept on", () => {
  const spare = { in: "spare", ...ON_A, runs: "compile.1" };
  const moved = (given: MachineSpec, spec: Partial<PoolSpec> = {}) =>
    planFor({ ...FARM, m10: given }, { storage: [A, { ...B, bootsAtOnce: 9 }], ...spec }).moves.filter(
      ({ machine }) => machine === "m10",
    );

  test("and hangs boots anew as the spare that it is, after every role's machines", () => {
    expect(moved({ ...spare, ...hung })).toMatchObject([
      { from: "spare", to: "spare", toImage: "compile.1@nfs-b", manner: "hard", reason: "fail-over of nfs-a" },
    ]);
    const plan = planFor({ ...FARM, m10: { ...spare, ...hung } });
    expect(hard(plan)).toEqual(["m03", "m04"]);
  });

  test("counts for nothing until then: nobody comes in its place, and none is kept for it", () => {
    const { pool } = decideTicks([
      { policies: { web: { demand: "rest" } }, ...OVER, machines: { m10: { ...spare, ...hung } } },
    ]);
    expect(pool.assignment.machines).toMatchObject([{ home: null, standing: { asCapacity: false, mayMove: false } }]);
  });

  test("stays off where somebody switched it off, and goes home when the others do", () => {
    expect(moved({ ...spare, off: true })).toEqual([]);
    const limits = { atOnce: "100%", perHour: "100%", reserve: { machines: 1, power: "on", image: "compile.1" } };
    const back = { limits, storageFacts: {}, storageAt: { "nfs-a": ["failingBack", ORDERED] as const } };
    expect(moved({ ...spare, runs: "compile.1@nfs-b" }, back)).toMatchObject([{ to: "spare", toImage: "compile.1" }]);
  });
});
