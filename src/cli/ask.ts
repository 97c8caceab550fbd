/** Asking the person at the terminal: only where there is one, never with --json, and --no-input forbids it. */
import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import type { GlobalOptions } from "./invocation.ts";

/** What was typed, trimmed; empty for Ctrl-C and Ctrl-D; null where nobody can be asked. */
export async function askFor(question: string, options: GlobalOptions): Promise<string | null> {
  if (!options.input || options.json === true || !process.stdin.isTTY) return null;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // A terminal that goes away closes the input and answers nothing.
    const closed = once(terminal, "close").then(() => "");
    return (await Promise.race([terminal.question(question), closed])).trim();
  } catch (error) {
    // Ctrl-C and Ctrl-D: the answer is no.
    if (error instanceof Error && error.name === "AbortError") return "";
    throw error;
  } finally {
    terminal.close();
  }
}
