/** How many moves may begin in each slot: the limits of limits.yaml as the rota counts them. */
import type { RotaInput } from "./rota-input.ts";

export interface MoveLimits {
  /** Machines in operation at the same time, and those that are so already. */
  readonly atOnce: number;
  readonly inOperation: number;
  /** Machines that enter operation within an hour. */
  readonly perHour: number;
  /** Whether the windows let moves begin, by slot; its last element holds on. */
  readonly open: readonly boolean[];
}

/**
 * Moves follow each other, so at once means so many in the time that one takes. Parts of a move add up from slot to slot, the first
 * slot rounded up, so that a limit of one lets one begin now. What is in operation takes up the first places.
 */
export function movesPerSlot(
  { atOnce, inOperation, perHour, open }: MoveLimits,
  { slots, slotMinutes, moveMinutes }: Pick<RotaInput, "slots" | "slotMinutes" | "moveMinutes">,
): readonly number[] {
  const perMinute = Math.min(atOnce / moveMinutes, perHour / 60);
  const until = (slot: number): number => Math.ceil(slot * slotMinutes * perMinute - 1e-9);
  let taken = inOperation;
  return Array.from({ length: slots }, (_, slot) => {
    const places = until(slot + 1) - until(slot);
    const free = Math.max(0, places - taken);
    taken = Math.max(0, taken - places);
    return (open[slot] ?? open.at(-1) ?? true) ? free : 0;
  });
}
