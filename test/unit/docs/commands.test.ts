/** Every `retask …` that the documentation tells an operator to type is a command of this program, with options that it has. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { buildProgram } from "../../../src/cli/program.ts";

const pages = [
  "README.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md") && !file.endsWith("cli.md"))
    .map((file) => join("docs", file)),
];

/** Lines of code blocks, and code within a line, that begin with the command; comments and what follows a pipe cut off. */
function commandsIn(text: string): string[] {
  const blocks = [...text.matchAll(/```\w*\n([\s\S]*?)```/g)].flatMap((match) => (match[1] ?? "").split("\n"));
  const inline = [...text.replaceAll(/```[\s\S]*?```/g, "").matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? "");
  return [...blocks, ...inline]
    .map((line) => line.trim())
    .filter((line) => line.startsWith("retask "))
    .map((line) => line.replace(/\s[#|].*$/, ""));
}

/** What is wrong with a command line; null when nothing is. */
function wrongWith(line: string): string | null {
  const words = (line.match(/"[^"]*"|\S+/g) ?? []).slice(1);
  let command: Command = buildProgram();
  const known = new Set<string>(["--help"]);
  const learn = (): void => {
    for (const { long, short } of command.options) for (const name of [long, short]) if (name) known.add(name);
  };
  learn();
  for (const [index, word] of words.entries()) {
    if (word.startsWith("-")) {
      if (!known.has(word)) return `${word} is no option of ${command.name()}`;
      continue;
    }
    const next = command.commands.find((one) => one.name() === word);
    if (next !== undefined) {
      command = next;
      learn();
    } else if (command.commands.length > 0 && !words[index - 1]?.startsWith("-") && !isName(word)) {
      return `${word} is no command of ${command.name()}`;
    }
  }
  return null;
}

/** COMMAND, X or … stands for any of them. */
const isName = (word: string): boolean => /^(?:[A-Z…]+|<.*>)$/.test(word);

test.each(pages)("%s", (page) => {
  const wrong = commandsIn(readFileSync(page, "utf8")).map((line) => [line, wrongWith(line)]);
  expect(wrong.filter(([, why]) => why !== null)).toEqual([]);
});

describe("a planted mistake is reported", () => {
  test.each(["retask stauts", "retask pause --all", "retask force m07 --to web", "retask links --fix"])(
    "%s",
    (line) => {
      expect(wrongWith(line)).not.toBeNull();
    },
  );

  test.each(['retask pause --pool --for 2h --reason "x y"', "retask --site /etc/retask serve", "retask explain web"])(
    "and %s is none",
    (line) => {
      expect(wrongWith(line)).toBeNull();
    },
  );
});
