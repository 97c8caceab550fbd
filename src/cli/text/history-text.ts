/** The time line as a table: when, what, and how it ended or who asked. */
import { describeDuration } from "../../core/domain/units.ts";
import type { HistoryEntry } from "../history/read-history.ts";
import { type Look, type Tone, toned } from "./look.ts";
import { clockTime } from "./moments.ts";
import { tableText } from "./table.ts";

export interface HistoryShown {
  readonly entries: readonly HistoryEntry[];
}

const COLUMNS = [
  "when",
  "what",
  { title: "end", drop: 1 },
  { title: "took", align: "right" as const, drop: 2 },
  "because",
];

const TONES = { done: "good", undone: "warning", quarantined: "bad", stranded: "warning" } as const satisfies Readonly<
  Record<string, Tone>
>;

export function historyText({ entries }: HistoryShown, look: Look): string {
  if (entries.length === 0) return "nothing on record";
  return tableText(
    look,
    COLUMNS,
    entries.map((entry) => rowOf(entry, look)),
    "wrapped",
  );
}

function rowOf(one: HistoryEntry, look: Look): string[] {
  const when = clockTime(one.atMs, look);
  if (one.what === "operation") {
    const { machine, from, to, outcome, why, startedMs, endedMs } = one.operation;
    const took = describeDuration(Math.max(0, endedMs - startedMs));
    return [when, `${machine} ${from} to ${to}`, toned(look, TONES[outcome], outcome), took, why];
  }
  const { who, action, why, refused } = one.entry;
  const end = refused === null ? "done" : toned(look, "bad", "refused");
  const said = [refused, why].filter((text) => text !== null && text !== "").join("; ");
  return [when, action, end, "", `${who}${said === "" ? "" : `: ${said}`}`];
}
