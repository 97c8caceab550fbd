/** The main job over the simulated world: load rises, machines move; load falls, they go back; the floors hold throughout. */
import pino from "pino";
import { expect, test } from "vitest";
import { loadConfiguration } from "../../src/control/configuration/load-configuration.ts";
import { roleName } from "../../src/core/domain/names.ts";
import { Simulation } from "../../src/simulation/simulation.ts";
import { openMemoryStore } from "../../src/store/memory-store.ts";
import { createCalendar } from "../../src/world/calendar/cron-calendar.ts";

const web = roleName("web");
const compile = roleName("compile");
const MONDAY = Date.UTC(2026, 10, 23);

async function exampleSite() {
  const loaded = await loadConfiguration("policies/example");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.configuration.site;
}

test("a day: web grows with its load and shrinks after it, builds get the rest, and no floor is broken", async () => {
  const site = await exampleSite();
  const store = openMemoryStore();
  const outcomes: string[] = [];
  let webMost = 0;
  let compileMost = 0;
  const simulation = await Simulation.start({
    site,
    seed: 1,
    startWallMs: MONDAY,
    calendar: createCalendar(),
    store,
    logger: pino({ level: process.env.LOG ?? "silent" }),
    begin: new Map([
      [web, 14],
      [compile, 10],
    ]),
    watchers: [
      {
        onFinished: ({ outcome }) => outcomes.push(outcome),
        onTick: ({ decision }, { state }) => {
          if (!state.adopted) return;
          const counts = (role: typeof web) => decision.roles.get(role)?.counts.forFloor ?? 0;
          webMost = Math.max(webMost, counts(web));
          compileMost = Math.max(compileMost, counts(compile));
          expect(counts(web)).toBeGreaterThanOrEqual(4);
          expect(counts(compile)).toBeGreaterThanOrEqual(2);
        },
      },
    ],
  });
  await simulation.adopt();
  await simulation.runFor(86_400_000, 2_000);

  expect(webMost).toBeGreaterThanOrEqual(16);
  expect(compileMost).toBeGreaterThanOrEqual(16);
  expect(outcomes.filter((outcome) => outcome === "done").length).toBeGreaterThanOrEqual(10);
  expect(outcomes).not.toContain("quarantined");
}, 120_000);
