/** Tables without borders, which a person reads and `awk` can still cut; the last column takes what room is left. */
import { stripVTControlCharacters } from "node:util";
import Table from "cli-table3";
import { type Look, toned } from "./look.ts";

const GAP = 2;
const NARROWEST_LAST = 16;
const NARROWEST = 4;

const NO_LINES = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
};

export interface Column {
  readonly title: string;
  readonly align?: "right";
  /** On a terminal too narrow for all of them the columns with the highest numbers go first; without one it stays. */
  readonly drop?: number;
}

/**
 * One line for the titles and one for each row. On a terminal the last column is cut or wrapped to what room is left; where
 * that is too little, columns that may be dropped are, and then the widest are cut. Every cell has been made safe already.
 */
export function tableText(
  look: Look,
  columns: readonly (Column | string)[],
  rows: readonly (readonly string[])[],
  last: "cut" | "wrapped" = "cut",
): string {
  const titled = columns.map((column) => (typeof column === "string" ? { title: column } : column));
  const shown = fitting(look.columns, titled, rows);
  const table = new Table({
    head: shown.map(({ column }) => toned(look, "strong", column.title)),
    chars: NO_LINES,
    style: { head: [], border: [], "padding-left": 0, "padding-right": GAP, compact: true },
    colAligns: shown.map(({ column }) => column.align ?? "left"),
    colWidths: look.columns === Number.POSITIVE_INFINITY ? [] : shown.map(({ width }) => width + GAP),
    wordWrap: last === "wrapped",
  });
  table.push(...rows.map((row) => shown.map(({ index }) => row[index] ?? "")));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

interface Fitted {
  readonly column: Column;
  readonly index: number;
  readonly width: number;
}

/** The columns that are shown, each with its width without the gap behind it. */
function fitting(room: number, columns: readonly Column[], rows: readonly (readonly string[])[]): readonly Fitted[] {
  const all = columns.map((column, index) => ({
    column,
    index,
    width: rows.reduce((most, row) => Math.max(most, widthOf(row[index])), widthOf(column.title)),
  }));
  const kept = dropped(room, all);
  const final = kept.at(-1);
  if (final === undefined || room === Number.POSITIVE_INFINITY) return kept;
  const others = shrunk(room - GAP - narrowest(final), kept.slice(0, -1));
  const left = room - GAP - others.reduce((sum, { width }) => sum + width + GAP, 0);
  return [...others, { ...final, width: Math.max(1, Math.min(left, final.width)) }];
}

function dropped(room: number, all: readonly Fitted[]): readonly Fitted[] {
  const final = all.at(-1);
  const needed = all
    .slice(0, -1)
    .reduce((sum, { width }) => sum + width + GAP, final === undefined ? 0 : narrowest(final));
  if (needed + GAP <= room) return all;
  const first = all.reduce<Fitted | null>((worst, one) => (rankOf(one) > rankOf(worst) ? one : worst), null);
  return first === null
    ? all
    : dropped(
        room,
        all.filter((one) => one !== first),
      );
}

const rankOf = (one: Fitted | null): number => one?.column.drop ?? 0;

/** A letter at a time from the widest, until they fit. */
function shrunk(room: number, columns: readonly Fitted[]): readonly Fitted[] {
  const widths = columns.map(({ width }) => width);
  const taken = (): number => widths.reduce((sum, width) => sum + width + GAP, 0);
  while (taken() > room) {
    const widest = Math.max(...widths);
    if (widest <= NARROWEST) break;
    widths[widths.indexOf(widest)] = widest - 1;
  }
  return columns.map((column, at) => ({ ...column, width: widths[at] ?? column.width }));
}

const narrowest = ({ width }: Fitted): number => Math.min(width, NARROWEST_LAST);

const widthOf = (cell: string | undefined): number => stripVTControlCharacters(cell ?? "").length;

/** A title and lines below it, indented; nothing at all without lines. */
export const section = (look: Look, title: string, body: string): string =>
  body === "" ? "" : `${toned(look, "strong", title)}\n${indent(body)}`;

export const indent = (text: string): string =>
  text
    .split("\n")
    .map((line) => (line === "" ? "" : `  ${line}`))
    .join("\n");

/** The first few of a list, and how many more there are: a status fits one screen. */
export function firstFew<T>(list: readonly T[], most: number, line: (one: T) => string): string {
  const lines = list.slice(0, most).map(line);
  const more = list.length - lines.length;
  return [...lines, ...(more > 0 ? [andMore(more)] : [])].join("\n");
}

export const andMore = (more: number): string => `and ${more} more; all of them with --json`;

/** Sections with an empty line between them; empty ones are left out. */
export const sections = (texts: readonly string[]): string => texts.filter((text) => text !== "").join("\n\n");
