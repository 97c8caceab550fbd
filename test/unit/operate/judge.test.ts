/** What a failed operation leaves behind: the step that failed, so that an image is only blamed for boots, or why it was undone. */
import { expect, test } from "vitest";
import { imageName, machineName, type OperationId } from "../../../src/core/domain/names.ts";
import type { EffectFact } from "../../../src/core/domain/observation.ts";
import type { Failure, PoolState } from "../../../src/core/domain/pool-state.ts";
import { judge } from "../../../src/core/operate/judge.ts";
import { buildPool } from "../support/pool.ts";

const LONG_MS = 10_000_000;
const machine = machineName("m01");
const sent = (effect: EffectFact["effect"]): EffectFact => ({
  effect,
  state: "succeeded",
  attempts: 1,
  ageMs: LONG_MS,
  code: null,
  detail: null,
});

function failedIn(at: string) {
  const pool = buildPool({
    machines: { m01: { in: "compile", to: "web", at, silent: true }, m02: { in: "compile" }, m03: { in: "web" } },
    policies: {
      web: { demand: { series: "sessions", perMachine: 55 }, machines: { floor: 0 } },
      compile: { demand: "rest", machines: { floor: 0 } },
    },
  });
  const [operation] = [...pool.state.operations.values()];
  if (operation === undefined) throw new Error("the pool has no operation");
  const context = { ...(operation.chart.context as object), elapsedMs: LONG_MS, offSent: true };
  const late = { ...operation, chart: { ...operation.chart, context } };
  const effects = new Map([[operation.id, [sent("softOff")]]]);
  const state = { ...pool.state, operations: new Map([[operation.id, late]]) };
  return judge({ ...pool, state, observation: { ...pool.observation, effects } }).state;
}

test.each([
  ["poweringOff", "hardOff"],
  ["verifying", "powerOn"],
])("a machine that fails in %s is quarantined, and its failure is of %s", (at, effect) => {
  const { failures, machines, operations } = failedIn(at);
  expect(failures).toMatchObject([{ machine: "m01", effect }]);
  expect([...machines.values()].filter(({ quarantine }) => quarantine !== null)).toHaveLength(1);
  expect(operations.size).toBe(0);
});

test("an operation that was undone leaves its reason with what it spent", () => {
  const pool = buildPool({
    machines: { m01: { in: "compile", to: "web", at: "undoing" }, m02: { in: "web" } },
    policies: { web: { demand: { series: "sessions", perMachine: 55 } }, compile: { demand: "rest" } },
    spent: ["m01-op", "another"].map((id) => ({ operation: id as OperationId, machine, domains: {}, ageMs: 0 })),
  });
  const [operation] = [...pool.state.operations.values()];
  if (operation === undefined) throw new Error("the pool has no operation");
  const context = { ...(operation.chart.context as object), why: "RTK_BOOT_FILES: web/vmlinuz is missing" };
  const undoing = { ...operation, chart: { ...operation.chart, context } };
  const state = { ...pool.state, operations: new Map([[operation.id, undoing]]) };
  const { spent, operations } = judge({ ...pool, state }).state;
  expect(operations.size).toBe(0);
  expect(spent.map(({ undone }) => undone)).toEqual(["RTK_BOOT_FILES: web/vmlinuz is missing", undefined]);
});

const failure = (name: string, rack: string | null, image: string): Failure => {
  const what = { image: imageName(image), rack, effect: null, why: "did not come up" };
  return { machine: machineName(name), ...what, ageMs: 0, overcome: false };
};
const outOfUse = { in: "compile", quarantine: "did not come up" };
const overcomeOf = ({ failures }: PoolState): string[] =>
  failures.filter(({ overcome }) => overcome).map(({ machine: name }) => name);

const POLICIES = { web: { demand: { series: "sessions", perMachine: 55 } }, compile: { demand: "rest" } };

test("a machine that is let out of quarantine has overcome its failure; one that is still out has not", () => {
  const machines = { m01: outOfUse, m02: { in: "compile" }, m03: { in: "web" } };
  const failures = [failure("m01", "r1", "web.2"), failure("m02", "r2", "web.2")];
  expect(overcomeOf(judge(buildPool({ machines, policies: POLICIES, failures })).state)).toEqual(["m02"]);
});

test("a re-tasking that is done overcomes what failed with its image or in its rack, and nothing else", () => {
  // It is where it should be already: what is seen of it is what its new role looks like.
  const m09 = { in: "web", to: "web", at: "warming", domains: { rack: "r1" } };
  const pool = buildPool({
    machines: { m01: outOfUse, m02: outOfUse, m03: outOfUse, m04: outOfUse, m09 },
    policies: POLICIES,
    failures: [
      failure("m01", "r1", "compile.1"),
      failure("m02", "r2", "web.1"),
      failure("m03", "r2", "compile.1"),
      failure("m04", null, "compile.1"),
    ],
  });
  const { state, finished } = judge(pool);
  expect(finished).toMatchObject([{ outcome: "done", operation: { toImage: "web.1" } }]);
  expect(overcomeOf(state)).toEqual(["m01", "m02"]);
});
