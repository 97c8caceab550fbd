/** The page on images has a row for each rule of `retask image lint`, and for no other. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { RULES } from "../../../src/core/images/lint/finding.ts";

test("every rule has its row, in the table that says what each asks", () => {
  const page = readFileSync("docs/how-to/update-an-image.md", "utf8");
  const table = page.slice(page.indexOf("| rule |"));
  const named = [...table.matchAll(/^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \|/gm)].flatMap(([, names = ""]) =>
    names.split(", "),
  );
  expect(named.toSorted()).toEqual(RULES.map((rule) => `\`${rule}\``).toSorted());
});
