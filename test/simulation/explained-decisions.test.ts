/** A count that was decided ahead follows from its explanation alone: a thousand random decisions are worked out again. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { forecastWanted } from "../../src/core/decide/forecast-wanted.ts";
import { describeMarginal } from "../../src/core/decide/marginal-machines.ts";
import type { Ahead, MarginalMachine } from "../../src/core/domain/decision.ts";
import type { Policy } from "../../src/core/domain/policy.ts";
import { known } from "../../src/core/domain/reading.ts";
import { type Forecast, forecastOf } from "../../src/core/forecast/forecast.ts";
import { createForecaster, observe } from "../../src/core/forecast/forecaster.ts";

const DECISIONS = 1_000;

/** Forecasts at a dozen times of a day, of a load that is high by day and rough. */
function someForecasts(): Forecast[] {
  const forecaster = createForecaster(1_000);
  const forecasts: Forecast[] = [];
  for (let minute = 0; minute < 4 * 1_440; minute++) {
    const rough = 20 * Math.sin(minute / 3) + 15 * Math.sin(minute / 7.3);
    observe(forecaster, known(250 + 150 * Math.sin((2 * Math.PI * minute) / 1_440) + rough));
    const forecast = minute > 3 * 1_440 && minute % 111 === 0 ? forecastOf(forecaster) : null;
    if (forecast !== null) forecasts.push(forecast);
  }
  return forecasts;
}

const capacity = fc.constantFrom(0.5, 1, 1, 1, 1.5);
const decision = fc.record({
  forecast: fc.constantFrom(...someForecasts()),
  perMachine: fc.constantFrom(20, 35, 50, 90),
  shortageCost: fc.constantFrom(2, 20, 100),
  serving: fc.array(capacity, { maxLength: 14 }),
  arriving: fc.array(capacity, { maxLength: 3 }),
  others: fc.array(capacity, { minLength: 1, maxLength: 14 }),
  atOnce: fc.integer({ min: 1, max: 6 }),
  bootMs: fc.constantFrom([], [90_000], [400_000, 500_000]),
});

/** By hand, from what the API shows and nothing else. */
function worked(told: MarginalMachine, leastGain: number): { cost: number; other: number; pays: boolean } {
  const { now, laterOrNever } = told;
  const cost = now.building + now.wear - now.saved;
  const other = laterOrNever.building + laterOrNever.wear - laterOrNever.saved;
  return { cost, other, pays: other - cost > leastGain };
}

function countFrom({ present, machines, leastGain }: Ahead): number {
  const paying = machines.filter((one) => worked(one, leastGain).pays);
  const leaving = paying.filter(({ move }) => move === "leave").length;
  // A later wave that pays takes those before it along.
  const coming = machines.filter(({ move }) => move === "come");
  const come = coming.findLastIndex((one) => worked(one, leastGain).pays) + 1;
  return leaving > 0 ? present - leaving : present + come;
}

describe("the arithmetic shown is the arithmetic done", () => {
  test(`${DECISIONS} random decisions follow from their explanations`, () => {
    const seen = { come: 0, leave: 0, stay: 0, paidBack: 0 };
    fc.assert(
      fc.property(decision, ({ forecast, perMachine, shortageCost, ...given }) => {
        const policy = { shortageCost, demand: { kind: "series", perMachine, headroom: 0 } } as Policy;
        const carriers = { ...given, available: given.others.length, orders: null };
        const wanted = forecastWanted(policy, known(200), forecast, carriers, { accounts: null, minutes: 1 })?.wanted;
        const ahead = JSON.parse(JSON.stringify(wanted?.ahead)) as Ahead;

        expect(countFrom(ahead)).toBe(ahead.count);
        for (const told of ahead.machines) {
          const { cost, other } = worked(told, ahead.leastGain);
          expect(told.now.cost).toBeCloseTo(cost, 9);
          expect(told.advantage).toBeCloseTo(other - cost, 9);
          expect(describeMarginal(told, ahead.prices)).toContain(
            `${shortageCost} × ${told.neededShare.toFixed(2)} an hour then, against 1 × ${(1 - told.neededProbability).toFixed(2)} of building`,
          );
          if (told.tossUpShortage !== null) {
            const gain = balance(told, told.tossUpShortage / shortageCost);
            expect(gain).toBeCloseTo(ahead.leastGain, 6);
          }
          if (told.chosen && told.paybackMinutes !== null) seen.paidBack += 1;
        }
        const change = Math.sign(ahead.count - ahead.present);
        seen[change > 0 ? "come" : change < 0 ? "leave" : "stay"] += 1;
        if (given.serving.every((one) => one === 1) && given.others.every((one) => one === 1)) {
          if (given.arriving.every((one) => one === 1)) expect(wanted?.count).toBe(ahead.count);
        }
      }),
      { numRuns: DECISIONS, seed: 5 },
    );
    // All kinds of decision were among them.
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(DECISIONS / 20);
  });
});

/** The choice's advantage, were shortage so many times as dear. */
function balance({ now, laterOrNever }: MarginalMachine, times: number): number {
  const later = laterOrNever.building + laterOrNever.wear - times * laterOrNever.saved;
  return later - (now.building + now.wear - times * now.saved);
}
