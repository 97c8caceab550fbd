/** The committed page of the statecharts is the one that the charts themselves give, and the pictures leave nothing out. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { setup } from "xstate";
import { arrowsOf, mermaidOf, statesOf } from "../../../src/core/diagram/mermaid.ts";
import { PICTURED, statechartsPage } from "../../../src/core/diagram/statecharts-page.ts";

test("the committed page is the generated one (write it anew with npm run docs)", () => {
  expect(readFileSync("docs/statecharts.md", "utf8")).toBe(statechartsPage());
});

describe.each(PICTURED)("$title", ({ machine, sentences }) => {
  const picture = mermaidOf(machine);

  test("has a sentence for each of its states, and none for another", () => {
    expect(Object.keys(sentences).toSorted()).toEqual(
      statesOf(machine.root)
        .map(({ key }) => key)
        .toSorted(),
    );
  });

  test("shows every transition that leads anywhere, with its event and its guard", () => {
    const from = [machine.root, ...statesOf(machine.root)];
    const arrows = from.flatMap((state) => arrowsOf(state)).filter(({ target }) => target !== null);
    expect(arrows.length).toBeGreaterThan(0);
    for (const { event, guard, target } of arrows) {
      const label = guard === null ? event : `${event} [${guard}]`;
      const shown = picture.split("\n").some((line) => line.includes(`--> ${target}: `) && line.includes(label));
      expect(shown, `${label} to ${target}`).toBe(true);
    }
  });
});

test("a small chart with regions, a shared transition and an end is drawn as Mermaid reads it", () => {
  const machine = setup({ guards: { isWarm: () => true } }).createMachine({
    id: "small",
    initial: "cold",
    on: { RESET: ".cold" },
    states: {
      cold: { on: { LOOK: [{ guard: "isWarm", target: "both" }, { target: "over" }], LEAVE: "over" } },
      both: {
        type: "parallel",
        states: { left: { initial: "a", states: { a: {} } }, right: { initial: "b", states: { b: {} } } },
      },
      over: { type: "final" },
    },
  });
  expect(mermaidOf(machine)).toBe(`stateDiagram-v2
  [*] --> cold
  state "any state" as any
  any --> cold: RESET
  cold --> both: LOOK [isWarm]
  cold --> over: LOOK<br/>LEAVE
  state both {
    state left {
      [*] --> a
    }
    --
    state right {
      [*] --> b
    }
  }
  over --> [*]
`);
});

test("a guard without a name is refused: its code would be no picture", () => {
  const machine = setup({}).createMachine({
    initial: "a",
    states: { a: { on: { GO: { guard: () => true, target: "b" } } }, b: {} },
  });
  expect(() => mermaidOf(machine)).toThrow("must be named");
});
