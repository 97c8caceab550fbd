/** Tokens as the CLI shows them. */
import { expect, test } from "vitest";
import { PLAIN } from "../../../src/cli/text/look.ts";
import { madeTokenText, tokensText } from "../../../src/cli/text/tokens-text.ts";

const look = { ...PLAIN, timeZone: "UTC" };
const AT_MS = Date.UTC(2026, 10, 23, 8);
const ci = { name: "ci", scope: "write", createdMs: AT_MS, expiresMs: null, lastUsedMs: AT_MS + 60_000 } as const;
const visit = {
  name: "visit",
  scope: "read",
  createdMs: AT_MS,
  expiresMs: AT_MS + 3_600_000,
  lastUsedMs: null,
} as const;

test("the table has a line for each, with its ends and its last use", () => {
  expect(tokensText({ tokens: [ci, visit] }, look).split("\n")).toEqual([
    "token  may    made                 ends                 last used",
    "ci     write  2026-11-23 08:00:00  never                2026-11-23 08:01:00",
    "visit  read   2026-11-23 08:00:00  2026-11-23 09:00:00  never",
  ]);
});

test("a new one is told with its scope and its end", () => {
  expect(madeTokenText(visit, look)).toBe("token visit may read, and ends 2026-11-23 09:00:00; it is shown this once");
});
