/** What a failed operation leaves behind: the step that failed, so that an image is only blamed for boots. */
import { expect, test } from "vitest";
import type { EffectFact } from "../../../src/core/domain/observation.ts";
import { judge } from "../../../src/core/operate/judge.ts";
import { buildPool } from "../support/pool.ts";

const LONG_MS = 10_000_000;
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
