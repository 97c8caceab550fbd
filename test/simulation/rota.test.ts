/** The rota against exhaustive search and against the levels' plan, more often than a unit test should. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { planRota } from "../../src/core/decide/rota/plan-rota.ts";
import { exhaustiveRota, priceOf } from "../unit/decide/rota/exhaustive-rota.ts";
import { gapToLevels } from "../unit/decide/rota/gap-to-levels.ts";
import { smallRotas } from "../unit/decide/rota/some-rota.ts";

test("the flow equals exhaustive search on small rotas", () => {
  fc.assert(
    fc.property(smallRotas(3), (input) => {
      expect(Math.abs(priceOf(input, planRota(input)) - exhaustiveRota(input))).toBeLessThan(1e-3);
    }),
    { numRuns: 60 },
  );
});

test("with one measured role and no doubt, the flow orders what the levels' plan orders", () => {
  expect(gapToLevels({ numRuns: 30, seed: 3 })).toBe(0);
});
