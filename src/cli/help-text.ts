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
    ...(about === undefined ? [] : [about]),
    ...(examples.length === 0 ? [] : [["Examples:", ...examples.map((example) => `  retask ${example}`)].join("\n")]),
    `Exit codes: ${exits}`,
  ];
  return `\n${parts.join("\n\n")}`;
}
