/**
 * `npm run bench:back-test -- [--machines N] [--days N]`: how long a back-test takes at one-minute steps, from the built
 * program; in CPU time, because other work may share the computer. The optimum and the rivals are part of it.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { root } from "./steps.mjs";

const { values } = parseArgs({
  options: { machines: { type: "string", default: "50" }, days: { type: "string", default: "14" } },
});
const [machineCount, days] = [Number(values.machines), Number(values.days)];
if (!(machineCount >= 24 && days > 0)) throw new Error("--machines 24 or more, --days above 0");

/** @param {string} module */
const load = (module) => import(pathToFileURL(join(root, "dist", module)).href);
const { loadConfiguration } = await load("control/configuration/load-configuration.js");
const { backTest } = await load("simulation/backtest/back-test.js");
const { createCalendar } = await load("world/calendar/cron-calendar.js");
const { scheduleFacts } = await load("world/calendar/schedule-facts.js");

const DAY = 1_440;
const MONDAY = Date.UTC(2026, 10, 2);

/** The example site with more machines, the web role free to take what its load asks for. @param {"none" | "seasonal"} forecast */
async function site(forecast) {
  const loaded = await loadConfiguration(join(root, "policies/example"));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { site: example } = loaded.configuration;
  const few = [...example.machines.values()];
  const machines = Array.from({ length: machineCount }, (_, index) => {
    const machine = few[index % few.length];
    return { ...machine, name: `${machine.name}-${Math.floor(index / few.length)}` };
  });
  const web = example.policies.get("web");
  const free = { ...web, forecast, machines: { ...web.machines, max: machineCount - 2 } };
  const policies = new Map(example.policies).set("web", free);
  return { ...example, machines: new Map(machines.map((machine) => [machine.name, machine])), policies };
}

/** Sessions: a day's wave, quieter at weekends, with repeatable noise and a burst now and then. @param {number} minute */
function sessionsAt(minute) {
  const hour = (minute / 60) % 24;
  const isWeekend = Math.floor(minute / DAY) % 7 >= 5;
  const wave = 0.45 - 0.3 * Math.cos((2 * Math.PI * (hour - 3)) / 24);
  const roll = Math.sin(minute * 12.9898) * 43_758.5453;
  const noise = 0.95 + 0.1 * (roll - Math.floor(roll));
  const burst = minute % 2_900 < 25 ? 1.4 : 1;
  return 55 * machineCount * wave * noise * burst * (isWeekend ? 0.7 : 1);
}

const minutes = Math.round(days * DAY);
const demand = Array.from({ length: minutes }, (_, minute) => sessionsAt(minute));

/** @param {"none" | "seasonal"} forecast */
async function run(forecast) {
  const [own, calendar] = [await site(forecast), createCalendar()];
  const before = process.cpuUsage();
  const { bill, compared } = backTest({
    site: own,
    history: { startMs: MONDAY, minutes, demand: new Map([["web", demand]]) },
    whatIf: { scale: new Map(), blind: null },
    schedulesAt: (/** @type {number} */ wallMs) => scheduleFacts(own, calendar, wallMs),
    bootMs: 180_000,
  });
  const { user, system } = process.cpuUsage(before);
  const seconds = ((user + system) / 1e6).toFixed(1);
  const times = (bill.total / compared.optimum).toFixed(2);
  console.log(`forecast: ${forecast.padEnd(8)} ${seconds.padStart(6)} s of CPU, ${times} × the optimum`);
}

console.log(`${days} days of ${machineCount} machines at one-minute steps`);
await run("none");
await run("seasonal");
