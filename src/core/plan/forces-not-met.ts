/** Forces of roles that can't be met as they were said: told in each plan, for as long as they hold. */
import { signed } from "../decide/orders.ts";
import type { RoleDecision } from "../domain/decision.ts";
import { describeForce } from "../domain/describe-override.ts";
import { forcedRange, type Override, type RoleForce } from "../domain/override.ts";
import type { Draft } from "./draft.ts";

export function noteForcesNotMet({ assignment, input, notDone }: Draft): void {
  for (const [role, { value, override }] of [...assignment.orders.forcedRoles].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const decided = input.decision.roles.get(role);
    const { min, max } = forcedRange(value);
    if (decided === undefined || (decided.desired >= min && decided.desired <= (max ?? decided.desired))) continue;
    const why = `${whyNot(value, override, decided)}: gets ${decided.desired}`;
    notDone.push({ subject: role, what: whatOf(value), why, notBeforeMs: null });
  }
}

function whatOf(force: RoleForce): string {
  if (force.kind === "forceFloor") return `have at least ${force.floor} machines`;
  return force.kind === "forceCount" ? `have ${force.count} machines` : `have ${force.min} to ${force.max} machines`;
}

/** What the role's chart said after the force; where that allowed it, the pool did not. */
function whyNot(force: RoleForce, override: Override, { permitted, floor, desired }: RoleDecision): string {
  const { reasons } = permitted;
  const forced = reasons.indexOf(signed(`forced ${describeForce(force)}`, override));
  if (force.kind === "forceFloor" && floor >= force.floor)
    return permitted.min > desired ? NO_MORE : reasons.join("; ");
  if (force.kind === "forceFloor") return `its maximum and the pool allow a floor of ${floor}`;
  return reasons.slice(forced + 1).join("; ") || NO_MORE;
}

const NO_MORE = "the pool has no more for it";
