/** `retask plan`, word for word. */
import { expect, test } from "vitest";
import { hasChanges, type PlanShown, planText } from "../../../src/cli/text/plan-text.ts";
import { AT_MS, COLOURS, LOOK } from "./answers-fixture.ts";

const empty = { id: "1f2e3d4c5b6a7988", mode: "auto", atMs: AT_MS, moves: [], cancels: [], notDone: [] };
const plan = (parts: object): PlanShown => ({ ...empty, ...parts }) as unknown as PlanShown;
const [web, compile] = ["web.2026-11", "compile.2026-11"];

const busy = plan({
  moves: [
    { machine: "m07", from: "compile", to: "web", fromImage: compile, toImage: web, reason: "web is short of 2" },
    { machine: "m20", from: "spare", to: "web", fromImage: null, toImage: web, reason: "web is short of 2" },
    { machine: "m21", from: "compile", to: "spare", fromImage: compile, toImage: null, reason: "new disk (alice)" },
  ],
  cancels: [{ operation: "m08-mib1", reason: "the load has returned" }],
  notDone: [{ subject: "m05", what: "go to web", why: "it serves for 10 min only", notBeforeMs: AT_MS + 1_200_000 }],
});

test("every change has its sign, its way and its reason", () => {
  expect(planText(busy, LOOK)).toMatchInlineSnapshot(`
    "plan 1f2e3d4c5b6a7988 of 2026-11-23 14:00:00: retask does this by itself

       what      way               image                           because
    +  m20       spare to web      off -> web.2026-11              web is short of 2
    ~  m07       compile to web    compile.2026-11 -> web.2026-11  web is short of 2
    -  m21       compile to spare  compile.2026-11 -> off          new disk (alice)
    x  m08-mib1  called off                                        the load has returned

    not done
      for  not done   because
      m05  go to web  it serves for 10 min only (not before 2026-11-23 14:20:00)

    plan: 1 to put to work, 1 to re-task, 1 to make a spare, 1 to call off; 1 not done"
  `);
});

test("nothing to do is said in so many words", () => {
  expect(planText(plan({}), LOOK)).toMatchInlineSnapshot(`
    "plan 1f2e3d4c5b6a7988 of 2026-11-23 14:00:00: retask does this by itself

    nothing to do

    plan: 0 to put to work, 0 to re-task, 0 to make a spare, 0 to call off; 0 not done"
  `);
});

test("while retask only advises, the plan says how its moves are started, and nothing to do says nothing of it", () => {
  expect(planText({ ...busy, mode: "advise" }, LOOK)).toMatch(
    /to start exactly these moves: retask apply 1f2e3d4c5b6a7988$/,
  );
  expect(planText(plan({ mode: "advise" }), LOOK)).not.toContain("retask apply");
  expect(planText(busy, LOOK)).not.toContain("retask apply");
});

test("signs are coloured on a terminal", () => {
  expect(planText(busy, COLOURS)).toContain("\u001b[33m~\u001b[39m");
});

test("moves and cancellations are changes; what is not done is none", () => {
  expect(hasChanges(busy)).toBe(true);
  expect(hasChanges(plan({ cancels: busy.cancels }))).toBe(true);
  expect(hasChanges(plan({ notDone: busy.notDone }))).toBe(false);
});
