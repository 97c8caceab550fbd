/** How many machines each role wants now, all roles weighed together: the first slot of a rota with short slots. */
import type { Wanted } from "../../domain/decision.ts";
import type { RoleName } from "../../domain/names.ts";
import { planRota } from "./plan-rota.ts";
import { inSlot, type RotaInput, type RotaRole } from "./rota-input.ts";
import { slotsOf } from "./slot-worth.ts";

/** In usual machines, those on their way included. `horizonShape` gives slots that the move fills exactly. */
export function wantedByFlow(input: RotaInput): ReadonlyMap<RoleName, Wanted> {
  const { roles } = planRota(input);
  return new Map(
    input.roles.map((role, index) => {
      const count = roles[index]?.now ?? 0;
      return [role.role, { count, hungry: false, reason: reasonOf(role, count, input) }];
    }),
  );
}

/** `wants 12 by the flow of all roles: in 5 min machine 12 is needed with 31 %, machine 13 with 12 %`. */
function reasonOf({ use }: RotaRole, count: number, { moveMinutes, slotMinutes }: RotaInput): string {
  const wants = `wants ${count} by the flow of all roles`;
  const needs = use.kind === "rest" ? undefined : inSlot(use.needs, slotsOf(moveMinutes, slotMinutes));
  if (needs === undefined) return wants;
  const chance = (machine: number): string =>
    `${Math.round((100 * needs.filter((need) => need > machine - 1).length) / needs.length)} %`;
  const last = count === 0 ? "" : `machine ${count} is needed with ${chance(count)}, `;
  return `${wants}: in ${moveMinutes} min ${last}machine ${count + 1} with ${chance(count + 1)}`;
}
