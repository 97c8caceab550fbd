/** Every command line that README and docs/ tell somebody to type, with where it stands. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface DocumentedCommand {
  readonly page: string;
  /** As it stands there, comment included; lines that end in a backslash are joined. */
  readonly line: string;
}

export interface Block {
  readonly language: string;
  readonly lines: readonly string[];
}

/** README and all pages of docs/. */
export const pages: readonly string[] = [
  "README.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join("docs", file))
    .toSorted(),
];

/** The fenced blocks of a page, without the indentation that they have within a list. */
export function blocksOf(text: string): Block[] {
  const fences = text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^ *```$/gm);
  return [...fences].map(([, indent = "", language = "", body = ""]) => ({
    language,
    lines: body.split("\n").map((line) => line.slice(line.startsWith(indent) ? indent.length : 0)),
  }));
}

/** `sh` is typed line by line; of `console` what follows `$ `; the generated CLI page has examples in the commands' help. */
export function commandsOf(page: string, text = readFileSync(page, "utf8")): DocumentedCommand[] {
  const lines = blocksOf(text).flatMap((block) => {
    if (block.language === "sh") return joined(block.lines);
    if (block.language === "console") return startingWith("$ ", block.lines).map((line) => line.slice(2));
    return page.endsWith("cli.md") ? startingWith("  retask ", block.lines) : [];
  });
  const typed = lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  return typed.map((line) => ({ page, line }));
}

/** Code within a line of prose or of a table that begins with the program's name: some are whole, some a mere mention. */
export function mentionsIn(text: string): string[] {
  const prose = text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, "");
  const code = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, inside = ""]) => inside);
  return code.filter((line) => /^(?:sudo )?retask /.test(line));
}

const startingWith = (start: string, lines: readonly string[]): string[] =>
  lines.filter((line) => line.startsWith(start));

const joined = (lines: readonly string[]): string[] =>
  lines
    .join("\n")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n");

/** The words after `retask`, as a shell would give them: without sudo, comment, pipe and redirection; null: another program. */
export function retaskWords(line: string): string[] | null {
  const [, rest] = /^(?:sudo (?:-u \S+ )?)?retask (.*)$/.exec(line) ?? [];
  if (rest === undefined) return null;
  const words = rest.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  const end = words.findIndex((word) => /^[#|<>]|^&&$/.test(word));
  return words.slice(0, end < 0 ? undefined : end).map((word) => word.replaceAll(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}

/** The script of package.json that a line runs; null: none. */
export function npmScript(line: string): string | null {
  const [, run, short] = /^npm (?:run (\S+)|(start|test))\b/.exec(line) ?? [];
  return run ?? short ?? null;
}
