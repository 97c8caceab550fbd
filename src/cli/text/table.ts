/** Tables without borders, which a person reads and `awk` can still cut; the last column takes what room is left. */
import { stripVTControlCharacters } from "node:util";
import Table from "cli-table3";
import { type Look, toned } from "./look.ts";

const GAP = 2;
const NARROWEST_LAST = 16;

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
}

/**
 * One line for the titles and one for each row. On a terminal the last column is cut or wrapped to what room is left.
 * Every cell has been made safe already.
 */
export function tableText(
  look: Look,
  columns: readonly (Column | string)[],
  rows: readonly (readonly string[])[],
  last: "cut" | "wrapped" = "cut",
): string {
  const titled = columns.map((column) => (typeof column === "string" ? { title: column } : column));
  const table = new Table({
    head: titled.map(({ title }) => toned(look, "strong", title)),
    chars: NO_LINES,
    style: { head: [], border: [], "padding-left": 0, "padding-right": GAP, compact: true },
    colAligns: titled.map(({ align }) => align ?? "left"),
    colWidths: widths(look, titled, rows),
    wordWrap: last === "wrapped",
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

function widths(look: Look, columns: readonly Column[], rows: readonly (readonly string[])[]): number[] {
  if (look.columns === Number.POSITIVE_INFINITY) return [];
  const own = columns
    .slice(0, -1)
    .map(({ title }, index) => rows.reduce((most, row) => Math.max(most, widthOf(row[index])), widthOf(title)) + GAP);
  const left = look.columns - own.reduce((sum, width) => sum + width, 0);
  return [...own, Math.max(NARROWEST_LAST, left)];
}

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
