/**
 * `npm run bench:flood`: how much the reconcile loop is delayed while its API is attacked, each attack from a process of its
 * own. The real controller, over a simulated farm of 24 machines, turns every 100 ms instead of every 10 s, so that no delay
 * is missed. Prints what the attackers were answered; exit code 1 when a tick began or ended 100 ms late, or more.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import pino from "pino";
import { root } from "./steps.mjs";

/** @param {string} module */
const load = (module) => import(pathToFileURL(join(root, "dist", module)).href);
const { loadConfiguration } = await load("control/configuration/load-configuration.js");
const { Telemetry } = await load("control/telemetry.js");
const { createApi } = await load("http/server.js");
const { Simulation } = await load("simulation/simulation.js");
const { openMemoryStore } = await load("store/memory-store.js");
const { createCalendar } = await load("world/calendar/cron-calendar.js");

const TICK_MS = 100;
const MOST_LATE_MS = 100;
const FLOOD = join(root, "scripts/flood.mjs");

const loaded = await loadConfiguration(join(root, "policies/example"));
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const telemetry = new Telemetry();
const simulation = await Simulation.start({
  site: loaded.configuration.site,
  seed: 1,
  startWallMs: Date.UTC(2026, 10, 23),
  calendar: createCalendar(),
  store: openMemoryStore(),
  logger: pino({ level: "silent" }),
  begin: new Map([
    ["web", 8],
    ["compile", 16],
  ]),
  watchers: [telemetry],
});
await simulation.adopt();
const host = "127.0.0.1";
const { controller } = simulation;

let attacked = true;
/** How late each tick ended, had it begun in time and taken none. @type {number[]} */
let lateMs = [];
const turning = turn();

/** @type {[string, Record<string, number>, number, number][]} */
const rows = [];
const { stdout } = await promisify(execFile)(process.execPath, [FLOOD]);
for (const kind of /** @type {string[]} */ (JSON.parse(stdout))) {
  lateMs = [];
  const answers = await attack(kind);
  const worst = [...lateMs].sort((a, b) => b - a);
  rows.push([kind, answers, worst[0] ?? Number.POSITIVE_INFINITY, worst[Math.floor(worst.length / 2)] ?? 0]);
}
attacked = false;
await turning;
for (const [kind, answers, worst, median] of rows) {
  const told = Object.entries(answers).map(([answer, count]) => `${count} × ${answer}`);
  console.log(
    `${kind}: ${told.join(", ")}; a tick ${worst.toFixed(0)} ms late at worst, ${median.toFixed(0)} ms at the median`,
  );
}
const late = rows.filter(([, , worst]) => worst >= MOST_LATE_MS);
for (const [kind] of late) console.log(`missed: ${kind} delayed a tick by ${MOST_LATE_MS} ms or more`);
process.exitCode = late.length === 0 ? 0 : 1;

async function turn() {
  let dueMs = performance.now();
  while (attacked) {
    dueMs += TICK_MS;
    await sleep(Math.max(0, dueMs - performance.now()));
    await simulation.turn();
    lateMs.push(performance.now() - dueMs);
    dueMs = Math.max(dueMs, performance.now() - TICK_MS);
  }
}

/** @param {string} kind @returns {Promise<Record<string, number>>} */
async function attack(kind) {
  // A server of its own: what one attack used up of the limits must not answer for the next one.
  const api = await createApi({
    ...{ controller, keeper: null, links: null, registry: telemetry.registry, beaconPort: 9_421, host },
  });
  await api.listen({ host, port: 0 });
  const [address] = api.addresses();
  const { stdout } = await promisify(execFile)(process.execPath, [FLOOD, String(address?.port), kind]);
  await api.close();
  return JSON.parse(stdout);
}
