/** What other programs say, made safe to print: an answer must not move a terminal's cursor or fake a log line. */

const MAX_CHARS = 400;

/** On one line, control characters and everything beyond ASCII escaped, cut after 400 characters. */
export function printable(text: string): string {
  const escaped = text.trim().replaceAll(/[^\x20-\x7e]/g, escapeCharacter);
  return escaped.length > MAX_CHARS ? `${escaped.slice(0, MAX_CHARS)}…` : escaped;
}

function escapeCharacter(character: string): string {
  if (character === "\n") return "\\n";
  if (character === "\t") return "\\t";
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}
