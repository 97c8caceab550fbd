/** What fits the terminal: lines that are too long are cut, never wrapped, so that the height of a text is known. */
import { stripVTControlCharacters } from "node:util";
import type { Look } from "./look.ts";

const COLOUR = /(\p{Cc}\[[\d;]*m)/u;

export const heightOf = (text: string): number => text.split("\n").length;

/** The prompt that follows takes a line, too. */
export const fitsScreen = (text: string, look: Look): boolean => heightOf(text) < look.rows;

export const cutLines = (text: string, look: Look): string =>
  text
    .split("\n")
    .map((line) => cutLine(line, look.columns))
    .join("\n");

/** Colours take no room, and all of them stay: one that is not ended would colour what follows. */
function cutLine(line: string, columns: number): string {
  if (stripVTControlCharacters(line).length <= columns) return line;
  let left = Math.max(1, columns) - 1;
  let cut = false;
  return line
    .split(COLOUR)
    .map((part) => {
      if (COLOUR.test(part)) return part;
      const kept = part.slice(0, left);
      left -= kept.length;
      if (kept === part || cut) return cut ? "" : kept;
      cut = true;
      return `${kept}…`;
    })
    .join("");
}
