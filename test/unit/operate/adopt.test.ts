/** Adoption in a dry run, where nobody can adopt: each machine counts as what its link and beacon say. */
import { expect, test } from "vitest";
import { assignMachines } from "../../../src/core/decide/assignment.ts";
import { decide } from "../../../src/core/decide/decide.ts";
import { machineName, roleName, SPARE } from "../../../src/core/domain/names.ts";
import { newMachineRecord } from "../../../src/core/domain/pool-state.ts";
import { assumeAdopted } from "../../../src/core/operate/adopt.ts";
import { makePlan } from "../../../src/core/plan/make-plan.ts";
import { buildPool, DAY_S } from "../support/pool.ts";

const web = { in: "web", uptimeS: DAY_S };
const compile = { in: "compile", uptimeS: DAY_S };
const pool = buildPool({
  machines: { w1: web, c1: compile, c2: compile, c3: { ...compile, silent: true } },
  policies: {
    web: { demand: { series: "x", perMachine: 10, headroom: "0%" }, machines: { floor: 1 }, hold: { up: "0s" } },
    compile: { demand: "rest" },
  },
  demand: { web: 20 },
});
const { site, observation } = pool;
const unknownPool = { ...pool.state, adopted: false, machines: new Map() };

test("a dry run plans as if the machines that say what they are had been adopted", () => {
  const state = assumeAdopted(unknownPool, observation, site);
  const input = { state, observation, site, assignment: assignMachines(site, state, observation) };
  const plan = makePlan({ ...input, decision: decide(input) });
  expect(plan.moves).toMatchObject([{ machine: "c1", from: "compile", to: "web" }]);
});

test("a dry run takes no silent machine for granted", () => {
  const { machines } = assumeAdopted(unknownPool, observation, site);
  expect([...machines.keys()]).toEqual(["w1", "c1", "c2"]);
});

test("what a dry run has taken for granted stays as it was, whatever a machine says later", () => {
  const record = { ...newMachineRecord(), adopted: true, placement: SPARE };
  const machines = new Map([[machineName("w1"), record]]);
  const after = assumeAdopted({ ...unknownPool, machines }, observation, site).machines;
  expect(after.get(machineName("w1"))).toBe(record);
  expect(after.get(machineName("c1"))?.placement).toBe(roleName("compile"));
});
