/** Headroom from history whose law is known: the newsvendor's quantile, and the price that a headroom stands for. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  cheapestHeadroom,
  costOfHeadroom,
  impliedPrice,
  proposeHeadroom,
  risesWithin,
} from "../../../src/core/calibrate/headroom.ts";
import { seededRandom } from "../../../src/simulation/random.ts";

const AHEAD = 6;
const random = seededRandom(7);
const unknown = (minutes: number): null[] => Array<null>(minutes).fill(null);
/** Demand now is anything; six minutes later it is so many times as much, from 0.8 to 1.4, each as likely as the other. */
const demand = Array.from({ length: 8_000 }, () => {
  const now = random.between(50, 150);
  return [now, ...unknown(AHEAD - 1), now * random.between(0.8, 1.4), ...unknown(AHEAD)];
}).flat();
const rises = risesWithin(demand, AHEAD);

describe("a rise that is uniform between −20 and +40 %", () => {
  test.each([
    [1, 10],
    [4, 28],
    [20, 37.14],
    [99, 39.4],
  ])("where a shortage costs %d the cheapest headroom is %d %%", (price, percent) => {
    expect(Math.abs(cheapestHeadroom(rises, price) - percent)).toBeLessThan(0.6);
  });

  test("a headroom stands for the price at which it is the cheapest", () => {
    for (const price of [4, 20]) {
      const implied = impliedPrice(rises, cheapestHeadroom(rises, price));
      expect(implied.kind).toBe("known");
      expect(implied.value / price).toBeGreaterThan(0.95);
      expect(implied.value / price).toBeLessThan(1.1);
    }
  });

  test("a headroom that no rise ever exceeded stands for no known price", () => {
    expect(impliedPrice(rises, 41)).toMatchObject({ kind: "atLeast" });
  });

  test("it is proposed in whole percent, with what speaks for it", () => {
    const proposal = proposeHeadroom(rises, 20);
    expect(proposal).toMatchObject({ ok: true, evidence: expect.stringContaining("within 6 min") });
    expect(proposal.ok && Math.abs(proposal.value - 38)).toBeLessThanOrEqual(1);
  });
});

test("no other headroom costs less at that price", () => {
  const values = fc.array(fc.option(fc.integer({ min: 0, max: 100 }), { freq: 6 }), { minLength: 5, maxLength: 60 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 400 }), (given, price, other) => {
      const some = risesWithin(given, 2);
      const cost = (percent: number): number => {
        const { short, idle } = costOfHeadroom(some, percent, 10);
        return price * short + idle;
      };
      const cheapest = cheapestHeadroom(some, price);
      // It is given to a tenth of a percent, rounded up: that much more of every machine may be idle.
      expect(cost(cheapest)).toBeLessThanOrEqual(
        cost(other) + 0.001 * (some.weight / Math.max(1, some.ratios.length) / 10) + 1e-9,
      );
    }),
    { numRuns: 100 },
  );
});

describe("what is unknown", () => {
  test("is neither a rise nor a fall, and nothing rises from zero by a share", () => {
    expect([...risesWithin([10, null, 0, 20, 15, null, 30], 2).ratios]).toEqual([0, 2]);
    expect(risesWithin([10, null, null, null], 1).ratios).toHaveLength(0);
  });

  test("is no ground for a proposal where too little else is there", () => {
    const few = risesWithin(Array<number>(1_000).fill(5), AHEAD);
    expect(proposeHeadroom(few, 20)).toEqual({ ok: false, why: expect.stringContaining("only 994 times") });
  });
});
