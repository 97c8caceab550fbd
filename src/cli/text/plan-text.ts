/** The plan as a list of changes, each with its sign: `+` into work, `-` out of it, `~` from role to role. */

import { SPARE } from "../../core/domain/names.ts";
import type { Plan, PlannedMove } from "../../core/domain/plan.ts";
import { type Look, type Tone, toned } from "./look.ts";
import { clockTime } from "./moments.ts";
import { notDoneText } from "./not-done-text.ts";
import { section, sections, tableText } from "./table.ts";

export const hasChanges = ({ moves, cancels }: Plan): boolean => moves.length + cancels.length > 0;

export function planText(plan: Plan, look: Look): string {
  const { id, atMs, moves, cancels, notDone } = plan;
  const signed = [...moves.map((move) => moveRow(move, look)), ...cancels.map((cancel) => cancelRow(cancel, look))];
  const changes =
    signed.length === 0 ? "nothing to do" : tableText(look, ["", "what", "way", "image", "because"], signed, "wrapped");
  return sections([
    `plan ${id} of ${clockTime(atMs, look)}`,
    changes,
    section(look, "not done", notDoneText(notDone, look)),
    `plan: ${moves.length} to move, ${cancels.length} to call off, ${notDone.length} not done`,
  ]);
}

function moveRow({ machine, from, to, toImage, reason }: PlannedMove, look: Look): string[] {
  const [sign, tone]: readonly [string, Tone] =
    from === SPARE ? ["+", "good"] : to === SPARE ? ["-", "bad"] : ["~", "warning"];
  return [toned(look, tone, sign), machine, `${from} to ${to}`, toImage ?? "off", reason];
}

const cancelRow = ({ operation, reason }: Plan["cancels"][number], look: Look): string[] => [
  toned(look, "bad", "x"),
  operation,
  "called off",
  "",
  reason,
];
