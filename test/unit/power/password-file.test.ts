/** What a password file may hold, and what is said when it does not. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { checkPassword, readPasswordFile } from "../../../src/world/power/password-file.ts";
import { quoted, safeText } from "../../../src/world/power/safe-text.ts";

const dir = mkdtempSync(join(tmpdir(), "retask-password-"));
afterAll(() => rmSync(dir, { recursive: true }));

test.each([
  ["secret\n", "secret"],
  ["secret", "secret"],
  [" with spaces \n", " with spaces "],
  ["12345678901234567890\n", "12345678901234567890"],
  ["größe", "größe"],
])("%j holds the password %j", (content, password) => {
  expect(checkPassword("/p", Buffer.from(content))).toEqual({ ok: true, password });
});

test.each([
  ["", "is empty"],
  ["\n", "is empty"],
  ["123456789012345678901\n", "more than 20 bytes"],
  ["öööööööööö!", "more than 20 bytes"],
  ["secret\r\n", "control character"],
  ["secret\n\n", "second line"],
  ["se\0cret", "control character"],
])("%j is refused: %s", (content, why) => {
  const read = checkPassword("/etc/retask/bmc", Buffer.from(content));
  expect(read).toMatchObject({ ok: false, why: expect.stringContaining(why) });
  expect(read).toMatchObject({ why: expect.stringContaining("/etc/retask/bmc") });
});

test("bytes that are no UTF-8 are refused rather than changed", () => {
  expect(checkPassword("/p", Buffer.from([0x73, 0xff, 0x73]))).toMatchObject({ ok: false });
});

test("a file that is missing, or no file, is a reason and never an exception", async () => {
  expect(await readPasswordFile(join(dir, "none"))).toMatchObject({
    ok: false,
    why: expect.stringContaining("ENOENT"),
  });
  expect(await readPasswordFile(dir)).toMatchObject({ ok: false, why: expect.stringContaining("not a regular file") });
});

test("a changed file counts at the next reading", async () => {
  const file = join(dir, "password");
  writeFileSync(file, "one\n");
  expect(await readPasswordFile(file)).toEqual({ ok: true, password: "one" });
  writeFileSync(file, "two\n");
  expect(await readPasswordFile(file)).toEqual({ ok: true, password: "two" });
});

test("text of a BMC loses the password, its control characters and its length", () => {
  expect(safeText("user retask, hunter2\r\n\u001b[31mred", "hunter2")).toBe("user retask, [redacted] [31mred");
  expect(safeText("x".repeat(500), null)).toHaveLength(201);
  expect(quoted(undefined, "hunter2")).toBe("");
});
