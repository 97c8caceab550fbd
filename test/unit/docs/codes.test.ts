/** The one table of codes holds every code that the source uses and no other, and the page of codes is made of it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { codeSections, codesPage } from "../../../src/control/codes/codes-page.ts";

const TABLE = join("src", "control", "codes");

/** Codes as they stand in a text; `RTK_HOOK_*` is a family's name and none itself. */
const codesIn = (text: string): string[] => (text.match(/RTK_[A-Z0-9_]+/g) ?? []).filter((code) => !code.endsWith("_"));

function codesOfSource(): Set<string> {
  const files = readdirSync("src", { recursive: true, encoding: "utf8" })
    .map((file) => join("src", file))
    .filter((file) => file.endsWith(".ts") && !file.startsWith(TABLE));
  return new Set(files.flatMap((file) => codesIn(readFileSync(file, "utf8"))));
}

const rows = codeSections.flatMap(({ codes }) => Object.entries(codes));

test("every code of the source has a row, each row's code is used, and none has two", () => {
  const codes = rows.map(([code]) => code);
  expect(codes.toSorted()).toEqual([...codesOfSource()].toSorted());
});

test("a row says what the code means, what retask does, and what can be done, each as a sentence in one cell", () => {
  const cells = rows.flatMap(([code, row]) => Object.values(row).map((text: string) => [code, text] as const));
  expect(cells.length).toBe(3 * rows.length);
  const odd = cells.filter(([, text]) => !/^.{3,}\.$/.test(text) || text.includes("|"));
  expect(odd).toEqual([]);
});

test("the committed page is the generated one (write it anew with vitest -u)", async () => {
  await expect(codesPage()).toMatchFileSnapshot("../../../docs/reference/codes.md");
});
