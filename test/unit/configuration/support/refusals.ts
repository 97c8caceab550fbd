/** Tables of refused sites: what was changed in a good one, and every line that the operator then reads. */
import { expect, test } from "vitest";
import { COMPILE, fleetOf, LIMITS, parsed, problemLines, RETASK, replaced, WEB } from "./site-files.ts";

type Changed = Readonly<Record<string, string | null>>;
type Case = readonly [title: string, changed: Changed, expected: readonly string[]];

export function refuses(cases: readonly Case[]): void {
  test.each(cases)("%s", (_title, changed, expected) => {
    expect(problemLines(parsed(changed))).toEqual(expected);
  });
}

export const web = (passage: string, by: string): Changed => ({ "policies/web.yaml": replaced(WEB, passage, by) });
export const compile = (passage: string, by: string): Changed => ({
  "policies/compile.yaml": replaced(COMPILE, passage, by),
});
export const fleet = (passage: string, by: string): Changed => ({ "fleet.yaml": replaced(fleetOf(12), passage, by) });
export const retask = (passage: string, by: string): Changed => ({ "retask.yaml": replaced(RETASK, passage, by) });
export const moreRetask = (lines: string): Changed => ({ "retask.yaml": `${RETASK}${lines}` });
/** limits.yaml with more keys below `limits`. */
export const moreLimits = (lines: string): Changed => ({ "policies/limits.yaml": `${LIMITS}${lines}` });
