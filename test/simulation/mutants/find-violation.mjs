/**
 * Runs the seeds of one program, which may be a mutant, until an invariant breaks:  node find-violation.mjs DIST S5 FIRST LAST STEP
 * Prints the first seed that breaks it, or `none`.
 */
import { join } from "node:path";

const [dist = "", invariant = "", first = "", last = "", step = "1"] = process.argv.slice(2);
/** @type {typeof import("../../../src/simulation/faults/run-seed.ts")} */
const { runSeed } = await import(join(dist, "simulation/faults/run-seed.js"));

for (let seed = Number(first); seed <= Number(last); seed += Number(step)) {
  const { violations } = await runSeed(seed);
  if (!violations.some((violation) => violation.invariant === invariant)) continue;
  console.log(seed);
  process.exit();
}
console.log("none");
