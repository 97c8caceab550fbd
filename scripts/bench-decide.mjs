/**
 * `npm run bench:decide`: what a minute's forecast update and a decision take, for 2 roles and 50 machines, and what a large
 * site's rota takes, from the built program; in CPU time, garbage collection included, because other work may share the computer.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./steps.mjs";

/** @param {string} module */
const load = (module) => import(pathToFileURL(join(root, "dist", module)).href);
const { DEFAULT_WEAR } = await load("core/decide/horizon/costs.js");
const { horizonCount } = await load("core/decide/horizon/horizon-count.js");
const { planRota } = await load("core/decide/rota/plan-rota.js");
const { createRoleForecaster, observeMinute, roleForecastOf } = await load("core/forecast/role-forecast.js");

/** CPU time of this process so far, in ms. */
function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

const MACHINES = 50;
const DAY = 1_440;
const HISTORY_DAYS = 8;
const MINUTES = 2 * DAY;

/** A day's wave with repeatable noise. @param {number} minute @param {number} phase */
function demandAt(minute, phase) {
  const noise = Math.sin(minute * 12.9898 + phase) * 43_758.5453;
  return (24 - 12 * Math.cos((2 * Math.PI * minute) / DAY + phase)) * (0.95 + 0.1 * (noise - Math.floor(noise)));
}

const web = createRoleForecaster(MACHINES);
const builds = createRoleForecaster(MACHINES);
/** @param {number} minute */
function observe(minute) {
  observeMinute(web, { kind: "known", value: demandAt(minute, 0) });
  observeMinute(builds, { kind: "known", value: demandAt(minute, 2) });
}

const history = cpuMs();
for (let minute = 0; minute < HISTORY_DAYS * DAY; minute++) observe(minute);
const historyMs = cpuMs() - history;

/** @type {number[]} */
const updatesMs = [];
/** @type {number[]} */
const decisionsMs = [];
let serving = 20;
for (let minute = HISTORY_DAYS * DAY; minute < HISTORY_DAYS * DAY + MINUTES; minute++) {
  const began = cpuMs();
  observe(minute);
  const observed = cpuMs();
  const { count } = horizonCount(
    {
      forecast: roleForecastOf(web).near,
      perMachine: 1,
      pool: MACHINES,
      serving,
      arriving: 0,
      available: MACHINES - serving,
      bootMinutes: 4,
      costs: { shortage: 20, building: 1, wear: DEFAULT_WEAR },
      orders: null,
      restForecast: roleForecastOf(builds).near,
      need: demandAt(minute, 0),
      restNeed: demandAt(minute, 2),
      minutes: 1,
    },
    null,
  );
  serving = count;
  updatesMs.push(observed - began);
  decisionsMs.push(cpuMs() - observed);
}

const ROTA = { roles: 8, slots: 48, machines: 10_000, runs: 7 };
const BINS = 80;

/** A day's rota: seven roles of shifted waves whose doubt grows, and the rest. @param {number} run */
function someRota(run) {
  const each = ROTA.machines / ROTA.roles;
  const range = { keep: 0, floor: each / 5, min: each / 5, max: ROTA.machines };
  const place = { present: each, arriving: [], able: ROTA.machines, ranges: [range] };
  const measured = Array.from({ length: ROTA.roles - 1 }, (_, role) => {
    const needs = Array.from({ length: ROTA.slots }, (_, slot) => {
      const level = each * (1 - 0.6 * Math.cos((2 * Math.PI * slot) / ROTA.slots + 0.7 * role + run));
      return Float64Array.from({ length: BINS }, (_, bin) => {
        const share = (bin + 0.5) / BINS;
        return level * Math.exp(0.02 * Math.sqrt(slot + 1) * Math.log(share / (1 - share)));
      });
    });
    return { ...place, role: `role-${role}`, use: { kind: "measured", shortageCost: 20 - role, needs } };
  });
  return {
    slotMinutes: 30,
    slots: ROTA.slots,
    moveMinutes: 5,
    wear: DEFAULT_WEAR,
    roles: [...measured, { ...place, role: "rest", use: { kind: "rest", needs: null } }],
    spare: { present: 0, arriving: [], reserve: 100, powerPrice: 0.05 },
    moves: [ROTA.machines / 10],
  };
}

const rotasMs = Array.from({ length: ROTA.runs }, (_, run) => {
  const input = someRota(run);
  const began = cpuMs();
  planRota(input);
  return cpuMs() - began;
});

/** @param {string} name @param {number[]} times */
function show(name, times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (/** @type {number} */ share) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(2);
  console.log(`${name.padEnd(46)} ${at(0.5).padStart(8)} ${at(0.99).padStart(8)} ${at(1).padStart(8)}`);
}

console.log(
  `2 roles, ${MACHINES} machines, ${MINUTES} minutes; ms of CPU`.padEnd(46),
  "  median",
  "    99 %",
  "   worst",
);
show("forecasts' update, both roles", updatesMs);
show("decision, explained", decisionsMs);
show(
  "together",
  updatesMs.map((ms, index) => ms + (decisionsMs[index] ?? 0)),
);
show(`rota, ${ROTA.roles} roles × ${ROTA.slots} slots × ${ROTA.machines} machines`, rotasMs);
console.log(`${HISTORY_DAYS} days of history replayed for both roles in ${(historyMs / 1_000).toFixed(1)} s`);
