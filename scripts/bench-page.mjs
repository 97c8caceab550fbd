/**
 * `npm run bench:page`: how the page does in Chromium with 1,000 and 10,000 machines: until the first paint, until every
 * machine is there, and, while ticks come and machines move, the longest task of the page's main thread (its own CPU time) and
 * the longest frame (by the clock, so whatever else runs is in it). The real server and controller over a simulated pool, in
 * this process; the browser beside it. Exit code 1 when a pool of 1,000 takes a second to its first paint, or has a task of
 * over 100 ms.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import pino from "pino";
import { chromium } from "playwright-core";
import { root } from "./steps.mjs";

/** @param {string} module */
const load = (module) => import(pathToFileURL(join(root, "dist", module)).href);
const { loadConfiguration } = await load("control/configuration/load-configuration.js");
const { Telemetry } = await load("control/telemetry.js");
const { createApi } = await load("http/server.js");
const { Simulation } = await load("simulation/simulation.js");
const { openMemoryStore } = await load("store/memory-store.js");
const { createCalendar } = await load("world/calendar/cron-calendar.js");
const { known } = await load("core/domain/reading.js");

/** @typedef {{ longestFrameMs: number, frame99Ms: number, changed: number }} Frames */

const RACK = 40;
const WATCH_MS = 20_000;
/** Real time between two ticks: ten times as many as usual. */
const PACE_MS = 1_000;
const TICK_MS = 10_000;
const LIMITS = { firstPaintMs: 1_000, longestTaskMs: 100 };

const loaded = await loadConfiguration(join(root, "policies/example"));
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));

/** The example site with so many machines: no cap on web, and as many at once as a tenth. @param {number} count */
function siteOf(count) {
  const { site } = loaded.configuration;
  const [model] = site.machines.values();
  const machines = new Map();
  for (let index = 0; index < count; index++) {
    const name = `m${String(index + 1).padStart(5, "0")}`;
    const rack = `r${String(Math.floor(index / RACK) + 1).padStart(3, "0")}`;
    const mac = `02:00:00:00:${(index >> 8).toString(16).padStart(2, "0")}:${(index & 255).toString(16).padStart(2, "0")}`;
    machines.set(name, {
      ...model,
      name,
      mac,
      ip: `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
      domains: { rack },
    });
  }
  const web = site.policies.get("web");
  const policies = new Map(site.policies).set("web", { ...web, machines: { ...web.machines, max: count } });
  return { ...site, machines, policies };
}

/** @param {number} count */
async function measure(count) {
  const web = Math.floor(count / 3);
  const needed = { machines: web };
  const telemetry = new Telemetry();
  const simulation = await Simulation.start({
    site: siteOf(count),
    seed: 1,
    startWallMs: Date.UTC(2026, 10, 23, 8),
    calendar: createCalendar(),
    store: openMemoryStore(),
    logger: pino({ level: "silent" }),
    begin: new Map([
      ["web", web],
      ["compile", count - web],
    ]),
    demand: () => ({ demand: known(needed.machines * 47), confirm: known(needed.machines * 47) }),
    watchers: [telemetry],
  });
  await simulation.adopt();
  // A tenth of the pool sets out, and is on its way while the page is looked at.
  needed.machines = Math.floor(web * 1.3);
  for (let tick = 0; tick < 20; tick++) await simulation.turn(TICK_MS);
  const { controller } = simulation;
  const api = await createApi({
    controller,
    keeper: null,
    links: null,
    registry: telemetry.registry,
    beaconPort: 9_421,
    host: "127.0.0.1",
  });
  const address = await api.listen({ host: "127.0.0.1", port: 0 });
  let isOver = false;
  /** @type {number[]} */
  const tickMs = [];
  const turning = (async () => {
    while (!isOver) {
      const beganMs = performance.now();
      await simulation.turn(TICK_MS);
      tickMs.push(performance.now() - beganMs);
      await sleep(PACE_MS);
    }
  })();
  try {
    const seen = await look(address, count);
    return { count, ...seen, tickMs: median(tickMs), moving: controller.state.operations.size };
  } finally {
    isOver = true;
    await turning;
    await api.close();
  }
}

/** @param {string} address @param {number} count */
async function look(address, count) {
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(address);
    await page.waitForFunction((all) => document.querySelectorAll(".tile").length >= all, count, { timeout: 60_000 });
    const began = await page.evaluate(() => ({
      firstPaintMs: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
      allMs: performance.now(),
    }));
    // What loading leaves to do is not counted as a frame of the page at rest.
    await sleep(2_000);
    const watched = await traced(page, () => page.evaluate(watchFrames, WATCH_MS));
    return { ...began, ...watched };
  } finally {
    await browser.close();
  }
}

/**
 * The longest single task of the page's main thread meanwhile, in its own CPU time: what is left of a frame when nothing else
 * wants the processor.
 * @template {object} T @param {import("playwright-core").Page} page @param {() => Promise<T>} watch
 */
async function traced(page, watch) {
  const session = await page.context().newCDPSession(page);
  /** @type {{ name: string, tdur?: number, pid: number, tid: number, args: { name?: string } }[]} */
  const events = [];
  session.on("Tracing.dataCollected", ({ value }) =>
    events.push(.../** @type {typeof events} */ (/** @type {unknown} */ (value))),
  );
  await session.send("Tracing.start", { traceConfig: { includedCategories: ["toplevel"] } });
  const seen = await watch();
  const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", () => resolve(undefined)));
  await session.send("Tracing.end");
  await complete;
  const main = events.find(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  const tasks = events.filter(({ pid, tid }) => pid === main?.pid && tid === main.tid);
  const longestTaskMs = tasks.reduce((most, { tdur = 0 }) => Math.max(most, tdur), 0) / 1_000;
  if (longestTaskMs === 0) throw new Error("the trace holds no task of the page's main thread");
  return { ...seen, longestTaskMs };
}

/** Runs in the page. @param {number} forMs @returns {Promise<Frames>} */
function watchFrames(forMs) {
  const endMs = performance.now() + forMs;
  let changed = 0;
  const observer = new MutationObserver((changes) => {
    changed += changes.length;
  });
  observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  /** @type {number[]} */
  const frames = [];
  return new Promise((resolve) => {
    let last = performance.now();
    const frame = () => {
      const nowMs = performance.now();
      frames.push(nowMs - last);
      last = nowMs;
      if (nowMs < endMs) requestAnimationFrame(frame);
      else {
        frames.sort((a, b) => b - a);
        resolve({
          longestFrameMs: frames[0] ?? Number.NaN,
          frame99Ms: frames[Math.floor(frames.length / 100)] ?? Number.NaN,
          changed,
        });
      }
    };
    requestAnimationFrame(frame);
  });
}

/** @param {number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** @param {number} ms */
const rounded = (ms) => `${Math.round(ms)} ms`.padStart(9);
process.stdout.write(
  `${"machines".padStart(8)} ${"first paint".padStart(12)} ${"all there".padStart(10)} ${"longest task".padStart(13)} ${"longest frame".padStart(14)} ${"99 % below".padStart(11)}   changes, moving, a tick\n`,
);
for (const count of process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1_000, 10_000]) {
  const seen = await measure(count);
  const { firstPaintMs, allMs, longestTaskMs, longestFrameMs, frame99Ms, changed, moving, tickMs } = seen;
  process.stdout.write(
    `${String(count).padStart(8)} ${rounded(firstPaintMs).padStart(12)} ${rounded(allMs).padStart(10)} ${rounded(longestTaskMs).padStart(13)} ${rounded(longestFrameMs).padStart(14)} ${rounded(frame99Ms).padStart(11)}   ${changed}, ${moving}, ${rounded(tickMs).trim()}\n`,
  );
  const isSlow = firstPaintMs >= LIMITS.firstPaintMs || longestTaskMs > LIMITS.longestTaskMs;
  if (count <= 1_000 && isSlow) process.exitCode = 1;
}
