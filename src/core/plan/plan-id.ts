/** A plan's id: a digest of what it would do, so that an operator's approval of it stays good for exactly that. */
import type { PlanId } from "../domain/names.ts";
import type { Plan } from "../domain/plan.ts";

/**
 * Which machine goes from where to where, with which images, and what is called off. Reasons are left out: they quote the load,
 * which differs in every tick, and a plan for the same acts is the same plan. What is not done is not part of it either.
 */
export function planId({ moves, cancels }: Pick<Plan, "moves" | "cancels">): PlanId {
  const acts = moves.map(({ machine, from, to, fromImage, toImage }) => [machine, from, to, fromImage, toImage]);
  const text = JSON.stringify([acts, cancels.map(({ operation }) => operation)]);
  return `${fnv1a(text, 0x811c9dc5)}${fnv1a(text, 0x050c5d1f)}` as PlanId;
}

/** FNV-1a, 32 bits, as 8 hex digits; two different starts make 64. No secret: it only has to tell plans apart. */
function fnv1a(text: string, start: number): string {
  let hash = start;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
