/** The floor that holds now, with an operator's word in it. */
import { expect, test } from "vitest";
import { effectiveFloor } from "../../../src/core/decide/floor.ts";
import { roleName } from "../../../src/core/domain/names.ts";
import type { RoleForce } from "../../../src/core/domain/override.ts";
import { buildPool } from "../support/pool.ts";
import { machines, order } from "../support/ticks.ts";

const role = roleName("web");
const { site, observation } = buildPool({
  machines: machines(1, 12, { in: "web" }),
  policies: { web: { demand: { series: "sessions", perMachine: 55 }, machines: { floor: 4, max: 10 } } },
});
const policy = site.policies.get(role);

function floorUnder(value: RoleForce, overrideFloor = false) {
  if (policy === undefined) throw new Error("there is no web");
  return effectiveFloor(policy, observation.schedules, 12, { value, override: order(value, { overrideFloor }) });
}

test.each<[string, RoleForce, number]>([
  ["a floor that is forced up", { kind: "forceFloor", role, floor: 6 }, 6],
  ["never above the maximum", { kind: "forceFloor", role, floor: 11 }, 10],
  ["a floor below the policy's, unless that is said", { kind: "forceFloor", role, floor: 2 }, 4],
  ["a count above it is no floor", { kind: "forceCount", role, count: 6 }, 4],
  ["nor is a range", { kind: "forceRange", role, min: 6, max: 8 }, 4],
])("%s", (_, force, floor) => {
  expect(floorUnder(force).floor).toBe(floor);
});

test.each<RoleForce>([
  { kind: "forceFloor", role, floor: 2 },
  { kind: "forceCount", role, count: 2 },
  { kind: "forceRange", role, min: 2, max: 8 },
])("what is forced below it on purpose is the floor, and says whose word that is: %j", (force) => {
  expect(floorUnder(force, true)).toEqual({ floor: 2, reason: "floor 4, overridden to 2: forced by ada: test" });
});
