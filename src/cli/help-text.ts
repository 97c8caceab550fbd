/** What every command's help says below its options: more about it, examples, and its exit codes. */

interface HelpParts {
  readonly about?: string;
  /** Without the leading `retask`. */
  readonly examples?: readonly string[];
  readonly exits?: string;
}

export const USUAL_EXITS = "0 fine, 1 error.";

export function helpText({ about, examples = [], exits = USUAL_EXITS }: HelpParts): string {
  const parts = [
    ...(about === undefined ? [] : [wrap(about)]),
    ...(examples.length === 0 ? [] : [["Examples:", ...examples.map((example) => `  retask ${example}`)].join("\n")]),
    `Exit codes: ${exits}`,
  ];
  return `\n${parts.join("\n\n")}`;
}

const COLUMNS = 80;

/** commander wraps what it writes itself, and nothing that is added to it. */
function wrap(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= COLUMNS) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join("\n");
}
