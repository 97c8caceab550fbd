/**
 * The fault simulator over many seeds, on every core:  npm run simulate:faults -- [--seeds N] [--from S] [--seed S]
 *
 * Each seed is a farm, a day and its faults; src/simulation/faults says what is held against it. The seeds of
 * test/simulation/failed-seeds.txt, which have failed at some time, are always among them. `--seed S` replays one alone and
 * finds the shortest list of faults that still breaks something.
 */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { installNpmPackages, requireSupportedNode, root, run, say } from "./steps.mjs";

/** @typedef {import("../src/simulation/faults/run-seed.ts").SeedResult} SeedResult */
/** @typedef {SeedResult | { seed: number, crash: string }} Answer */

const BUILT = join(root, "dist/simulation/faults");
const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "200" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
  },
});

requireSupportedNode();
if (!(await installNpmPackages()) || (await run("npm", ["run", "--silent", "build"])) !== 0) process.exit(1);
const { runSeed } = await import(join(BUILT, "run-seed.js"));
const { describeTrace, shrink } = await import(join(BUILT, "shrink.js"));
const { describeTotals, tooTame, totalsOf } = await import(join(BUILT, "totals.js"));

if (values.seed === undefined) await runMany(seedsToRun());
else await replay(wholeNumber("--seed", values.seed));

/** @returns {number[]} */
function seedsToRun() {
  const [count, first] = [wholeNumber("--seeds", values.seeds), wholeNumber("--from", values.from)];
  const fresh = Array.from({ length: count }, (_, index) => first + index);
  return [...new Set([...failedBefore(), ...fresh])];
}

/** @returns {number[]} */
function failedBefore() {
  const text = readFileSync(join(root, "test/simulation/failed-seeds.txt"), "utf8");
  return text.split("\n").flatMap((line) => (/^\d+/.test(line) ? [Number.parseInt(line, 10)] : []));
}

/** @param {number[]} seeds */
async function runMany(seeds) {
  const beganMs = Date.now();
  const cores = Math.min(availableParallelism(), seeds.length);
  /** @type {SeedResult[]} */
  const results = [];
  /** @type {Answer[]} */
  const broken = [];
  await onEachCore(cores, seeds, (answer) => {
    if (!("crash" in answer)) results.push(answer);
    if ("crash" in answer || answer.violations.length > 0) {
      broken.push(answer);
      say(`seed ${answer.seed} is broken`);
    }
    if (results.length % 50 === 0) say(`${results.length} of ${seeds.length} seeds, ${broken.length} broken`);
  });
  const totals = totalsOf(results);
  const minutes = (Date.now() - beganMs) / 60_000;
  for (const line of describeTotals(totals)) console.log(line);
  console.log(`${Math.round(totals.machineDays / minutes / cores)} machine-days a minute and core, on ${cores} cores`);
  for (const answer of broken) await explain(answer);
  const tame = tooTame(totals);
  if (tame !== null) console.log(`too tame: ${tame}`);
  console.log(`${broken.length} violations`);
  if (broken.length > 0 || tame !== null) process.exitCode = 1;
}

/** @param {number} cores @param {number[]} seeds @param {(answer: Answer) => void} take */
function onEachCore(cores, seeds, take) {
  const waiting = [...seeds];
  const one = () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(join(BUILT, "seed-worker.js"));
      const next = () => {
        const seed = waiting.shift();
        if (seed !== undefined) worker.postMessage(seed);
        else resolve(worker.terminate());
      };
      worker.on("message", (answer) => {
        take(answer);
        next();
      });
      worker.once("error", reject);
      next();
    });
  return Promise.all(Array.from({ length: cores }, one));
}

/** @param {Answer} answer */
async function explain(answer) {
  console.log(`\nseed ${answer.seed}; again: npm run simulate:faults -- --seed ${answer.seed}`);
  if ("crash" in answer) {
    console.log(answer.crash);
    return;
  }
  const [violation] = answer.violations;
  if (violation === undefined) return;
  for (const line of describeTrace(await shrink(answer.seed, answer.faults, violation))) console.log(`  ${line}`);
}

/** @param {number} seed */
async function replay(seed) {
  /** @type {SeedResult} */
  const result = await runSeed(seed);
  for (const line of describeTotals(totalsOf([result]))) console.log(line);
  if (result.violations.length > 0) {
    await explain(result);
    process.exitCode = 1;
  } else console.log("0 violations");
}

/** @param {string} option @param {string} text */
function wholeNumber(option, text) {
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text);
  say(`${option}: expected a whole number from 1, got ${JSON.stringify(text)}`);
  process.exit(1);
}
