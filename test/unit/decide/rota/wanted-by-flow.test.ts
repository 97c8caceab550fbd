/** What each role wants now by the flow of all roles, and the needs that it goes by. */
import { expect, test } from "vitest";
import { DEFAULT_WEAR } from "../../../../src/core/decide/horizon/costs.ts";
import { forecastNeeds, spreadMinutes } from "../../../../src/core/decide/rota/forecast-needs.ts";
import type { RotaInput, RotaRole } from "../../../../src/core/decide/rota/rota-input.ts";
import { wantedByFlow } from "../../../../src/core/decide/rota/wanted-by-flow.ts";
import { roleName } from "../../../../src/core/domain/names.ts";
import type { Forecast } from "../../../../src/core/forecast/forecast.ts";
import { someForecast } from "../../support/some-forecast.ts";
import { gapToLevels } from "./gap-to-levels.ts";

test("with one measured role and no doubt, the flow orders what the levels' plan orders", () => {
  expect(gapToLevels({ numRuns: 2, seed: 11 })).toBe(0);
});

const shape = { slotMinutes: 30, slots: 16, moveMinutes: 5 };
const web: RotaRole = {
  role: roleName("web"),
  use: { kind: "measured", shortageCost: 20, needs: [Float64Array.of(2, 3, 3, 4)] },
  ...{ present: 1, arriving: [{ machines: 1, inMinutes: 3 }], able: 9 },
  ranges: [{ keep: 0, floor: 0, min: 0, max: 9 }],
};
const input: RotaInput = {
  ...{ ...shape, wear: DEFAULT_WEAR, roles: [web] },
  spare: { present: 7, arriving: [], reserve: 0, powerPrice: 0.01 },
};

test("a role's wish counts those on their way, and says how likely the next machine is needed", () => {
  expect(wantedByFlow(input).get(web.role)).toEqual({
    count: 4,
    hungry: false,
    reason: "wants 4 by the flow of all roles: in 5 min machine 4 is needed with 25 %, machine 5 with 0 %",
  });
});

const near = someForecast({ level: 550, spread: 0.01 });
const far: Forecast = { ...someForecast({ level: 1_100, spread: 0.01 }) };
const longer = { ...far, leads: far.leads.map((lead) => ({ ...lead, minutes: lead.minutes * 12 })) };
const middle = (bins: Float64Array | undefined): number => bins?.[bins.length / 2] ?? Number.NaN;

test("needs are in machines, by the near forecast as far as it reaches and then by the far one", () => {
  const needs = forecastNeeds({ near, far: longer }, 55, shape) ?? [];
  expect(needs).toHaveLength(16);
  expect(middle(needs[7])).toBeCloseTo(10, 0);
  expect(middle(needs[8])).toBeCloseTo(20, 0);
  expect(forecastNeeds({ near, far: null }, 55, shape)).toHaveLength(8);
  expect(forecastNeeds({ near: null, far: null }, 55, shape)).toBeNull();
});

test("a later slot's needs are spread as its last decision will see them", () => {
  const width = (bins: Float64Array | undefined): number => (bins?.at(-1) ?? 0) - (bins?.[0] ?? 0);
  const needs = forecastNeeds({ near, far: null }, 55, shape) ?? [];
  expect(spreadMinutes(shape)).toBe(35);
  expect(width(needs[6])).toBeCloseTo(width(needs[3]), 9);
  expect(width(needs[0])).toBeLessThan(0.9 * width(needs[3]));
});
