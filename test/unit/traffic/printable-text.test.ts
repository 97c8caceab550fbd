/** Other programs' words cannot disturb a terminal or a log. */
import { expect, test } from "vitest";
import { printable } from "../../../src/world/traffic/printable-text.ts";

test("control characters and line breaks are escaped", () => {
  expect(printable("a\x1b[31mred\r\nnext\ttab\u202e")).toBe("a\\x1b[31mred\\x0d\\nnext\\ttab\\u202e");
});

test("a long text is cut", () => {
  expect(printable("x".repeat(10_000)).length).toBeLessThan(450);
});
