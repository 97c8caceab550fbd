/** `retask plan`, word for word. */
import { expect, test } from "vitest";
import { hasChanges, planText } from "../../../src/cli/text/plan-text.ts";
import type { Plan } from "../../../src/core/domain/plan.ts";
import { AT_MS, COLOURS, LOOK } from "./answers-fixture.ts";

const plan = (parts: object): Plan =>
  ({ id: "1f2e3d4c5b6a7988", atMs: AT_MS, moves: [], cancels: [], notDone: [], ...parts }) as unknown as Plan;

const busy = plan({
  moves: [
    { machine: "m07", from: "compile", to: "web", toImage: "web.2026-11", reason: "web is short of 2" },
    { machine: "m20", from: "spare", to: "web", toImage: "web.2026-11", reason: "web is short of 2" },
    { machine: "m21", from: "compile", to: "spare", toImage: null, reason: "forced: new disk (alice)" },
  ],
  cancels: [{ operation: "m08-mib1", reason: "the load has returned" }],
  notDone: [{ subject: "m05", what: "go to web", why: "it serves for 10 min only", notBeforeMs: AT_MS + 1_200_000 }],
});

test("every change has its sign, its way and its reason", () => {
  expect(planText(busy, LOOK)).toMatchInlineSnapshot(`
    "plan 1f2e3d4c5b6a7988 of 2026-11-23 14:00:00

       what      way               image        because
    ~  m07       compile to web    web.2026-11  web is short of 2
    +  m20       spare to web      web.2026-11  web is short of 2
    -  m21       compile to spare  off          forced: new disk (alice)
    x  m08-mib1  called off                     the load has returned

    not done
      for  not done   because
      m05  go to web  it serves for 10 min only (not before 2026-11-23 14:20:00)

    plan: 3 to move, 1 to call off, 1 not done"
  `);
});

test("nothing to do is said in so many words", () => {
  expect(planText(plan({}), LOOK)).toMatchInlineSnapshot(`
    "plan 1f2e3d4c5b6a7988 of 2026-11-23 14:00:00

    nothing to do

    plan: 0 to move, 0 to call off, 0 not done"
  `);
});

test("signs are coloured on a terminal", () => {
  expect(planText(busy, COLOURS)).toContain("\u001b[33m~\u001b[39m");
});

test("moves and cancellations are changes; what is not done is none", () => {
  expect(hasChanges(busy)).toBe(true);
  expect(hasChanges(plan({ cancels: busy.cancels }))).toBe(true);
  expect(hasChanges(plan({ notDone: busy.notDone }))).toBe(false);
});
