/**
 * Editing a distcc hosts file as text. distcc asks the servers in the order of the file, so an entry that is taken out
 * keeps its place, its options and its comment behind a mark, and giving the traffic back restores the very same bytes.
 */
import type { Machine } from "../../core/domain/fleet.ts";
import { addressesOf, addressOf, renderEntry, serverOf, shapeOf } from "./distcc-entry.ts";

/** Starts a line that retask took out; the rest of it is the line as it was. */
const MARK = "#retask:off ";
/** C's isspace(), which is what distcc splits at. */
const WORD = /[^ \t\v\f\r\n]+/g;

/** Every entry that distcc would use, in order. Words that begin with `--` are settings, not servers. */
export function entriesOf(text: string): string[] {
  return linesOf(text).flatMap(activeWords);
}

/** The entries that send work to this machine. */
export function entriesFor(text: string, template: string, machine: Machine): string[] {
  const addresses = addressesOf(template, machine);
  return entriesOf(text).filter((entry) => addresses.has(addressOf(entry)));
}

/** The text without this machine's entries; the same text when it has none. */
export function withoutMachine(text: string, template: string, machine: Machine): string {
  const addresses = addressesOf(template, machine);
  const isMine = (entry: string): boolean => addresses.has(addressOf(entry));
  const lines = linesOf(text);
  if (!lines.some((line) => activeWords(line).some(isMine))) return text;
  // A mark left from before is older than the entry that somebody has written since.
  const fresh = lines.filter((line) => !isMarkOf(line, isMine));
  return fresh.map((line) => takeOut(line, isMine)).join("");
}

/** The text with an entry for this machine: the one that was taken out, else a new one after the last of its kind. */
export function withMachine(text: string, template: string, machine: Machine): string {
  if (entriesFor(text, template, machine).length > 0) return text;
  const addresses = addressesOf(template, machine);
  const isMine = (entry: string): boolean => addresses.has(addressOf(entry));
  const lines = linesOf(text);
  if (lines.some((line) => isMarkOf(line, isMine)))
    return lines.map((line) => (isMarkOf(line, isMine) ? line.slice(MARK.length) : line)).join("");
  return insert(lines, template, `${renderEntry(template, machine)}\n`);
}

function takeOut(line: string, isMine: (entry: string) => boolean): string {
  const words = activeWords(line);
  if (!words.some(isMine)) return line;
  if ((codeOf(line).match(WORD) ?? []).every(isMine)) return MARK + line;
  // Others share the line, and what follows a mark is a comment to distcc: the entry gets a line of its own below.
  const code = codeOf(line);
  const kept = code.replaceAll(/[ \t\v\f]*[^ \t\v\f\r\n]+/g, (word) => (isMine(word.trim()) ? "" : word));
  const rest = line.slice(code.length);
  const ended = rest.endsWith("\n") || kept.endsWith("\n") ? "" : "\n";
  return `${kept}${rest}${ended}${words
    .filter(isMine)
    .map((word) => `${MARK}${word}\n`)
    .join("")}`;
}

function insert(lines: readonly string[], template: string, entry: string): string {
  const shape = shapeOf(template);
  const last = lines.findLastIndex((line) =>
    [...activeWords(line), ...markedWords(line)].some((word) => shape.test(serverOf(word))),
  );
  const at = last < 0 ? lines.length : last + 1;
  const before = lines.slice(0, at).join("");
  const ended = before === "" || before.endsWith("\n") ? before : `${before}\n`;
  return ended + entry + lines.slice(at).join("");
}

/** Lines with their ends, so that joining them gives the text back. */
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** What distcc reads of a line: all before the first `#`, even one within a word. */
function codeOf(line: string): string {
  const comment = line.indexOf("#");
  return comment < 0 ? line : line.slice(0, comment);
}

const activeWords = (line: string): string[] =>
  (codeOf(line).match(WORD) ?? []).filter((word) => !word.startsWith("--"));

const markedWords = (line: string): string[] => (line.startsWith(MARK) ? activeWords(line.slice(MARK.length)) : []);

const isMarkOf = (line: string, isMine: (entry: string) => boolean): boolean => markedWords(line).some(isMine);
