/** Nothing that a machine, a BMC or a person wrote may steer the terminal of whoever looks. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { safeDeep, safeJson, safeLines, safeText } from "../../../src/cli/text/safe-text.ts";
import { MISCHIEF } from "./answers-fixture.ts";

const OBEYED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

describe("safeText", () => {
  test.each([
    ["\u001b[2J", "\\x1b[2J"],
    ["\u009b31m", "\\x9b31m"],
    ["a\nb\r\tc", "a\\nb\\r\\tc"],
    ["\u202egnp.exe", "\\u{202e}gnp.exe"],
    ["\u2028", "\\u{2028}"],
    ["\u{e0041}", "\\u{e0041}"],
    ["zero\u200bwidth\ufeff", "zero\\u{200b}width\\u{feff}"],
    ["\ud800", "\\u{d800}"],
    ["\u0000\u007f", "\\x00\\x7f"],
    ["Käse → 機械", "Käse → 機械"],
  ])("shows %j as %j", (text, shown) => {
    expect(safeText(text)).toBe(shown);
  });

  test("leaves nothing of any text that a terminal would obey", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => !OBEYED.test(safeText(text))));
  });

  test("keeps the line breaks of our own messages only", () => {
    expect(safeLines("one\n\u001btwo")).toBe("one\n\\x1btwo");
  });
});

test("a whole answer is made safe: keys, nested lists, and what is no text stays what it is", () => {
  expect(safeDeep({ [MISCHIEF]: [{ why: MISCHIEF, at: 1, none: null, yes: true }] })).toEqual({
    "\\x1b[31mhealthy\\x1b[0m\\r\\nm99 \\u{202e}fine\\x07": [
      { why: "\\x1b[31mhealthy\\x1b[0m\\r\\nm99 \\u{202e}fine\\x07", at: 1, none: null, yes: true },
    ],
  });
});

describe("safeJson", () => {
  test("is harmless on a terminal and the very same value to a program", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
        const json = safeJson(value);
        expect(json.replaceAll("\n", "")).not.toMatch(OBEYED);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test("writes what lies beyond U+FFFF as two escapes", () => {
    expect(safeJson("\u{e0041}")).toBe('"\\udb40\\udc41"');
  });
});
