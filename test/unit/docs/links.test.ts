/** Every relative link of the documentation leads to a file or a heading that is there. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";

const pages = [
  "README.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join("docs", file)),
];

/** Links to elsewhere are not ours to check; code may look like a link and is none. */
function linksIn(text: string): string[] {
  const prose = text.replaceAll(/```[\s\S]*?```/g, "").replaceAll(/`[^`\n]*`/g, "code");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? "")
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** A heading's anchor, as GitHub makes it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .trim()
    .replaceAll(" ", "-");

const anchorsOf = (file: string): string[] =>
  [...readFileSync(file, "utf8").matchAll(/^#+ (.+)$/gm)].map((match) => anchorOf(match[1] ?? ""));

function brokenLinks(page: string, text: string): string[] {
  return linksIn(text).filter((target) => {
    const [path = "", anchor] = target.split("#");
    const file = path === "" ? page : join(dirname(page), path);
    if (!existsSync(file)) return true;
    return anchor !== undefined && !anchorsOf(file).includes(anchor);
  });
}

test("the pages are found", () => {
  expect(pages).toContain("docs/architecture.md");
  expect(pages).toContain(join("docs", "adr", "0001-lint-tools.md"));
});

test.each(pages)("%s", (page) => {
  expect(brokenLinks(page, readFileSync(page, "utf8"))).toEqual([]);
});

describe("a planted link is reported", () => {
  test.each([
    "[a](nowhere.md)",
    "[a](../src/none.ts)",
    "[a](architecture.md#no-such-heading)",
    "[a](#no-such-heading)",
  ])("%s", (link) => {
    expect(brokenLinks("docs/statecharts.md", link)).toHaveLength(1);
  });

  test.each(["[a](architecture.md#the-flow)", "[a](https://example.org/x)", "`[a](nowhere.md)`"])(
    "and %s is not",
    (link) => {
      expect(brokenLinks("docs/statecharts.md", link)).toEqual([]);
    },
  );
});
