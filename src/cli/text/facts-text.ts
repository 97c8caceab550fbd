/** Short facts below each other: a name and what is known of it. */

/** One line for each, the names padded to one width. */
export function factsText(facts: readonly (readonly [name: string, text: string])[]): string {
  const width = Math.max(0, ...facts.map(([name]) => name.length));
  return facts.map(([name, text]) => `${name.padEnd(width)}  ${text}`).join("\n");
}
