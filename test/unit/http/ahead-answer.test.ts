/** The published document describes all of a count that was decided ahead; the contract test's farm has no forecast. */
import { expect, test } from "vitest";
import { forecastWanted } from "../../../src/core/decide/forecast-wanted.ts";
import type { Policy } from "../../../src/core/domain/policy.ts";
import { known } from "../../../src/core/domain/reading.ts";
import { ahead } from "../../../src/http/answers/pool-answers.ts";
import { someForecast } from "../support/some-forecast.ts";

test("what a forecast decided is in the answer as it was made, no field more and none less", () => {
  const policy = { shortageCost: 20, demand: { kind: "series", perMachine: 1, headroom: 0 } } as Policy;
  const decided = forecastWanted(
    policy,
    known(10),
    someForecast({ level: 10 }),
    {
      serving: [1, 1],
      arriving: [],
      others: [1, 1, 1],
      available: 3,
      atOnce: 2,
      orders: null,
      bootMs: [],
    },
    { accounts: null, minutes: 1 },
  );
  const made = decided?.wanted.ahead;
  expect(made?.machines.length).toBeGreaterThan(0);
  // Zod drops what it does not know: all of it came through.
  expect(ahead.parse(made)).toEqual(made);
});
