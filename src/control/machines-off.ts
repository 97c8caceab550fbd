/** Machines that are off for certain and stay so: their entries and boot links may go. */
import type { MachineName } from "../core/domain/names.ts";
import type { Controller } from "./controller.ts";

/** Two readings prove an off (S9); a machine on its way to a role is off only for a moment. */
export function machinesOff({ last, state }: Controller): ReadonlySet<MachineName> {
  const onTheirWay = new Set([...state.operations.values()].map(({ machine }) => machine));
  const off = [...(last?.observation.machines ?? [])].filter(
    ([name, { power }]) => power.kind === "off" && power.readings >= 2 && !onTheirWay.has(name),
  );
  return new Set(off.map(([name]) => name));
}
