/** Roll-outs on a terminal: where each stands, why, and what its next machines wait for. */
import { expect, test } from "vitest";
import type { RolloutAnswer } from "../../../src/cli/answers.ts";
import { rolloutText } from "../../../src/cli/text/rollout-text.ts";
import { LOOK } from "./answers-fixture.ts";

const ROLLOUT = {
  ...{ role: "web", what: "roll-out of web.2", image: "web.2", previous: "web.1" },
  ...{ state: "soaking", stateText: "soaking", byItself: false, canaries: 1, soakMs: 1_800_000, soakedMs: 240_000 },
  stage: { number: 0, last: 3, machines: 1, pending: ["m02"] },
  ...{ renewed: ["m01"], old: ["m02", "m03"], left: [], wavesPercent: [10, 50, 100] },
  ...{ author: "ada", reason: "security", startedMs: 0, endedMs: null },
} as unknown as RolloutAnswer;

const linesOf = (given: Partial<RolloutAnswer>): string[] => rolloutText({ ...ROLLOUT, ...given }, LOOK).split("\n");

test("what a roll-out waits for stands in a line of its own, and only while there is something", () => {
  expect(linesOf({ why: "nfs-a is dead", waits: "web is at its floor of 2" })).toEqual(
    expect.arrayContaining(["  because nfs-a is dead", "  waits: web is at its floor of 2"]),
  );
  expect(linesOf({ why: null, waits: null }).filter((line) => /because|waits/.test(line))).toEqual([]);
});
