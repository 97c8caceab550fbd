/** The house rules that no linter knows, each with a bad sample that it must object to. */

interface Sample {
  readonly path: string;
  readonly text: string;
}

export interface TidyCheck {
  readonly name: string;
  /** Whether the rule speaks of this file at all. */
  applies(path: string): boolean;
  /** What is wrong with it; empty when nothing is. */
  complaints(path: string, text: string): string[];
  readonly bad: readonly Sample[];
}

const opening = "/** A sentence. */\n";
const isTypeScript = (path: string): boolean => path.endsWith(".ts");
const isScript = (path: string): boolean => isTypeScript(path) || path.endsWith(".mjs");
const isSource = (path: string): boolean => path.startsWith("src/") && isTypeScript(path);
const isTest = (path: string): boolean => path.startsWith("test/") && isTypeScript(path);

/** One complaint for each line that matches, with its number. */
const linesMatching =
  (pattern: RegExp) =>
  (_path: string, text: string): string[] =>
    text.split("\n").flatMap((line, index) => (pattern.test(line) ? [`line ${index + 1}: ${line.trim()}`] : []));

// The words are put together here, so that this file does not object to itself.
const unfinished = new RegExp(`\\b(${["TO" + "DO", "FIX" + "ME", "X" + "XX"].join("|")})\\b`);
const stopgap = new RegExp(["not imple" + "mented", "place" + "holder", "for n" + "ow\\b"].join("|"), "i");
const mocked = new RegExp(["vi\\.", "mock\\("].join(""));
const focused = new RegExp(`\\b(it|test|describe|suite)\\.(${["sk" + "ip", "on" + "ly", "to" + "do"].join("|")})\\b`);
const reset = new RegExp(["resetAnd", "Destroy"].join(""));
const oneMachinesPath = new RegExp(`/${"wo" + "rk"}/|/${"fa" + "rm"}/`);

const limitLines = (path: string, text: string): string[] => {
  const count = text.split("\n").length - 1;
  return count > 250 ? [`${path} has ${count} lines, of 250 at most`] : [];
};

const isKebab = (path: string): boolean =>
  path.split("/").every((part) => /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/.test(part));

export const tidyChecks: readonly TidyCheck[] = [
  {
    name: "a file has 250 lines at most",
    applies: isScript,
    complaints: limitLines,
    bad: [{ path: "src/core/long.ts", text: "x;\n".repeat(251) }],
  },
  {
    name: "file and folder names are kebab-case",
    applies: isScript,
    complaints: (path) => (isKebab(path) ? [] : [`${path} is not kebab-case`]),
    bad: ["src/core/roleChart.ts", "src/Core/role.ts", "src/core/role_chart.ts"].map((path) => ({
      path,
      text: opening,
    })),
  },
  {
    name: "each file opens by saying what it is for",
    applies: isScript,
    complaints: (path, text) => (/^(#!.*\n)?\/\*\*/.test(text) ? [] : [`${path} does not open with a /** comment`]),
    bad: [
      { path: "src/core/mute.ts", text: "export const a = 1;\n" },
      { path: "src/core/aside.ts", text: "// An aside.\nexport const a = 1;\n" },
    ],
  },
  {
    name: "nothing is left unfinished",
    applies: () => true,
    complaints: linesMatching(unfinished),
    bad: [
      { path: "src/core/a.ts", text: `${opening}// TO${"DO"}: later\n` },
      { path: "docs/a.md", text: `FIX${"ME"}\n` },
    ],
  },
  {
    name: "nothing in src is a stopgap",
    applies: isSource,
    complaints: linesMatching(stopgap),
    bad: [{ path: "src/core/a.ts", text: `${opening}// Not imple${"mented"}.\n` }],
  },
  {
    name: "no module is mocked",
    applies: isTest,
    complaints: linesMatching(mocked),
    bad: [{ path: "test/unit/a.test.ts", text: `${opening}vi.${"mock"}("./a.ts");\n` }],
  },
  {
    name: "no test is skipped, singled out or merely announced",
    applies: isTest,
    complaints: linesMatching(focused),
    bad: ["skip", "only", "todo"].map((word) => ({
      path: "test/unit/a.test.ts",
      text: `${opening}test.${word}("a");\n`,
    })),
  },
  {
    name: "no socket is reset, which would kill distccd",
    applies: isSource,
    complaints: linesMatching(reset),
    bad: [{ path: "src/world/load/a.ts", text: `${opening}socket.resetAnd${"Destroy"}();\n` }],
  },
  {
    name: "no file names a path of one developer's machine",
    applies: () => true,
    complaints: linesMatching(oneMachinesPath),
    bad: [{ path: "docs/a.md", text: `See /${"work"}/somewhere.\n` }],
  },
  {
    name: "an adapter's folder has one level of folders at most, which is as deep as the import rule looks",
    applies: (path) => path.startsWith("src/world/"),
    complaints: (path) => (path.split("/").length > 5 ? [`${path} lies too deep`] : []),
    bad: [{ path: "src/world/load/distcc/state/file.ts", text: opening }],
  },
];
