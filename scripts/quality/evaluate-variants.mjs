/** Scores variants of the program with an evaluator: any back-test that speaks to `retask evaluate`. Neither it nor load traces are part of this project. */
import { exec } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pLimit from "p-limit";
import { root } from "../steps.mjs";

/** @typedef {import("./variants.mjs").Variant} Variant */
/** Cost relative to the clairvoyant optimum, by trace. @typedef {Map<string, number>} Scores */

export const USAGE = `takes the evaluator's command, such as
  "node evaluator/run.mjs --set public --policy none --maxDays 12"
to which it adds  --external retask=COMMAND --json FILE ; FILE must hold { "results": [{ "scenario", "policy", "ratio" }] },
the cost relative to the best possible. COMMAND speaks the protocol of \`retask evaluate\`. The evaluator and its load traces
are not part of this project: without them there is nothing to measure.`;

/** The evaluator's command, which is the only argument; ends the program where there is none. */
export function evaluatorOf() {
  const [command, ...others] = process.argv.slice(2);
  if (command !== undefined && others.length === 0) return command;
  console.error(`${process.argv[1]?.split("/").at(-1)} ${USAGE}`);
  return process.exit(1);
}

/** Scores the program as it stands and each variant, as many at a time as there are cores. The build must be fresh.
 * @param {string} evaluator @param {readonly Variant[]} variants @returns {Promise<{ variant: Variant, scores: Scores }[]>} */
export async function scoreVariants(evaluator, variants) {
  const home = await mkdtemp(join(tmpdir(), "retask-quality-"));
  const limit = pLimit(availableParallelism());
  try {
    await symlink(join(root, "node_modules"), join(home, "node_modules"));
    await cp(join(root, "package.json"), join(home, "package.json"));
    const all = [{ name: "as it stands", about: "as it stands", edits: [] }, ...variants];
    return await Promise.all(
      all.map((variant, index) =>
        limit(async () => ({ variant, scores: await score(evaluator, await bred(home, String(index), variant)) })),
      ),
    );
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** A copy of the compiled program with the variant's edits. @param {string} home @param {string} folder @param {Variant} variant */
async function bred(home, folder, { name, edits }) {
  const dist = join(home, folder);
  await cp(join(root, "dist"), dist, { recursive: true });
  for (const { file, find, put } of edits) {
    const path = join(dist, "core", file);
    const text = await readFile(path, "utf8");
    if (text.split(find).length !== 2) throw new Error(`${name} has aged: ${file} does not have once: ${find}`);
    await writeFile(
      path,
      text.replace(find, () => put),
    );
  }
  return dist;
}

/** @param {string} evaluator @param {string} dist @returns {Promise<Scores>} */
async function score(evaluator, dist) {
  const file = `${dist}.json`;
  const retask = `retask=${process.execPath} ${join(dist, "cli/main.js")} evaluate`;
  await promisify(exec)(`${evaluator} --external '${retask}' --json '${file}'`, { maxBuffer: 1e8 });
  /** @type {{ results: { scenario: string, policy: string, ratio: number }[] }} */
  const { results } = JSON.parse(await readFile(file, "utf8"));
  return new Map(results.filter(({ policy }) => policy === "retask").map(({ scenario, ratio }) => [scenario, ratio]));
}

/** @param {Iterable<number>} values */
export function geometricMean(values) {
  const logs = [...values].map(Math.log);
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
}

/** @param {string} name @param {Iterable<number>} values */
export function row(name, values) {
  return name.padEnd(72) + [...values].map((value) => value.toFixed(3).padStart(9)).join("");
}
