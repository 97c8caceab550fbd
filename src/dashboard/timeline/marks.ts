/** Which of the timeline's marks concern one role. */
import type { TimelineAnswer } from "../data/answers.ts";
import { live } from "../data/live.ts";

type OverrideMark = TimelineAnswer["overrides"][number];

/** As an override stands in the record, whichever version wrote it. */
interface AnyAct {
  readonly kind: string;
  readonly role?: string;
  readonly machine?: string;
  readonly to?: string;
  readonly scope?: { readonly kind: string; readonly role?: string; readonly machine?: string };
}

export const actOf = ({ act }: OverrideMark): AnyAct => act as AnyAct;

/** What is about one machine is shown where that machine is now. */
export function overridesOf({ overrides }: TimelineAnswer, role: string): OverrideMark[] {
  return overrides.filter((mark) => {
    const act = actOf(mark);
    const machine = act.machine ?? act.scope?.machine;
    if (machine !== undefined && live.grid.value.byName.get(machine)?.role === role) return true;
    return act.scope?.kind === "pool" || act.scope?.role === role || act.role === role || act.to === role;
  });
}

export function actWords(mark: OverrideMark): string {
  const { kind, scope, role, machine, to } = actOf(mark);
  const subject = scope === undefined ? (role ?? machine ?? "") : (scope.role ?? scope.machine ?? "the pool");
  const word = kind.startsWith("force") ? "force" : kind;
  return `${word} of ${subject}${to === undefined ? "" : ` to ${to}`}`;
}
