/**
 * `npm run quality:leave-one-out -- "EVALUATOR"`: chooses each judgement on all traces but one and scores the one left out. Where
 * that costs no more than what stands, what stands owes nothing to the traces that it was tried on.
 */
import { evaluatorOf, geometricMean, row, scoreVariants } from "./quality/evaluate-variants.mjs";
import { CANDIDATES } from "./quality/variants.mjs";

const scored = await scoreVariants(evaluatorOf(), CANDIDATES);
const traces = [...(scored[0]?.scores.keys() ?? [])];
/** @param {Map<string, number>} scores @param {readonly string[]} of */
const mean = (scores, of) => geometricMean(of.map((trace) => scores.get(trace) ?? Number.NaN));

console.log("cost relative to the optimum".padEnd(72) + [...traces, "gm"].map((name) => name.padStart(9)).join(""));
for (const { variant, scores } of scored) {
  console.log(row(variant.name, [...traces.map((trace) => scores.get(trace) ?? Number.NaN), mean(scores, traces)]));
}

/** @type {number[]} */
const outside = [];
console.log("\nchosen without the trace, and what it costs there");
for (const left of traces) {
  const others = traces.filter((trace) => trace !== left);
  const [chosen] = [...scored].sort((a, b) => mean(a.scores, others) - mean(b.scores, others));
  const cost = chosen?.scores.get(left) ?? Number.NaN;
  outside.push(cost);
  console.log(row(`${left}: ${chosen?.variant.name}`, [cost]));
}
console.log(row("all, each by what was chosen without it", [geometricMean(outside)]));
