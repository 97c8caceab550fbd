/** Plan: from desired counts to operations, which machines and within which limits. Pure; act makes no choices after it. */
import type { Plan } from "../domain/plan.ts";
import { prototypeRenewals } from "../rollout/prototypes.ts";
import { rolloutRenewals } from "../rollout/rollout-renewals.ts";
import { storageRenewals } from "../storage/storage-renewals.ts";
import { planBalance } from "./balance.ts";
import { planCancels } from "./cancels.ts";
import { noteDeadServers } from "./dead-servers.ts";
import { beginDraft, finishDraft } from "./draft.ts";
import { noteForcesNotMet } from "./forces-not-met.ts";
import type { PlanInput } from "./ledger.ts";
import { planForced, planMaintained, planRetiring } from "./orders-first.ts";
import { planRenewals } from "./renewals.ts";

/** Immutable, ordered, with an id. What was wished and not planned is in it too, with its reason. */
export function makePlan(input: PlanInput): Plan {
  const draft = beginDraft(input);
  planCancels(draft);
  // What hangs carries nothing and is waited for; what still answers can wait until no role is short.
  const { hard, usual } = storageRenewals(input);
  planRenewals(draft, hard);
  planRetiring(draft);
  planMaintained(draft);
  planForced(draft);
  planBalance(draft);
  // After the balance: what a role lacks comes before what can wait.
  planRenewals(draft, [...usual, ...rolloutRenewals(input), ...prototypeRenewals(input)]);
  noteDeadServers(draft);
  noteForcesNotMet(draft);
  return finishDraft(draft);
}
