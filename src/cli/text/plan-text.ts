/** The plan as a diff, each change with its sign: `+` into work, `-` out of it, `~` from role to role, `x` called off. */

import { SPARE } from "../../core/domain/names.ts";
import type { Plan, PlannedMove } from "../../core/domain/plan.ts";
import { type Look, type Tone, toned } from "./look.ts";
import { clockTime } from "./moments.ts";
import { notDoneText } from "./not-done-text.ts";
import { section, sections, tableText } from "./table.ts";

export interface PlanShown extends Plan {
  readonly mode: "advise" | "auto";
}

type Sign = "+" | "~" | "-" | "x";

/** In the order in which they are shown. */
const SIGNS: Readonly<Record<Sign, { readonly tone: Tone; readonly does: string }>> = {
  "+": { tone: "good", does: "put to work" },
  "~": { tone: "warning", does: "re-task" },
  "-": { tone: "bad", does: "make a spare" },
  x: { tone: "bad", does: "call off" },
};
const COLUMNS = ["", "what", "way", { title: "image", drop: 1 }, "because"];

export const hasChanges = ({ moves, cancels }: Plan): boolean => moves.length + cancels.length > 0;

export function planText(plan: PlanShown, look: Look): string {
  const { id, atMs, mode, notDone } = plan;
  return sections([
    `plan ${id} of ${clockTime(atMs, look)}: ${mode === "auto" ? "retask does this by itself" : "retask only advises"}`,
    hasChanges(plan) ? diffText(plan, look) : "nothing to do",
    section(look, "not done", notDoneText(notDone, look)),
    totalText(plan),
    mode === "advise" && plan.moves.length > 0 ? `to start exactly these moves: retask apply ${id}` : "",
  ]);
}

/** The changes alone: what `apply` asks about. */
export function diffText({ moves, cancels }: Pick<Plan, "moves" | "cancels">, look: Look): string {
  const order = Object.keys(SIGNS);
  const rows = [...moves.map((move) => moveRow(move)), ...cancels.map((cancel) => cancelRow(cancel))].sort(
    ([a], [b]) => order.indexOf(a) - order.indexOf(b),
  );
  return tableText(
    look,
    COLUMNS,
    rows.map(([sign, ...others]) => [toned(look, SIGNS[sign].tone, sign), ...others]),
    "wrapped",
  );
}

type Row = readonly [Sign, ...string[]];

const signOf = ({ from, to }: PlannedMove): Sign => (from === SPARE ? "+" : to === SPARE ? "-" : "~");

function moveRow(move: PlannedMove): Row {
  const { machine, from, to, fromImage, toImage, reason } = move;
  return [signOf(move), machine, `${from} to ${to}`, `${fromImage ?? "off"} -> ${toImage ?? "off"}`, reason];
}

const cancelRow = ({ operation, reason }: Plan["cancels"][number]): Row => ["x", operation, "called off", "", reason];

/** `plan: 1 to put to work, 2 to re-task, 0 to make a spare, 0 to call off; 1 not done`. */
function totalText({ moves, cancels, notDone }: Plan): string {
  const signs = [...moves.map(signOf), ...cancels.map((): Sign => "x")];
  const counts = Object.entries(SIGNS).map(
    ([sign, { does }]) => `${signs.filter((one) => one === sign).length} to ${does}`,
  );
  return `plan: ${counts.join(", ")}; ${notDone.length} not done`;
}
