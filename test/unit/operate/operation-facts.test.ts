/** What one operation is told of a tick: corroborated power, and an end for operations whose subject is gone. */
import { expect, test } from "vitest";
import { imageName, machineName, roleName } from "../../../src/core/domain/names.ts";
import type { MachineFacts } from "../../../src/core/domain/observation.ts";
import type { Override } from "../../../src/core/domain/override.ts";
import { standingsOf } from "../../../src/core/domain/standing.ts";
import { cancelOperation } from "../../../src/core/operate/operation.statechart.ts";
import { operationFacts } from "../../../src/core/operate/operation-facts.ts";
import { buildPool, type MachineSpec } from "../support/pool.ts";

const m01 = machineName("m01");
const policies = { compile: { demand: "rest" }, web: { demand: { series: "s", perMachine: 10 } } };

function factsOf(machine: MachineSpec, given: Partial<MachineFacts> = {}, undoing = false) {
  const pool = buildPool({ machines: { m01: machine, m02: { in: "compile" } }, policies });
  const [operation] = pool.state.operations.values();
  const seen = pool.observation.machines.get(m01);
  if (operation === undefined || seen === undefined) throw new Error("m01 is in no operation");
  const observation = {
    ...pool.observation,
    machines: new Map(pool.observation.machines).set(m01, { ...seen, ...given }),
  };
  const standings = standingsOf(pool.site, pool.state, observation);
  const chart = undoing ? cancelOperation(operation.chart, "load returned") : operation.chart;
  return { ...pool, observation, standings, operation: { ...operation, chart } };
}
const read = (made: ReturnType<typeof factsOf>) => operationFacts(made.operation, made);

const OFF_TWICE = { kind: "off", ageMs: 0, readings: 2 } as const;
const toWeb: MachineSpec = { in: "compile", to: "web", at: "poweringOff" };

test("off twice is off, once is unknown", () => {
  expect(read(factsOf({ ...toWeb, silent: true }, { power: OFF_TWICE })).power).toBe("off");
  expect(read(factsOf({ ...toWeb, silent: true }, { power: { ...OFF_TWICE, readings: 1 } })).power).toBe("unknown");
});

test("a BMC that says off of a machine whose beacon answers proves nothing", () => {
  const { power, powerWhy } = read(factsOf(toWeb, { power: OFF_TWICE }));
  expect(power).toBe("unknown");
  expect(powerWhy).toBe("the BMC says off, but its beacon answers");
  expect(read(factsOf({ ...toWeb, beaconAgeMs: 3_000 }, { power: OFF_TWICE })).power).toBe("off");
  expect(read(factsOf({ ...toWeb, beaconAgeMs: 3_000 }, { power: { ...OFF_TWICE, ageMs: 4_000 } })).power).toBe(
    "unknown",
  );
});

test("how far a boot has come is told with what the beacon said, until it says the right thing", () => {
  const bootStage = "last on its console: boot:";
  const silent = { kind: "silent", why: "connect ECONNREFUSED" } as const;
  const booting: MachineSpec = { ...toWeb, at: "verifying" };
  expect(read(factsOf(booting, { beacon: silent, bootStage })).boot.why).toBe(
    "connect ECONNREFUSED; last on its console: boot:",
  );
  expect(read(factsOf(booting, { beacon: silent })).boot.why).toBe("connect ECONNREFUSED");
});

test("a spare that had no link has nothing to be given back by an undo", () => {
  const link = { kind: "image", image: imageName("web.1") } as const;
  const spare: MachineSpec = { in: "spare", to: "web", at: "relinking" };
  expect(read(factsOf(spare, { link })).link).toBe("target");
  expect(read(factsOf(spare, { link }, true)).link).toBe("from");
});

test("an undone reboot within a role finds its link as it was: it never changed", () => {
  const reboot: MachineSpec = { in: "web", to: "web", at: "draining" };
  expect(read(factsOf(reboot)).link).toBe("target");
  expect(read(factsOf(reboot, {}, true)).link).toBe("from");
});

test("an undo of a machine whose entry is gone has nothing left to wait for", () => {
  const made = factsOf({ in: "compile", to: "web", at: "draining" }, {}, true);
  const machines = new Map(made.site.machines);
  machines.delete(m01);
  const gone = { ...made, site: { ...made.site, machines }, observation: { ...made.observation, machines: new Map() } };
  expect(read(gone)).toMatchObject({ link: "from", traffic: { on: true } });
});

test("a count forced below the floor on purpose is the floor then: less than ordered still undoes", () => {
  const order = (count: number): Override => ({
    id: "o-1" as Override["id"],
    act: { kind: "forceCount", role: roleName("compile"), count },
    author: "ada",
    reason: "test",
    createdMs: 0,
    expiresMs: Number.POSITIVE_INFINITY,
    overrideFloor: true,
  });
  const machines = { m01: { in: "compile", to: "web", at: "draining" }, m02: { in: "compile" } };
  const abortUnder = (overrides: readonly Override[]): string | null => {
    const floored = { ...policies, compile: { demand: "rest", machines: { floor: 3 } } };
    const pool = buildPool({ machines, policies: floored, overrides });
    const [operation] = pool.state.operations.values();
    const standings = standingsOf(pool.site, pool.state, pool.observation);
    return operation === undefined ? null : operationFacts(operation, { ...pool, standings }).abort;
  };
  expect(abortUnder([])).toContain("the floor is 3");
  expect(abortUnder([order(1)])).toBeNull();
  expect(abortUnder([order(2)])).toContain("the floor is 2");
});
