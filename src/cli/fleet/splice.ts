/** Cuts and insertions in a YAML file's own text, so that every byte that is not meant stays as its author wrote it. */
import { isCollection, isMap, isPair, type Node, type Pair, type YAMLMap, type YAMLSeq } from "yaml";

/** Replaces the characters from `start` up to `end`, in offsets of the old text. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly put: string;
}

/** The splices must not overlap. */
export function spliced(text: string, splices: readonly Splice[]): string {
  const fromTheEnd = [...splices].sort((a, b) => b.start - a.start || b.end - a.end);
  return fromTheEnd.reduce((rest, { start, end, put }) => rest.slice(0, start) + put + rest.slice(end), text);
}

export type Item = Node | Pair<Node, Node | null>;

/** Lists and maps that are written in brackets or braces. */
export const isFlow = (node: Node): boolean => isCollection(node) && node.flow === true;

/** Where what the author wrote of an item begins and ends: without comments, and without the line's end. */
export function extentOf(item: Item): readonly [start: number, end: number] {
  if (isPair(item)) return [extentOf(item.key)[0], extentOf(item.value ?? item.key)[1]];
  const [start, end] = rangeOf(item);
  const last = isCollection(item) && !isFlow(item) ? item.items.at(-1) : undefined;
  return [start, last === undefined ? end : extentOf(last as Item)[1]];
}

function rangeOf(node: Node): readonly [start: number, end: number] {
  if (!node.range) throw new Error("a node that was parsed has its range");
  return [node.range[0], node.range[1]];
}

/** Where a line ends, its newline included: the comment behind an item belongs to it. A folded text ends there itself. */
export function lineEnd(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === "\n") return offset;
  const newline = text.indexOf("\n", offset);
  return newline < 0 ? text.length : newline + 1;
}

export const lineStart = (text: string, offset: number): number => text.lastIndexOf("\n", offset - 1) + 1;

export const newlineOf = (text: string): string => (text.includes("\r\n") ? "\r\n" : "\n");

/** The white space that the line of this offset begins with. */
export const indentAt = (text: string, offset: number): string =>
  /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))?.[0] ?? "";

/** Puts whole lines behind the line that ends at `end`; a file may lack its last newline. */
export function linesAfter(text: string, end: number, lines: string): Splice {
  const newline = newlineOf(text);
  const broken = end > 0 && text[end - 1] !== "\n";
  return { start: end, end, put: broken ? newline + lines.slice(0, -newline.length) : lines };
}

/** A comma behind an item within brackets, be there a comment in between or not; null: there is none. */
function commaAfter(text: string, end: number): number | null {
  const between = /(?:\s|#[^\n]*\n)*,/y;
  between.lastIndex = end;
  return between.test(text) ? between.lastIndex - 1 : null;
}

type Flow = YAMLMap<Node, Node | null> | YAMLSeq<Node>;

/** More items at the end of what is in brackets: on the same line, or on lines of their own where the others have that. */
export function appendToFlow(text: string, flow: Flow, put: readonly string[]): Splice[] {
  const last: Item | undefined = flow.items.at(-1);
  if (last === undefined) {
    const [start, end] = rangeOf(flow);
    const padding = isMap(flow) ? " " : "";
    return [{ start: start + 1, end: end - 1, put: padding + put.join(", ") + padding }];
  }
  const [start, end] = extentOf(last);
  const comma = commaAfter(text, end);
  const after = lineEnd(text, comma ?? end);
  // A bracket that closes on the last item's line leaves no room for a line of its own.
  if (!startsLine(text, start) || after >= rangeOf(flow)[1]) {
    const at = comma === null ? end : comma;
    return [{ start: at, end: at, put: put.map((item) => `, ${item}`).join("") }];
  }
  const newline = newlineOf(text);
  const lines = put.map((item) => indentAt(text, start) + item).join(`,${newline}`);
  const added = { start: after, end: after, put: `${lines}${comma === null ? "" : ","}${newline}` };
  return comma === null ? [{ start: end, end, put: "," }, added] : [added];
}

/** Takes an item out of brackets, with one comma, and with its line where it had one of its own. */
export function removeFromFlow(text: string, flow: Flow, index: number): Splice[] {
  const [start, end] = extentOf(flow.items[index] as Item);
  const after = commaAfter(text, end);
  const before = index === 0 ? null : commaAfter(text, extentOf(flow.items[index - 1] as Item)[1]);
  const until = after === null ? end : after + 1;
  if (startsLine(text, start) && /^[ \t]*(#|\r?\n)/.test(text.slice(until))) {
    const line = { start: lineStart(text, start), end: lineEnd(text, until), put: "" };
    return after === null && before !== null ? [{ start: before, end: before + 1, put: "" }, line] : [line];
  }
  if (after === null) return [{ start: before ?? start, end, put: "" }];
  const spaces = /^[ \t]*/.exec(text.slice(until))?.[0].length ?? 0;
  return [{ start, end: until + spaces, put: "" }];
}

const startsLine = (text: string, offset: number): boolean => text.slice(lineStart(text, offset), offset).trim() === "";
