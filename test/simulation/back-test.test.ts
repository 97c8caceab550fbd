/** Five days of a load that comes every morning: whoever decides ahead pays less than whoever follows. */
import { expect, test } from "vitest";
import { roleName } from "../../src/core/domain/names.ts";
import type { Site } from "../../src/core/domain/site.ts";
import { backTest } from "../../src/simulation/backtest/back-test.ts";
import { seededRandom } from "../../src/simulation/random.ts";
import { createCalendar } from "../../src/world/calendar/cron-calendar.ts";
import { scheduleFacts } from "../../src/world/calendar/schedule-facts.ts";
import { exampleSite } from "../unit/http/support/bench.ts";

const WEB = roleName("web");
const MINUTES = 5 * 1_440;
const random = seededRandom(5);
const load = Array.from({ length: MINUTES }, (_, minute) => {
  const hour = (minute / 60) % 24;
  const busy = 1 / (1 + Math.exp(-(hour - 9) * 4)) - 1 / (1 + Math.exp(-(hour - 19) * 2));
  return (220 + 500 * busy) * random.between(0.92, 1.08);
});

function costOf(site: Site) {
  const calendar = createCalendar();
  const { bill, compared } = backTest({
    site,
    history: { startMs: Date.UTC(2026, 10, 2), minutes: MINUTES, demand: new Map([[WEB, load]]) },
    whatIf: { scale: new Map(), blind: null },
    schedulesAt: (wallMs) => scheduleFacts(site, calendar, wallMs),
    bootMs: 180_000,
  });
  return { bill, optimum: compared.ok ? compared.optimum : Number.NaN };
}

test("`forecast: seasonal` costs less than `none`, moves less, and is nearer to the optimum", async () => {
  const site = await exampleSite();
  const web = site.policies.get(WEB);
  if (web === undefined) throw new Error("the example has no web role");
  // A floor that is raised by day costs both the same, and hides what they do.
  const free = { ...web, machines: { ...web.machines, floor: 2, raiseFloor: [] } };
  const none = costOf({ ...site, policies: new Map(site.policies).set(WEB, free) });
  const seasonal = costOf({ ...site, policies: new Map(site.policies).set(WEB, { ...free, forecast: "seasonal" }) });
  console.info(JSON.stringify({ none: none.bill, seasonal: seasonal.bill, optimum: none.optimum }));
  expect(seasonal.bill.total).toBeLessThan(0.95 * none.bill.total);
  expect(seasonal.bill.moves).toBeLessThan(none.bill.moves);
  expect(seasonal.bill.total).toBeGreaterThan(none.optimum);
}, 120_000);
