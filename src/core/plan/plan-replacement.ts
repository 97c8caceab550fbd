/** The one move by which a machine on new hardware comes back into its role: within the same limits as every other. */
import { type MachineName, type RoleName, SPARE } from "../domain/names.ts";
import type { Plan } from "../domain/plan.ts";
import { now, type Refusal } from "./ask.ts";
import { beginDraft, finishDraft, tryMove } from "./draft.ts";
import type { PlanInput } from "./ledger.ts";

export interface ReplacementOrder {
  readonly machine: MachineName;
  readonly role: RoleName;
  readonly reason: string;
}

/**
 * It takes no capacity from anybody, and its role is a machine short since the old one died: so it waits for no window, like
 * any urgent move. Freezes, pauses, breakers and what may be at once and per hour hold it.
 */
export function planReplacement(input: PlanInput, { machine, role, reason }: ReplacementOrder): Plan | Refusal {
  const draft = beginDraft(input);
  const assigned = input.assignment.machines.find((one) => one.machine.name === machine);
  if (assigned === undefined) return now(`fleet.yaml has no machine ${machine}`);
  const ask = {
    assigned,
    from: SPARE,
    to: role,
    manner: "usual" as const,
    orderedMs: input.observation.wallMs,
    ignoresDwell: true,
    overridesFloor: false,
  };
  return draft.ledger.poolRefusal(true) ?? tryMove(draft, ask, reason) ?? finishDraft(draft);
}
