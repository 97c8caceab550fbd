/** A plan's id: a digest of what it says, so that the same plan always has the same id. */
import type { PlanId } from "../domain/names.ts";
import type { Plan } from "../domain/plan.ts";

/** Times are left out: a plan that only waits for the same moment is the same plan. */
export function planId({ moves, cancels, notDone }: Pick<Plan, "moves" | "cancels" | "notDone">): PlanId {
  const waits = notDone.map(({ subject, what, why }) => [subject, what, why]);
  const text = JSON.stringify([moves, cancels, waits]);
  return `${fnv1a(text, 0x811c9dc5)}${fnv1a(text, 0x050c5d1f)}` as PlanId;
}

/** FNV-1a, 32 bits, as 8 hex digits; two different starts make 64. No secret: it only has to tell plans apart. */
function fnv1a(text: string, start: number): string {
  let hash = start;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
