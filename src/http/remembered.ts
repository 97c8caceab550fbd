/** Answers that are worked out once for all who ask: with thousands of machines each takes a tenth of a second of the loop. */
import type { Controller } from "../control/controller.ts";
import type { MachineName } from "../core/domain/names.ts";
import { type Standing, standingsOf } from "../core/domain/standing.ts";

/**
 * Works it out anew only when a tick has ended, an operator changed something or another configuration came into force. For
 * what depends on nothing else: neither on the clock nor on running effects.
 */
export function remembered<T>(workOut: (controller: Controller) => T): (controller: Controller) => T {
  const known = new WeakMap<Controller, { readonly of: readonly unknown[]; readonly value: T }>();
  return (controller) => {
    const of = [controller.last, controller.state, controller.configured.site()];
    const before = known.get(controller);
    if (before?.of.every((part, index) => part === of[index])) return before.value;
    const value = workOut(controller);
    known.set(controller, { of, value });
    return value;
  };
}

/** Empty before the first tick. */
export const standingsNow = remembered(({ last, state, configured }): ReadonlyMap<MachineName, Standing> => {
  return last === null ? new Map() : standingsOf(configured.site(), state, last.observation);
});
