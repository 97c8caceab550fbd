/** Machine-hours, by hand: a role that grew, one that takes the rest, gaps in the record, and what was wished for in vain. */
import { describe, expect, test } from "vitest";
import type { Wanted } from "../../../src/core/domain/decision.ts";
import { roleName } from "../../../src/core/domain/names.ts";
import { machineHours, type Sample } from "../../../src/core/report/machine-hours.ts";

const [WEB, COMPILE] = [roleName("web"), roleName("compile")];
const MINUTE_MS = 60_000;
const hour = (hours: number): number => hours * 60 * MINUTE_MS;

const rest = { count: 0, hungry: true, reason: "" };
const wants = (count: number | null, hungry = false): Wanted => ({ count, hungry, reason: "" });

function sample(atMs: number, web: number, wanted: Wanted): Sample {
  const role = (capacity: number, own: Wanted, floor: number) => ({
    counts: { forFloor: capacity, capacity, capacityUnits: capacity, arriving: 0, leaving: 0 },
    wanted: own,
    floor,
  });
  return {
    atMs,
    roles: new Map([
      [WEB, role(web, wanted, 4)],
      [COMPILE, role(24 - web, rest, 2)],
    ]),
  };
}

/** A sample every ten minutes, as a quiet pool records them. */
const steady = (fromMs: number, toMs: number, web: number, wanted = wants(web)): Sample[] =>
  Array.from({ length: Math.ceil((toMs - fromMs) / (10 * MINUTE_MS)) }, (_, index) =>
    sample(fromMs + index * 10 * MINUTE_MS, web, wanted),
  );

const day = { fromMs: hour(0), toMs: hour(10) };
const split = new Map([
  [WEB, 8],
  [COMPILE, 16],
]);
const of = (role: string, samples: readonly Sample[], stretch = day) =>
  machineHours(samples, stretch, split).roles.find((one) => one.role === role);

test("what a role gained is what it had, less what the split would have given it", () => {
  const samples = [...steady(hour(0), hour(6), 5), ...steady(hour(6), hour(10), 10)];
  expect(of("web", samples)).toMatchObject({ served: 70, split: 80, gained: -10, least: 5, most: 10 });
  expect(of("compile", samples)).toMatchObject({ served: 170, split: 160, gained: 10, least: 14, most: 19 });
});

test("a shortage counts only while the wish is known, and the split's is that of the same hours", () => {
  const samples = [
    ...steady(hour(0), hour(2), 6, wants(9)),
    ...steady(hour(2), hour(5), 6, wants(null)),
    ...steady(hour(5), hour(10), 6, wants(4)),
  ];
  expect(of("web", samples)).toMatchObject({ measuredHours: 7, short: 6, splitShort: 2 });
});

test("a role that takes the rest goes without nothing, and one with every slot busy at least without what was seen", () => {
  expect(of("compile", steady(hour(0), hour(10), 6))).toMatchObject({
    measuredHours: 0,
    short: null,
    splitShort: null,
  });
  expect(of("web", steady(hour(0), hour(10), 6, wants(7, true)))).toMatchObject({ measuredHours: 10, short: 10 });
});

test("hours below the floor are counted", () => {
  const samples = [...steady(hour(0), hour(1), 3), ...steady(hour(1), hour(10), 4)];
  expect(of("web", samples)).toMatchObject({ belowFloorHours: 1 });
});

describe("what is not on record", () => {
  test("is a gap, and counts nowhere", () => {
    const samples = [...steady(hour(1), hour(4), 8), ...steady(hour(6), hour(10), 8)];
    const { knownHours, unknown, roles } = machineHours(samples, day, split);
    // The last sample before the gap holds for a quarter of an hour: five minutes beyond its ten.
    const gone = hour(4) + 5 * MINUTE_MS;
    expect(unknown).toEqual([
      { fromMs: hour(0), toMs: hour(1) },
      { fromMs: gone, toMs: hour(6) },
    ]);
    expect(knownHours).toBeCloseTo(7 + 5 / 60);
    expect(roles.find(({ role }) => role === "web")).toMatchObject({ gained: 0 });
  });

  test("is everything where there is no record at all, and no role had anything", () => {
    const { knownHours, unknown, roles } = machineHours([], day, split);
    expect({ knownHours, unknown }).toEqual({ knownHours: 0, unknown: [day] });
    expect(roles).toMatchObject([
      { role: "web", served: 0, split: 0, short: null },
      { role: "compile", served: 0, split: 0, short: null },
    ]);
  });
});

test("a sample from before the stretch counts from its beginning, one from after it not at all", () => {
  const samples = [sample(hour(0) - 5 * MINUTE_MS, 8, wants(8)), sample(hour(20), 20, wants(8))];
  expect(of("web", samples)).toMatchObject({ served: 8 / 6, most: 8 });
});
