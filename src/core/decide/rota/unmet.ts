/** What of its ranges a role's plan does not hold, as spans of slots. */
import type { Unmet } from "./rota.ts";
import { inSlot, type RotaRole } from "./rota-input.ts";
import { slotsOf } from "./slot-worth.ts";

/** Machines that a role has or that are on their way to it count for what it keeps; a floor counts only those that serve. */
export function unmetOf(role: RotaRole, counts: readonly number[], slotMinutes: number): Unmet[] {
  const coming = counts.map((_, slot) =>
    role.arriving.reduce((sum, one) => sum + (slotsOf(one.inMinutes, slotMinutes) > slot ? one.machines : 0), 0),
  );
  const least = (what: "keep" | "floor" | "min"): Unmet[] =>
    spans(what, counts, (slot) => {
      const asked = inSlot(role.ranges, slot)?.[what] ?? 0;
      return { asked, given: (counts[slot] ?? 0) + (what === "floor" ? 0 : (coming[slot] ?? 0)) };
    });
  const most = spans("max", counts, (slot) => ({
    asked: inSlot(role.ranges, slot)?.max ?? role.able,
    given: counts[slot] ?? 0,
  }));
  return [...least("keep"), ...least("floor"), ...least("min"), ...most];
}

type Gap = Pick<Unmet, "asked" | "given">;

/** Neighbouring slots with a gap are one span, told by its widest. */
function spans(what: Unmet["what"], counts: readonly number[], gapIn: (slot: number) => Gap): Unmet[] {
  const short = ({ asked, given }: Gap): number => (what === "max" ? given - asked : asked - given);
  const found: Unmet[] = [];
  for (let slot = 0; slot < counts.length; slot++) {
    const gap = gapIn(slot);
    if (short(gap) <= 0) continue;
    const last = found.at(-1);
    if (last === undefined || last.to !== slot - 1) found.push({ what, from: slot, to: slot, ...gap });
    else found[found.length - 1] = { ...last, to: slot, ...(short(gap) > short(last) ? gap : {}) };
  }
  return found;
}
