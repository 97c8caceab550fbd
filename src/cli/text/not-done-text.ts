/** What is not done, and why: the same table in status, plan and explain. */
import type { NotDone } from "../../core/domain/plan.ts";
import type { Look } from "./look.ts";
import { clockTime } from "./moments.ts";
import { andMore, tableText } from "./table.ts";

export function notDoneText(notDone: readonly NotDone[], look: Look, most = Number.POSITIVE_INFINITY): string {
  if (notDone.length === 0) return "";
  const rows = notDone
    .slice(0, most)
    .map(({ subject, what, why, notBeforeMs }) => [
      subject,
      what,
      notBeforeMs === null ? why : `${why} (not before ${clockTime(notBeforeMs, look)})`,
    ]);
  const table = tableText(
    look,
    ["for", "not done", "because"],
    rows,
    most === Number.POSITIVE_INFINITY ? "wrapped" : "cut",
  );
  return notDone.length > most ? `${table}\n${andMore(notDone.length - most)}` : table;
}
