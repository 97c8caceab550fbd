/** Overrides end by the wall clock, and are told of before they do: once each, over every restart. */
import { describeAct } from "../domain/describe-override.ts";
import { endsSoon, isInForce, type Override } from "../domain/override.ts";
import type { PoolEvent } from "./events.ts";

/** The same list where nothing ended and nothing is to be told. */
export function judgeOverrides(
  overrides: readonly Override[],
  wallMs: number,
  events: PoolEvent[],
): readonly Override[] {
  const isQuiet = (override: Override): boolean =>
    isInForce(override, wallMs) && (override.warned === true || !endsSoon(override, wallMs));
  if (overrides.every(isQuiet)) return overrides;
  return overrides.flatMap((override) => {
    if (isQuiet(override)) return [override];
    const what = describeAct(override.act);
    if (isInForce(override, wallMs)) {
      events.push({ kind: "overrideEnding", override, what });
      return [{ ...override, warned: true }];
    }
    events.push({ kind: "overrideEnded", override, what });
    return [];
  });
}
