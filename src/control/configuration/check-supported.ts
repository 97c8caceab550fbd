/** Keys that this version would read and then silently not follow: refused instead. */
import { type Draft, problemAt } from "./draft.ts";
import type { Problem } from "./problem.ts";

export function checkSupported({ policies }: Draft): Problem[] {
  return policies.flatMap(({ yaml, value }) => {
    const found: Problem[] = [];
    if (value.forecast !== "none" && (value.demand.kind === "rest" || value.demand.kind === "distcc"))
      found.push(problemAt(yaml, ["forecast"], "only a role whose demand is a series or an expression has a forecast"));
    return found;
  });
}
