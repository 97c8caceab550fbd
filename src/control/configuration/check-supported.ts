/** Keys that this version would read and then silently not follow: refused instead. */
import { type Draft, problemAt } from "./draft.ts";
import type { Problem } from "./problem.ts";

const NOT_YET = "not yet supported";

export function checkSupported({ policies }: Draft): Problem[] {
  return policies.flatMap(({ yaml, value }) => {
    const found: Problem[] = [];
    if (value.prototypeMachines > 0) found.push(problemAt(yaml, ["prototypeMachines"], `${NOT_YET}; leave it at 0`));
    if (value.forecast !== "none" && (value.demand.kind === "rest" || value.demand.kind === "distcc"))
      found.push(problemAt(yaml, ["forecast"], "only a role whose demand is a series or an expression has a forecast"));
    if (value.health.length > 0) found.push(problemAt(yaml, ["health"], `${NOT_YET}; leave it out`));
    return found;
  });
}
