/** Keys that this version would read and then silently not follow: refused instead. */
import { type Draft, problemAt } from "./draft.ts";
import type { Problem } from "./problem.ts";

const NOT_YET = "not yet supported";

export function checkSupported({ policies, settings }: Draft): Problem[] {
  const ofPolicies = policies.flatMap(({ yaml, value }) => {
    const found: Problem[] = [];
    if (value.forecast !== "none" && (value.demand.kind === "rest" || value.demand.kind === "distcc"))
      found.push(problemAt(yaml, ["forecast"], "only a role whose demand is a series or an expression has a forecast"));
    return found;
  });
  if (settings === null) return ofPolicies;
  const { yaml, value } = settings;
  const ofSettings = value.storage.flatMap(({ failOver }, index) =>
    failOver === "manual" ? [] : [problemAt(yaml, ["storage", index, "failOver"], `${NOT_YET}; leave it at manual`)],
  );
  return [...ofPolicies, ...ofSettings];
}
