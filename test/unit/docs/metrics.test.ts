/** The metrics' reference page names every metric that a running controller exports, with its own words, and no other. */
import { readFileSync } from "node:fs";
import pino from "pino";
import { expect, test } from "vitest";
import { loadConfiguration } from "../../../src/control/configuration/load-configuration.ts";
import { Telemetry } from "../../../src/control/telemetry.ts";
import { roleName } from "../../../src/core/domain/names.ts";
import { Simulation } from "../../../src/simulation/simulation.ts";
import { openMemoryStore } from "../../../src/store/memory-store.ts";
import { createCalendar } from "../../../src/world/calendar/cron-calendar.ts";

const page = readFileSync("docs/reference/metrics.md", "utf8");

async function exportedMetrics() {
  const loaded = await loadConfiguration("policies/example");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const telemetry = new Telemetry();
  const simulation = await Simulation.start({
    site: loaded.configuration.site,
    seed: 1,
    startWallMs: Date.UTC(2026, 10, 23),
    calendar: createCalendar(),
    store: openMemoryStore(),
    logger: pino({ level: "silent" }),
    begin: new Map([[roleName("web"), 4]]),
    watchers: [telemetry],
  });
  await simulation.turn();
  telemetry.noteConfiguration({ valid: true, pending: false });
  const all = await telemetry.registry.getMetricsAsJSON();
  return all.filter(({ name }) => name.startsWith("retask_"));
}

test("every exported metric has a row with its help text, and every row is a metric", async () => {
  const rows = page.split("\n").filter((line) => line.startsWith("| `retask_"));
  const documented = rows.map((line) => `${/`(\w+)`/.exec(line)?.[1]} | ${line.split("|").at(-2)?.trim()}`);
  const exported = (await exportedMetrics()).map(({ name, help }) => `${name} | ${help}`);
  expect(documented.toSorted()).toEqual(exported.toSorted());
});
