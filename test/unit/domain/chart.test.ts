/** How charts are stepped: they decide, and do nothing else. */
import { describe, expect, test } from "vitest";
import { type AnyStateMachine, assign, createMachine, emit, log, raise, setup, spawnChild } from "xstate";
import { z } from "zod";
import { begin, type Chart, step } from "../../../src/core/domain/chart.ts";

const told = setup({
  types: { context: {} as { ticks: number }, events: {} as { type: "TICK" } },
  actions: { count: assign({ ticks: ({ context }) => context.ticks + 1 }), act: () => {} },
});

const chartThat = (machine: AnyStateMachine): Chart<AnyStateMachine> => ({ version: 1, machine, context: z.unknown() });

test("a step takes a stored state and an event, and gives the next state to store", () => {
  const chart = chartThat(
    told.createMachine({
      context: { ticks: 0 },
      initial: "odd",
      states: {
        odd: { on: { TICK: { target: "even", actions: "count" } } },
        even: { on: { TICK: { target: "odd", actions: "count" } } },
      },
    }),
  );
  const first = step(chart, begin(chart), { type: "TICK" });
  expect(first).toEqual({ version: 1, value: "even", context: { ticks: 1 } });
  expect(step(chart, first, { type: "TICK" })).toEqual({ version: 1, value: "odd", context: { ticks: 2 } });
  expect(step(chart, first, { type: "TICK" })).toEqual({ version: 1, value: "odd", context: { ticks: 2 } });
});

describe("a chart that does more than decide is refused:", () => {
  test.each([
    ["an action of its own", "act" as const],
    ["a spawned actor", spawnChild(createMachine({}))],
    ["an emitted event", emit({ type: "NEWS" })],
    ["a line of log", log("done")],
    ["an event for later", raise({ type: "TICK" }, { delay: 1_000 })],
  ])("%s", (_, action) => {
    const chart = chartThat(told.createMachine({ context: { ticks: 0 }, on: { TICK: { actions: action as "act" } } }));
    expect(() => step(chart, begin(chart), { type: "TICK" })).toThrow("a chart only decides");
  });
});
