/** Tables and texts on terminals of any size: nothing is wrapped, nothing that matters is lost. */
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { cutLines } from "../../../src/cli/text/fit.ts";
import { statusText } from "../../../src/cli/text/status-text.ts";
import { tableText } from "../../../src/cli/text/table.ts";
import { COLOURS, LOOK, override, role, status, troubled } from "./answers-fixture.ts";

const columns = [{ title: "rack", drop: 1 }, "machine", { title: "image", drop: 2 }, "because"];
const rows = [
  ["r1", "m07", "web.2026-11", "serves, but its boot link can't be read: permission denied"],
  ["r2", "m08", "compile.2026-11", ""],
];
const table = (width: number): string => tableText({ ...LOOK, columns: width }, columns, rows);
const longest = (text: string): number =>
  Math.max(...text.split("\n").map((line) => stripVTControlCharacters(line).length));

describe("a table", () => {
  test.each([120, 60, 40, 30, 20])("never is wider than a terminal of %i columns", (width) => {
    expect(longest(table(width))).toBeLessThanOrEqual(width);
    expect(table(width).split("\n")).toHaveLength(3);
  });

  test("gives up the columns that matter least first, and keeps who it is about", () => {
    expect(table(44).split("\n")[0]).toBe("rack  machine  because");
    expect(table(30).split("\n")[0]).toBe("machine  because");
    expect(table(30)).toContain("m08");
  });

  test("is whole where there is no terminal", () => {
    expect(table(Number.POSITIVE_INFINITY)).toContain("permission denied");
  });

  test("keeps figures beside each other, however wide the terminal", () => {
    const figures = ["role", { title: "count", align: "right" as const }];
    expect(tableText({ ...LOOK, columns: 100 }, figures, [["web", "9"]])).toBe("role  count\nweb       9");
  });
});

test("a line that is cut ends its colours", () => {
  expect(cutLines("\u001b[33mholding\u001b[39m because of it", { ...COLOURS, columns: 9 })).toBe(
    "\u001b[33mholding\u001b[39m …",
  );
  expect(cutLines("\u001b[33mholding\u001b[39m", { ...COLOURS, columns: 4 })).toBe("\u001b[33mhol…\u001b[39m");
});

describe("a status", () => {
  const many = status({
    ...troubled,
    roles: Array.from({ length: 40 }, (_, index) => role(`role${index}`)),
    overrides: Array.from({ length: 30 }, () =>
      override({ kind: "pause", scope: { kind: "pool" }, direction: "both" }),
    ),
  });

  test.each([
    [24, 80],
    [50, 200],
    [12, 40],
  ])("with all at once in trouble fits %i lines of %i columns, and its first line is the answer", (height, width) => {
    for (const one of [troubled, many]) {
      const text = statusText(one, { ...LOOK, rows: height, columns: width });
      expect(text.split("\n").length).toBeLessThan(height);
      expect(longest(text)).toBeLessThanOrEqual(width);
      expect(text).toMatch(/^holding because paused: switch/);
    }
  });

  test("that has no room for its lists says how long they are", () => {
    const text = statusText(troubled, { ...LOOK, rows: 16, columns: 100 });
    expect(text).toContain("1 in operation, 1 quarantined, 5 unmanageable, 1 drifted, 2 overrides, 2 not done");
  });
});
