/** Machines that are off for certain and stay so: their entries and boot links may go. */
import type { MachineName } from "../core/domain/names.ts";
import type { MachineFacts } from "../core/domain/observation.ts";
import { heardSince } from "../core/operate/operation-facts.ts";
import type { Controller } from "./controller.ts";

/**
 * Two readings prove an off, and no beacon since (S9): somebody may have switched it on meanwhile. A machine on its way to a
 * role is off only for a moment.
 */
export function machinesOff({ last, state }: Controller): ReadonlySet<MachineName> {
  const onTheirWay = new Set([...state.operations.values()].map(({ machine }) => machine));
  const isOff = ({ power, beacon }: MachineFacts): boolean =>
    power.kind === "off" && power.readings >= 2 && !heardSince(beacon, power.ageMs);
  const off = [...(last?.observation.machines ?? [])].filter(([name, facts]) => isOff(facts) && !onTheirWay.has(name));
  return new Set(off.map(([name]) => name));
}
