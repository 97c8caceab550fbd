/** Asking a large pool: every machine each tick, and no more of them at the same time than sockets and patience allow. */
import { setImmediate as later } from "node:timers/promises";
import pino from "pino";
import { expect, test } from "vitest";
import { machineName } from "../../../src/core/domain/names.ts";
import { Simulation } from "../../../src/simulation/simulation.ts";
import { openMemoryStore } from "../../../src/store/memory-store.ts";
import { createCalendar } from "../../../src/world/calendar/cron-calendar.ts";
import { smallSite } from "../../simulation/support/small-site.ts";

test("of 600 machines each is asked once a tick, at most 512 at the same time", async () => {
  const site = smallSite();
  const [first] = site.machines.values();
  if (first === undefined) throw new Error("the small site has no machine");
  const names = Array.from({ length: 600 }, (_, index) => machineName(`m${index}`));
  const machines = new Map(names.map((name) => [name, { ...first, name }]));
  const simulation = await Simulation.start({
    site: { ...site, machines },
    seed: 1,
    startWallMs: 0,
    calendar: createCalendar(),
    store: openMemoryStore(),
    logger: pino({ level: "silent" }),
    begin: new Map(),
  });
  const asked: string[] = [];
  let [now, most] = [0, 0];
  simulation.world.beacons.read = async ({ name }) => {
    asked.push(name);
    now += 1;
    most = Math.max(most, now);
    await later();
    now -= 1;
    return { ok: false, why: "asleep" };
  };
  await simulation.turn();
  expect(asked.toSorted()).toEqual(names.toSorted());
  expect(most).toBe(512);
});
