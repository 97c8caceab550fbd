/** Proves that the other lint rules bite: each violation is planted in a copy of the tree and must be reported. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { biomeFindings, type Finding, oxlintFindings, type PlantedTree, plant } from "./support/planted-tree.ts";

const lines = (count: number): string => Array.from({ length: count }, (_, n) => `  void ${n};`).join("\n");
const union = 'type Power = "on" | "off" | "unknown";\n';

/** Path, text, and the rule that must name that file. */
const violations: ReadonlyArray<readonly [path: string, text: string, rule: string]> = [
  ["src/core/a/date-now.ts", "export const at = (): number => Date.now();\n", "no-restricted-globals"],
  ["src/core/a/new-date.ts", "export const at = (): unknown => new Date(0);\n", "no-restricted-globals"],
  ["src/core/a/timer.ts", "export const t = (f: () => void): unknown => setTimeout(f, 1);\n", "no-restricted-globals"],
  [
    "src/core/a/interval.ts",
    "export const t = (f: () => void): unknown => setInterval(f, 1);\n",
    "no-restricted-globals",
  ],
  ["src/core/a/process.ts", "export const pid = (): number => process.pid;\n", "no-restricted-globals"],
  ["src/core/a/global.ts", "export const at = (): number => globalThis.Date.now();\n", "no-restricted-globals"],
  ["src/core/a/performance.ts", "export const at = (): number => performance.now();\n", "no-restricted-globals"],
  ["src/core/a/random.ts", "export const dice = (): number => Math.random();\n", "no-restricted-properties"],
  ["src/core/a/taken-random.ts", "const { random } = Math;\nexport const dice = random;\n", "no-restricted-properties"],
  [
    "src/control/floating.ts",
    "const f = async () => 1;\nexport const g = (): void => { f(); };\n",
    "no-floating-promises",
  ],
  [
    "test/unit/floating.ts",
    "const f = async () => 1;\nexport const g = (): void => { f(); };\n",
    "no-floating-promises",
  ],
  [
    "src/control/misused.ts",
    "const f = async () => true;\nexport const g = (): number => (f() ? 1 : 2);\n",
    "no-misused-promises",
  ],
  [
    "src/control/switch.ts",
    `${union}export function f(p: Power): number {\n  switch (p) {\n    case "on":\n      return 1;\n    case "off":\n      return 2;\n  }\n  return 3;\n}\n`,
    "switch-exhaustiveness-check",
  ],
  [
    "src/control/unsafe-member.ts",
    "export const f = (text: string): unknown => JSON.parse(text).a;\n",
    "no-unsafe-member-access",
  ],
  [
    "src/control/unsafe-return.ts",
    "export const f = (text: string): number => JSON.parse(text);\n",
    "no-unsafe-return",
  ],
  [
    "src/control/unsafe-assign.ts",
    "export const f = (t: string): void => { const a = JSON.parse(t); void a; };\n",
    "no-unsafe-assignment",
  ],
  [
    "src/dashboard/uses-server.ts",
    'import { createApi } from "../http/server.ts";\nexport const a: unknown = createApi;\n',
    "no-restricted-imports",
  ],
  ["src/control/throws-text.ts", 'export const f = (): void => { throw "text"; };\n', "only-throw-error"],
  ["src/control/default-export.ts", "export default 1;\n", "noDefaultExport"],
  ["src/control/barrel.ts", 'export { a } from "./a.ts";\nexport { b } from "./b.ts";\n', "noBarrelFile"],
  ["src/control/everything.ts", 'export * from "./a.ts";\n', "noReExportAll"],
  ["src/control/console.ts", 'export const f = (): void => console.error("x");\n', "noConsole"],
  ["src/control/camelCase.ts", "export const a = 1;\n", "useFilenamingConvention"],
  ["src/control/any.ts", "export const f = (a: any): unknown => a;\n", "noExplicitAny"],
  ["src/control/not-null.ts", "export const f = (a?: string): string => a!;\n", "noNonNullAssertion"],
  ["src/control/long-file.ts", `export const a = 1;\n${lines(251)}\n`, "noExcessiveLinesPerFile"],
  ["src/control/long-function.ts", `export function f(): void {\n${lines(71)}\n}\n`, "noExcessiveLinesPerFunction"],
  [
    "src/control/undeclared.ts",
    'import left from "left-pad";\nexport const a: unknown = left;\n',
    "noUndeclaredDependencies",
  ],
  [
    "test/unit/only.test.ts",
    `import { test } from "vitest";\ntest.${"only"}("a", () => undefined);\n`,
    "noFocusedTests",
  ],
  [
    "test/unit/skip.test.ts",
    `import { test } from "vitest";\ntest.${"skip"}("a", () => undefined);\n`,
    "noSkippedTests",
  ],
];

const innocent: Readonly<Record<string, string>> = {
  "src/cli/console.ts": '/** Prints. */\nexport const f = (): void => console.error("x");\n',
  "src/control/clean.ts": `/** Names a power state. */\n${union}export function f(p: Power): number {\n  switch (p) {\n    case "on":\n      return 1;\n    case "off":\n      return 2;\n    case "unknown":\n      return 3;\n  }\n}\n`,
  "src/control/uses-date.ts": "/** The time. */\nexport const at = (): number => Date.now();\n",
  "src/control/mode.statechart.ts": "/** A name with a dot. */\nexport const a = 1;\n",
  "vitest.config.ts": "/** Settings. */\nexport default {};\n",
};

let tree: PlantedTree;
let findings: Finding[];

beforeAll(() => {
  tree = plant({ ...Object.fromEntries(violations.map(([path, text]) => [path, text])), ...innocent });
  findings = [...biomeFindings(tree), ...oxlintFindings(tree)];
}, 60_000);
afterAll(() => tree.remove());

describe("a planted violation is reported", () => {
  test.each(violations)("in %s", (file, _text, rule) => {
    expect(findings.filter((f) => f.file === file).map((f) => f.rule)).toContain(rule);
  });
});

test("clean files are not reported", () => {
  expect(findings.filter((f) => Object.keys(innocent).includes(f.file))).toEqual([]);
});
