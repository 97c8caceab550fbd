/** Recorded demand through the real decide and plan: what the machines do, and what what-ifs change. */
import { beforeAll, describe, expect, test } from "vitest";
import { roleName } from "../../src/core/domain/names.ts";
import type { Site } from "../../src/core/domain/site.ts";
import { type BackTest, backTest } from "../../src/simulation/backtest/back-test.ts";
import { historyOf, imagine } from "../../src/simulation/backtest/demand-history.ts";
import { createCalendar } from "../../src/world/calendar/cron-calendar.ts";
import { scheduleFacts } from "../../src/world/calendar/schedule-facts.ts";
import { exampleSite } from "../unit/http/support/bench.ts";

const WEB = roleName("web");
const COMPILE = roleName("compile");
const SATURDAY_MS = Date.UTC(2026, 10, 21);
const NOTHING = { scale: new Map(), blind: null };
let site: Site;
beforeAll(async () => {
  site = await exampleSite();
});

/** From 5 machines' load to 10 machines' at ten in the morning, and back at four; 55 sessions are a machine. */
const day = Array.from({ length: 1_440 }, (_, minute) => (minute >= 600 && minute < 960 ? 550 : 275));

function replayed(load: readonly (number | null)[], options: Partial<Parameters<typeof backTest>[0]> = {}): BackTest {
  const calendar = createCalendar();
  return backTest({
    site,
    history: { startMs: SATURDAY_MS, minutes: load.length, demand: new Map([[WEB, load]]) },
    whatIf: NOTHING,
    schedulesAt: (wallMs) => scheduleFacts(site, calendar, wallMs),
    bootMs: 180_000,
    ...options,
  });
}
const servingAt = ({ replay }: BackTest, hour: number, role = WEB): number =>
  replay.serving.get(role)?.[hour * 60] ?? -1;

describe("a day", () => {
  test("web grows when the load does and gives its machines back; each move takes its time, and both roles lose by it", () => {
    const test = replayed(day);
    // 275 × 1.15 ÷ 55 is 6, 550 × 1.15 ÷ 55 is 12.
    expect([servingAt(test, 9), servingAt(test, 13), servingAt(test, 23)]).toEqual([6, 12, 6]);
    expect(servingAt(test, 13, COMPILE) + servingAt(test, 13)).toBeGreaterThanOrEqual(24);
    const up = test.replay.moves.filter(({ to }) => to === WEB);
    // Two at once, four minutes and the hold each: nobody has twelve machines a minute after the load came.
    expect(up.length).toBeGreaterThanOrEqual(6);
    expect(test.replay.serving.get(WEB)?.[602]).toBe(6);
    expect(test.bill.shortHours).toBeGreaterThan(0);
  });

  test("a longer boot makes the shortage longer", () => {
    expect(replayed(day, { bootMs: 600_000 }).bill.shortHours).toBeGreaterThan(1.5 * replayed(day).bill.shortHours);
  });

  test("a load that nobody measures moves nothing, and what it truly needed is still priced", () => {
    const blind = { fromMinute: 590, toMinute: 970 };
    const test = replayed(day, { whatIf: { scale: new Map(), blind } });
    expect(servingAt(test, 13)).toBe(6);
    expect(test.bill.shortHours).toBeCloseTo(6 * 4, 0);
  });

  test("nothing that was not recorded is read as zero", () => {
    const gap = day.map((value, minute) => (minute >= 700 && minute < 900 ? null : value));
    expect(servingAt(replayed(gap), 14)).toBe(12);
  });
});

describe("a history", () => {
  const at = (minute: number): number => SATURDAY_MS + minute * 60_000;

  test("holds each sample until the next one, for an hour at most", () => {
    const { minutes, demand } = historyOf(
      new Map([
        [
          WEB,
          [
            { atMs: at(120), value: 3 },
            { atMs: at(0), value: 1 },
            { atMs: at(5), value: null },
          ],
        ],
      ]),
    );
    const values = demand.get(WEB) ?? [];
    expect(minutes).toBe(121);
    expect([values[0], values[4], values[5], values[119], values[120]]).toEqual([1, 1, null, null, 3]);
    const sparse = historyOf(
      new Map([
        [
          WEB,
          [
            { atMs: at(0), value: 1 },
            { atMs: at(300), value: 2 },
          ],
        ],
      ]),
    );
    expect([sparse.demand.get(WEB)?.[58], sparse.demand.get(WEB)?.[61]]).toEqual([1, null]);
  });

  test("what if: scaled by a factor, and blind over midnight", () => {
    const history = { startMs: SATURDAY_MS, minutes: 1_440, demand: new Map([[WEB, day]]) };
    const { seen, truth } = imagine(history, {
      scale: new Map([[WEB, 2]]),
      blind: { fromMinute: 1_430, toMinute: 10 },
    });
    expect([truth.demand.get(WEB)?.[5], seen.demand.get(WEB)?.[5], seen.demand.get(WEB)?.[10]]).toEqual([
      550,
      null,
      550,
    ]);
    expect(seen.demand.get(WEB)?.[1_430]).toBeNull();
  });
});
