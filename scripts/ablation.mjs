/** `npm run quality:ablation -- "EVALUATOR"`: what each part of forecast and plan gains, by leaving it out, and what history gains. */
import { evaluatorOf, geometricMean, row, scoreVariants } from "./quality/evaluate-variants.mjs";
import { ABLATIONS, HISTORIES } from "./quality/variants.mjs";

const scored = await scoreVariants(evaluatorOf(), [...ABLATIONS, ...HISTORIES]);
const traces = [...(scored[0]?.scores.keys() ?? [])];
console.log("cost relative to the optimum".padEnd(72) + [...traces, "gm"].map((name) => name.padStart(9)).join(""));
for (const { variant, scores } of scored) {
  const ratios = traces.map((trace) => scores.get(trace) ?? Number.NaN);
  console.log(row(variant.about, [...ratios, geometricMean(ratios)]));
}
