/** The machines of which it is not known what they do, and should be. */
import { ordersInForce } from "../core/decide/orders.ts";
import type { MachineName } from "../core/domain/names.ts";
import type { Override } from "../core/domain/override.ts";
import type { Standing } from "../core/domain/standing.ts";

/** Whoever works on one may unplug it: that is no news. */
export function unknownMachines(
  standings: ReadonlyMap<MachineName, Standing>,
  overrides: readonly Override[],
  wallMs: number,
): MachineName[] {
  const { maintained } = ordersInForce(overrides, wallMs);
  return [...standings].flatMap(([machine, { kind }]) =>
    kind === "unknown" && !maintained.has(machine) ? [machine] : [],
  );
}
