/** The clairvoyant's optimum against exhaustive search, and what other rules cost beside it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseConfiguration } from "../../../src/control/configuration/parse-configuration.ts";
import { roleName } from "../../../src/core/domain/names.ts";
import type { Site } from "../../../src/core/domain/site.ts";
import { optimum } from "../../../src/simulation/backtest/optimum.ts";
import { billOf, MOVE_HOURS } from "../../../src/simulation/backtest/prices.ts";
import { rivals } from "../../../src/simulation/backtest/rivals.ts";
import { type TwoRoles, twoRoles } from "../../../src/simulation/backtest/two-roles.ts";

const WEB = roleName("web");
const COMPILE = roleName("compile");
const machine = (n: number): string =>
  `  - { name: m0${n}, ip: 10.0.3.${n}, mac: "00:11:22:33:44:0${n}", bmc: 10.0.9.${n} }`;

function siteOf(machines: number, web = "machines: { floor: 0 }"): Site {
  const parsed = parseConfiguration(
    new Map([
      [
        "retask.yaml",
        "bootLinks: /srv/tftp\nprometheus: http://10.0.1.5:9090\nhaproxy: unix:/run/h.sock\nbmc: { user: u, passwordFile: /p }\n",
      ],
      ["fleet.yaml", `machines:\n${Array.from({ length: machines }, (_, at) => machine(at + 1)).join("\n")}\n`],
      [
        "policies/web.yaml",
        `role: web\nimages: { production: web.1 }\ndemand: { series: s, perMachine: 10 }\n${web}\ntraffic: { haproxy: { backend: web } }\n`,
      ],
      [
        "policies/compile.yaml",
        "role: compile\nimages: { production: compile.1 }\ndemand: rest\nmachines: { floor: 0 }\ntraffic: { distcc: { hostsFile: /h } }\n",
      ],
    ]),
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.configuration.site;
}

const history = (load: readonly (number | null)[]) => ({
  startMs: 0,
  minutes: load.length,
  demand: new Map([[WEB, load]]),
});

function poolOf(site: Site, load: readonly (number | null)[], switchMinutes: number): TwoRoles {
  const pool = twoRoles(site, history(load), switchMinutes);
  if (!pool.ok) throw new Error(pool.why);
  return pool.value;
}

/** Every plan of two machines, minute by minute: each is in web, in compile, or on its way for so many minutes. */
function cheapest(site: Site, load: readonly (number | null)[], switchMinutes: number): number {
  let least = Number.POSITIVE_INFINITY;
  type Place = { readonly web: boolean; readonly busyUntil: number };
  const go = (minute: number, places: readonly Place[], cost: number): void => {
    if (cost >= least) return;
    if (minute === load.length) {
      least = cost;
      return;
    }
    const options = places.map((place): readonly Place[] =>
      place.busyUntil > minute ? [place] : [place, { web: !place.web, busyUntil: minute + switchMinutes }],
    );
    for (const first of options[0] ?? []) {
      for (const second of options[1] ?? []) {
        const now = [first, second];
        const moved = now.filter((place, at) => place !== places[at]).length;
        const serving = (web: boolean) => now.filter((place) => place.busyUntil <= minute && place.web === web).length;
        const counts = new Map([
          [WEB, [serving(true)]],
          [COMPILE, [serving(false)]],
        ]);
        go(minute + 1, now, cost + billOf(site, history([load[minute] ?? null]), counts, moved).total);
      }
    }
  };
  for (const webs of [0, 1, 2])
    go(
      0,
      [0, 1].map((at) => ({ web: at < webs, busyUntil: 0 })),
      0,
    );
  return least;
}

test("the optimum is what exhaustive search finds", () => {
  const site = siteOf(2);
  const load = fc.array(fc.option(fc.integer({ min: 0, max: 25 }), { freq: 8 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(load, fc.constantFrom(1, 2), (given, switchMinutes) => {
      expect(optimum(poolOf(site, given, switchMinutes))).toBeCloseTo(cheapest(site, given, switchMinutes), 9);
    }),
    { numRuns: 60 },
  );
});

/** Quiet nights and busy days, for two weeks. */
const days = Array.from({ length: 14 * 1_440 }, (_, minute) =>
  (minute / 60) % 24 >= 8 && (minute / 60) % 24 < 20 ? 70 : 15,
);

describe("beside a load that comes every day at the same hour", () => {
  const site = siteOf(9);
  const pool = poolOf(site, days, 4);
  const [fixed, schedule, hpa] = rivals(pool, 0);
  const best = optimum(pool);

  test("nobody beats the optimum, and the fixed split costs most", () => {
    for (const rival of [fixed, schedule, hpa]) expect(rival?.bill.total).toBeGreaterThanOrEqual(best - 1e-9);
    expect(schedule?.bill.total).toBeLessThan(hpa?.bill.total ?? 0);
    expect(hpa?.bill.total).toBeLessThan(fixed?.bill.total ?? 0);
  });

  test("the optimum moves five machines each morning and evening, and pays what they miss on their way", () => {
    // 14 mornings and evenings: the move, and four minutes of the rest role; the shortage it avoids by coming early.
    expect(best).toBeCloseTo(28 * 5 * (MOVE_HOURS + 4 / 60), 6);
  });

  test("the best fixed split has what the days need, and never moves", () => {
    expect(fixed).toMatchObject({ name: "the best fixed split (7)", bill: { shortHours: 0, moves: 0 } });
    // 12 hours each day with five machines too many.
    expect(fixed?.bill.lostHours).toBeCloseTo(14 * 12 * 5, 6);
  });

  test("what follows the load moves as often as it changes", () => {
    expect(schedule?.bill.moves).toBe(28 * 5);
    expect(hpa?.bill.moves).toBeGreaterThanOrEqual(28 * 5);
  });
});

test("a floor is kept by everyone, the optimum too", () => {
  const site = siteOf(4, "machines: { floor: 3 }");
  const idle = Array<number>(120).fill(0);
  expect(optimum(poolOf(site, idle, 4))).toBeCloseTo(3 * 2, 9);
  for (const { bill } of rivals(poolOf(site, idle, 4), 0)) expect(bill.lostHours).toBeCloseTo(3 * 2, 9);
});

test("a bill: shortages at the role's price, lost hours at one, five minutes for each move, nothing for what is not known", () => {
  const site = siteOf(4, "machines: { floor: 0 }\nshortageCost: 30");
  const serving = new Map([
    [WEB, [1, 1, 1]],
    [COMPILE, [1, 3, 0]],
  ]);
  const bill = billOf(site, history([25, 5, null]), serving, 2);
  expect(bill.shortHours).toBeCloseTo(1.5 / 60, 9);
  expect(bill.shortageCost).toBeCloseTo((30 * 1.5) / 60, 9);
  // 4 machines, 3 needed: 1 for compile, which has it; then 3, which it has.
  expect(bill.lostHours).toBe(0);
  expect(bill.total).toBeCloseTo((30 * 1.5) / 60 + 2 * MOVE_HOURS, 9);
});

test("several measured roles are not compared, and it says why", () => {
  const site = siteOf(4);
  const web = site.policies.get(WEB);
  if (web === undefined) throw new Error("no web");
  const api = roleName("api");
  const two = { ...site, policies: new Map(site.policies).set(api, { ...web, role: api }) };
  expect(twoRoles(two, history([1]), 4)).toEqual({ ok: false, why: expect.stringContaining("one measured role") });
});
