/** The page of codes and the source name the same codes; what helps with a BMC is said in the same words in both. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bmcAdvice } from "../../../src/world/power/bmc-advice.ts";

const page = readFileSync("docs/reference/codes.md", "utf8");

/** Codes as they stand in a text; `RTK_HOOK_*` is a family's name and none itself. */
const codesIn = (text: string): string[] => (text.match(/RTK_[A-Z0-9_]+/g) ?? []).filter((code) => !code.endsWith("_"));

function codesOfSource(): Set<string> {
  const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  return new Set(files.flatMap((file) => codesIn(readFileSync(join("src", file), "utf8"))));
}

const rows = new Map(
  page
    .split("\n")
    .filter((line) => line.startsWith("| `RTK_"))
    .map((line) => [codesIn(line)[0] ?? "", line]),
);

test("every code of the source has a row of its own, and every row is a code of the source", () => {
  expect([...rows.keys()].toSorted()).toEqual([...codesOfSource()].toSorted());
});

test("a row has four cells: code, meaning, what retask does, what you can do", () => {
  const odd = [...rows.values()].filter((line) => line.split("|").filter((cell) => cell.trim() !== "").length !== 4);
  expect(odd).toEqual([]);
});

test.each(Object.entries(bmcAdvice))("the advice for %s is the one that the log gives", (code, advice) => {
  expect(rows.get(code)).toContain(advice);
});
