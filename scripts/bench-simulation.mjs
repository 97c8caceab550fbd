/**
 * `npm run bench:simulation -- [--machines N] [--days N] [--step SECONDS]`: how fast the real controller turns over a
 * simulated farm, from the built program. One run is timed, in CPU time, because other work may share the computer; a second
 * one is profiled, and tells where the time goes.
 */
import { Session } from "node:inspector/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import pino from "pino";
import { root } from "./steps.mjs";

const { values } = parseArgs({
  options: {
    machines: { type: "string", default: "24" },
    days: { type: "string", default: "3" },
    /** Simulated seconds between two looks while machines are in operation; the daemon looks each second. */
    step: { type: "string", default: "10" },
  },
});
const [machineCount, days, stepMs] = [Number(values.machines), Number(values.days), Number(values.step) * 1_000];
if (!(machineCount >= 24 && days > 0 && stepMs >= 1_000)) throw new Error("--machines 24 or more, --days, --step 1 …");

/** @param {string} module */
const load = (module) => import(pathToFileURL(join(root, "dist", module)).href);
const { loadConfiguration } = await load("control/configuration/load-configuration.js");
const { Simulation } = await load("simulation/simulation.js");
const { openMemoryStore } = await load("store/memory-store.js");
const { createCalendar } = await load("world/calendar/cron-calendar.js");

const DAY_MS = 86_400_000;
const MONDAY = Date.UTC(2026, 10, 23);

/** The files whose functions are a part of the tick; whatever these call is theirs. @type {Record<string, string>} */
const PARTS = {
  "control/observe.js": "observe",
  "control/observe-demand.js": "observe",
  "control/power-poller.js": "observe",
  "core/operate/judge.js": "judge",
  "core/decide/assignment.js": "decide",
  "core/decide/decide.js": "decide",
  "core/plan/make-plan.js": "plan",
  "control/act.js": "act",
  "store/memory-store.js": "act",
  "control/reconcile-traffic.js": "act",
};

/** The example site, with its web policy's bounds and its machines multiplied. */
async function site() {
  const loaded = await loadConfiguration(join(root, "policies/example"));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { site: example } = loaded.configuration;
  const few = [...example.machines.values()];
  const machines = Array.from({ length: machineCount }, (_, index) => {
    const [machine, farm] = [few[index % few.length], Math.floor(index / few.length)];
    if (farm === 0) return machine;
    const domains = Object.fromEntries(
      Object.entries(machine.domains).map(([kind, name]) => [kind, `${name}-${farm}`]),
    );
    return { ...machine, name: `${machine.name}-${farm}`, domains };
  });
  const web = example.policies.get("web");
  const max = Math.round((web.machines.max * machineCount) / few.length);
  const policies = new Map(example.policies).set("web", { ...web, machines: { ...web.machines, max } });
  return { ...example, machines: new Map(machines.map((machine) => [machine.name, machine])), policies };
}

/** Runs the days from midnight on. @returns {Promise<{ ticks: number, done: number, others: number }>} */
async function runDays() {
  let [ticks, done, others] = [0, 0, 0];
  const web = Math.round(machineCount / 3);
  const simulation = await Simulation.start({
    site: await site(),
    seed: 1,
    startWallMs: MONDAY,
    calendar: createCalendar(),
    store: openMemoryStore(),
    logger: pino({ level: "silent" }),
    begin: new Map([
      ["web", web],
      ["compile", machineCount - web],
    ]),
    watchers: [
      {
        onTick: () => {
          ticks += 1;
        },
        /** @param {{ outcome: string }} finished */
        onFinished: ({ outcome }) => {
          if (outcome === "done") done += 1;
          else others += 1;
        },
      },
    ],
  });
  await simulation.adopt();
  await simulation.runFor(days * DAY_MS, stepMs);
  return { ticks, done, others };
}

/** @param {() => Promise<unknown>} work @returns {Promise<import("node:inspector").Profiler.Profile>} */
async function profiled(work) {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.start");
  await work();
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();
  return profile;
}

/** Each part's share of the samples. @param {import("node:inspector").Profiler.Profile} profile */
function sharesOf({ nodes, samples = [] }) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  /** @type {Map<number, string>} */
  const partById = new Map();
  // A caller comes before what it calls, so the outermost part has it; a part's own continuations have no caller.
  /** @param {number} id @param {string | undefined} inherited */
  const name = (id, inherited) => {
    const node = byId.get(id);
    if (node === undefined) return;
    const { functionName, url } = node.callFrame;
    const own = Object.entries(PARTS).find(([file]) => url.endsWith(`/dist/${file}`))?.[1];
    const part = functionName === "(garbage collector)" ? "garbage" : (inherited ?? own);
    partById.set(id, part ?? "simulated world and the rest");
    for (const child of node.children ?? []) name(child, part);
  };
  const first = nodes[0];
  if (first !== undefined) name(first.id, undefined);

  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const id of samples) {
    const part = partById.get(id) ?? "";
    counts.set(part, (counts.get(part) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([part, count]) => ({ part, share: count / samples.length }));
}

const before = process.cpuUsage();
const { ticks, done, others } = await runDays();
const { user, system } = process.cpuUsage(before);
const cpuUs = user + system;
const shares = sharesOf(await profiled(runDays));

const perMinute = Math.round((machineCount * days) / (cpuUs / 60_000_000));
console.log(`${machineCount} machines, ${days} days, a tick each 10 s, each ${stepMs / 1_000} s while machines move`);
console.log(`${done} moves done, ${others} otherwise; ${ticks} ticks in ${(cpuUs / 1e6).toFixed(1)} s of CPU`);
console.log(`${perMinute} machine-days a minute of CPU; ${Math.round(cpuUs / ticks)} µs a tick, of it:`);
for (const { part, share } of shares)
  console.log(`${String(Math.round((share * cpuUs) / ticks)).padStart(8)} µs ${part}`);
