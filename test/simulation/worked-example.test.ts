/** The example that docs/explanation/deciding.md works out by hand is what the program says. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { forecastWanted } from "../../src/core/decide/forecast-wanted.ts";
import { describeMarginal } from "../../src/core/decide/marginal-machines.ts";
import type { Policy } from "../../src/core/domain/policy.ts";
import { known } from "../../src/core/domain/reading.ts";
import { forecastOf } from "../../src/core/forecast/forecast.ts";
import { createForecaster, observe } from "../../src/core/forecast/forecaster.ts";

const DAY = 1_440;
const MACHINES = 20;
const PER_MACHINE = 55;
const SERVING = 9;
/** The ninth day, 6:36. */
const NOW = 9 * DAY + 6 * 60 + 36;

/** Sessions: a wave between 300 at four in the morning and 900 twelve hours later, each minute 3 % up or down. */
function sessionsAt(minute: number): number {
  const wave = 600 - 300 * Math.cos((2 * Math.PI * ((minute % DAY) - 240)) / DAY);
  const roll = Math.sin(minute * 12.9898) * 43_758.5453;
  return Math.round(wave * (0.97 + 0.06 * (roll - Math.floor(roll))));
}

test("the worked example of how retask decides", () => {
  const forecaster = createForecaster(MACHINES * PER_MACHINE);
  for (let minute = 0; minute <= NOW; minute++) observe(forecaster, known(sessionsAt(minute)));
  const policy = { shortageCost: 20, demand: { kind: "series", perMachine: PER_MACHINE, headroom: 0 } } as Policy;
  const others = Array.from({ length: MACHINES - SERVING }, () => 1);
  const carriers = {
    serving: Array.from({ length: SERVING }, () => 1),
    arriving: [],
    others,
    available: others.length,
  };
  const decided = forecastWanted(
    policy,
    known(sessionsAt(NOW)),
    forecastOf(forecaster),
    { ...carriers, atOnce: 4, orders: null, bootMs: [180_000] },
    { accounts: null, minutes: 1 },
  );
  const { count, ahead } = decided?.wanted ?? {};
  const page = readFileSync(new URL("../../docs/explanation/deciding.md", import.meta.url), "utf8");

  expect(count).toBe(SERVING - 1);
  expect(page).toContain(`demand is ${sessionsAt(NOW)}`);
  const eighth = ahead?.machines.find(({ machine }) => machine === SERVING - 1);
  if (eighth === undefined || ahead === undefined) throw new Error("the eighth machine is in question");
  expect(page).toContain(`> ${describeMarginal(eighth, ahead.prices, "at 06:40")}`);
  for (const { building, wear, saved, cost } of [eighth.now, eighth.laterOrNever]) {
    expect(page).toContain([building, wear, saved].map((figure) => figure.toFixed(2)).join(" | "));
    expect(page).toContain(`= ${cost.toFixed(2).replace("-", "−")}`);
  }
});
