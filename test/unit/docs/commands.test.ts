/**
 * Every command that the documentation tells somebody to type is known: a `retask …` that the program's own parser takes, a
 * script of package.json, or one of the few that are listed with a reason. test/component/docs-commands.test.ts runs them.
 */
import { existsSync, readFileSync } from "node:fs";
import { type Command, CommanderError } from "commander";
import { describe, expect, test } from "vitest";
import { buildProgram } from "../../../src/cli/program.ts";
import { blocksOf, commandsOf, mentionsIn, npmScript, pages, retaskWords } from "./support/documented-commands.ts";
import { LISTED, RUN_ELSEWHERE } from "./support/listed-commands.ts";

const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly scripts: Record<string, string> };

const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];

/** The program with every action taken out. */
const program = buildProgram();
for (const command of all(program)) {
  command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
  if (command.commands.length === 0) command.action(() => {});
}

/** What its parser says against these words; null: nothing. */
async function refusal(words: readonly string[]): Promise<CommanderError | null> {
  try {
    await program.parseAsync([...words], { from: "user" });
    return null;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? null : error;
    throw error;
  }
}

/** What is wrong with a line that is to be typed; null: nothing. */
async function wrongWith(line: string): Promise<string | null> {
  const words = retaskWords(line);
  if (words !== null) return (await refusal(words))?.message ?? null;
  if (LISTED.has(line)) return null;
  const script = npmScript(line);
  if (script === null) return "neither run, nor parsed, nor listed";
  return script in scripts ? null : `package.json has no script ${script}`;
}

/** A mention may leave out what the command needs, and COMMAND, X or … stands for any word. */
async function wrongWithMention(line: string): Promise<string | null> {
  const words = retaskWords(line) ?? [];
  if (words.some((word) => /^(?:[A-Z…]+|<.*>|…|.*=…)$/.test(word))) return null;
  const refused = await refusal(words);
  if (refused === null || /^commander\.(?:missing|optionMissing|help$)/.test(refused.code)) return null;
  return refused.message;
}

async function wrongAmong(lines: readonly string[], wrong: (line: string) => Promise<string | null>) {
  const found: [line: string, why: string][] = [];
  for (const line of lines) {
    const why = await wrong(line);
    if (why !== null) found.push([line, why]);
  }
  return found;
}

test.each(pages)("%s", async (page) => {
  const text = readFileSync(page, "utf8");
  const typed = RUN_ELSEWHERE.has(page) ? [] : commandsOf(page, text).map(({ line }) => line);
  expect(await wrongAmong(typed, wrongWith)).toEqual([]);
  expect(await wrongAmong(mentionsIn(text), wrongWithMention)).toEqual([]);
});

/** What begins like a command, in a block that is not read as one. */
const unmarked = (text: string): string[] =>
  blocksOf(text)
    .filter(({ language }) => !["sh", "console", "text"].includes(language))
    .flatMap(({ lines }) => lines)
    .filter((line) => /^(?:\$ )?(?:sudo|retask|npm|node|curl|systemctl|git) [a-z-]/.test(line));

test.each(pages)("%s marks its blocks of commands as sh or console", (page) => {
  expect(unmarked(readFileSync(page, "utf8"))).toEqual([]);
});

test("what is listed stands in a page, and the files that it takes from the repository are there", () => {
  const typed = new Set(pages.flatMap((page) => commandsOf(page)).map(({ line }) => line));
  expect([...LISTED].filter((line) => !typed.has(line))).toEqual([]);
  const files = [...LISTED].flatMap((line) => [...line.matchAll(/\/opt\/retask\/([\w./@-]+)/g)]);
  expect(files.length).toBeGreaterThan(4);
  expect(files.filter(([, file = ""]) => !existsSync(file))).toEqual([]);
});

test.each([...RUN_ELSEWHERE])("%s is run by %s", (page, file) => {
  expect(readFileSync(file, "utf8")).toContain(page);
});

describe("a planted mistake is reported", () => {
  test.each([
    "retask forse machine m07 --to web",
    "retask pause --all --for 2h --reason x",
    "retask force m07 --to web",
    "retask links --fix",
    "retask pin m07 --reason x --for soon",
    "retask pause --pool --for 2h",
    "sudo -u retask retask stauts",
    "retask explain web m07",
    "npm run lnit",
    "rm -rf /etc/retask",
  ])("%s", async (line) => {
    expect(await wrongWith(line)).not.toBeNull();
  });

  test.each(["retask stauts", "retask status --al", "retask force mashine m07"])("also in prose: %s", async (line) => {
    expect(await wrongWithMention(line)).not.toBeNull();
  });

  test("also in a block without a mark", () => {
    expect(unmarked("```\nretask status\n```\n")).toEqual(["retask status"]);
  });

  test.each([
    'retask pause --pool --for 2h --reason "x y"   # a comment',
    "retask --site /etc/retask serve",
    "retask status --json | jq -r .health",
    "retask completion bash > /etc/x",
    "npm start -- --speed 30",
  ])("and %s is none", async (line) => {
    expect(await wrongWith(line)).toBeNull();
  });
});

test("README's transcript is what the golden transcripts say, shortened at …", () => {
  const golden = ["looking", "orders"].map((name) => readFileSync(`test/fixtures/transcripts/${name}.txt`, "utf8"));
  const shown = blocksOf(readFileSync("README.md", "utf8")).filter(({ language }) => language === "console");
  const parts = shown.flatMap(({ lines }) => lines.join("\n").split(/^…\n|^(?=\$ )/m)).filter((part) => part !== "");
  expect(parts.length).toBeGreaterThan(2);
  expect(parts.filter((part) => !golden.some((text) => text.includes(part.trimEnd())))).toEqual([]);
});
