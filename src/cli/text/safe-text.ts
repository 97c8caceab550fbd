/** What others say, made safe to print: nothing in it may move a cursor, colour a line, hide text or fake a second line. */

/** Controls, invisible formatting and reordering marks, line and paragraph separators, lone surrogates. */
const OBEYED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** On one line; what a terminal would obey is shown as `\x1b`, `\n`, `\u{202e}`. */
export const safeText = (text: string): string => text.replace(OBEYED, escapeCharacter);

/** As `safeText`, for our own messages of several lines. */
export const safeLines = (text: string): string => text.split("\n").map(safeText).join("\n");

/** A whole answer of the daemon, every string in it made safe, so that no formatter can forget one. */
export function safeDeep<T>(answer: T): T {
  return safeValue(answer) as T;
}

function safeValue(value: unknown): unknown {
  if (typeof value === "string") return safeText(value);
  if (Array.isArray(value)) return value.map(safeValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [safeText(key), safeValue(inner)]));
}

/** JSON for programs: the very same values, but written so that a terminal shows them unharmed, too. */
export function safeJson(value: unknown, indent = 2): string {
  const json = JSON.stringify(value, null, indent) ?? "null";
  // The line breaks are JSON's own: those within strings it has escaped already.
  return json.replace(OBEYED, (character) => (character === "\n" ? character : escapeUnits(character)));
}

function escapeCharacter(character: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}

/** JSON has no `\u{…}`: beyond U+FFFF it takes two. */
const escapeUnits = (character: string): string =>
  character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
