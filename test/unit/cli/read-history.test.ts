/** Recorded demand as CSV: each mistake with its line, and what was expected. */
import { beforeAll, expect, test } from "vitest";
import { nonEmpty, parseCsv } from "../../../src/cli/simulate/read-history.ts";
import { roleName } from "../../../src/core/domain/names.ts";
import type { Site } from "../../../src/core/domain/site.ts";
import { exampleSite } from "../http/support/bench.ts";

let site: Site;
beforeAll(async () => {
  site = await exampleSite();
});
const read = (text: string) => nonEmpty(parseCsv(text, "demand.csv", site).demand, "demand.csv");

test("moments may be ISO 8601 with any zone or seconds since 1970; what is empty is unknown", () => {
  const { startMs, minutes, demand } = read(
    "\ufefftime,web\r\n2026-11-23T01:00:00+01:00,12.5\r\n1795392060,\r\n2026-11-23T00:02:00Z,0\r\n",
  );
  expect([startMs, minutes]).toEqual([Date.UTC(2026, 10, 23), 3]);
  expect(demand.get(roleName("web"))).toEqual([12.5, null, 0]);
});

test("machines that served and a signal may stand beside the demand, and are no role's demand", () => {
  const text = "time,web.machines,web,web.signal\n1795392000,3,120,0.25\n1795392060,,130,\n";
  const { beside } = parseCsv(text, "demand.csv", site);
  const values = (samples: readonly { value: number | null }[] = []) => samples.map(({ value }) => value);
  expect([...read(text).demand]).toEqual([["web", [120, 130]]]);
  expect(values(beside.machines.get(roleName("web")))).toEqual([3, null]);
  expect(values(beside.signal.get(roleName("web")))).toEqual([0.25, null]);
});

test.each([
  ["a signal of no role", "time,web,api.signal\n", 'demand.csv:1: "api" is no measured role'],
  ["a column twice", "time,web,web\n", "demand.csv:1: the column web is there twice"],
  ["no title", "2026-11-23T00:00:00Z,1\n", "demand.csv:1: expected the columns time and one for each measured role"],
  ["a role that there is not", "time,wep\n", 'demand.csv:1: "wep" is no measured role of the site; these are: web'],
  ["the rest role", "time,compile\n", 'demand.csv:1: "compile" is no measured role'],
  ["a moment without a zone", "time,web\n2026-11-23T00:00:00,1\n", "demand.csv:2: expected a time with its zone"],
  [
    "a negative load",
    "time,web\n1795392000,1\n1795392060,-1\n",
    'demand.csv:3: expected a load of 0 or more, or nothing where it is not known, got "-1"',
  ],
  ["NaN", "time,web\n1795392000,NaN\n", "demand.csv:2: expected a load"],
  ["infinity", "time,web\n1795392000,1e400\n", "demand.csv:2: expected a load"],
  ["a missing column", "time,web\n1795392000\n", "demand.csv:"],
  ["an open quote", 'time,web\n"1795392000,1\n', "demand.csv:"],
  ["nothing but a title", "time,web\n", "demand.csv has no sample of the demand of web in this time"],
])("%s is refused", (_, text, why) => {
  expect(() => read(text)).toThrow(why);
});
