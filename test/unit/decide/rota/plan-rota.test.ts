/** The rota: the best there is, within what must hold, and nothing that can't be. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { planRota } from "../../../../src/core/decide/rota/plan-rota.ts";
import { exhaustiveRota, priceOf } from "./exhaustive-rota.ts";
import { smallRotas } from "./some-rota.ts";

test("the flow equals exhaustive search on small rotas", () => {
  fc.assert(
    fc.property(smallRotas(3), (input) => {
      const least = exhaustiveRota(input);
      const priced = priceOf(input, planRota(input));
      expect(priced - least).toBeLessThan(1e-3);
      expect(priced - least).toBeGreaterThan(-1e-3);
    }),
    { numRuns: 40 },
  );
});
