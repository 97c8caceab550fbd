/** The safety page names all eighteen invariants, and every test that it cites is there under that name. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const FOLDER = "docs";
const page = readFileSync(join(FOLDER, "safety.md"), "utf8");

interface Cited {
  readonly file: string;
  readonly name: string;
}

/** `- [area](../../test/….test.ts): *name*; *name*` */
function citedTests(text: string): Cited[] {
  return [...text.matchAll(/^ *- \[[^\]]+\]\((\S+\.test\.ts)\): (.+)$/gm)].flatMap(([, path = "", names = ""]) =>
    [...names.matchAll(/\*([^*]+)\*/g)].map(([, name = ""]) => ({ file: join(FOLDER, path), name })),
  );
}

/** A name may be a part of a longer one, or a row of a table of cases. */
const isThere = ({ file, name }: Cited): boolean => readFileSync(file, "utf8").includes(name);

const sections = new Map(
  page
    .slice(page.indexOf("# The eighteen invariants"))
    .split(/^## /m)
    .slice(1)
    .map((text) => [text.split(" ")[0] ?? "", text] as const),
);

test("every invariant, S1 to S18, has its section", () => {
  expect([...sections.keys()]).toEqual(Array.from({ length: 18 }, (_, index) => `S${index + 1}`));
});

describe.each([...sections])("%s", (_, text) => {
  test("says what taught it, where it is upheld, and what shows it", () => {
    for (const part of ["**Taught by**", "**Upheld in**", "**Shown by**"]) expect(text).toContain(part);
    expect(citedTests(text).length).toBeGreaterThan(0);
  });

  test("cites tests that are there", () => {
    expect(citedTests(text).filter((cited) => !isThere(cited))).toEqual([]);
  });
});

test("a test that is not there is noticed", () => {
  const [cited] = citedTests("- [a](../test/unit/docs/safety.test.ts): *a name that no " + "test has*");
  expect(cited !== undefined && isThere(cited)).toBe(false);
});
