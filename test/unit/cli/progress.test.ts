/** Progress: one line that changes on a terminal, a line now and then elsewhere, and nothing of it left at the end. */
import { expect, test } from "vitest";
import { progress } from "../../../src/cli/simulate/progress.ts";

/** 30 s of work, told each 0.3 s. */
function told(isTTY: boolean): string[] {
  const written: string[] = [];
  let nowMs = 1_000;
  const tell = progress("replaying", { isTTY, write: (text: string) => written.push(text) }, () => nowMs);
  for (let share = 0; share < 1; share += 0.01) {
    tell(share);
    nowMs += 300;
  }
  tell(1);
  return written;
}

test("on a terminal one line changes, and is gone at the end", () => {
  const written = told(true);
  expect(written.length).toBeGreaterThan(50);
  expect(written.every((text) => text.startsWith("\r") && !text.includes("\n"))).toBe(true);
  expect(written[0]).toBe("\rreplaying: 0 %\u001b[K");
  expect(written[50]).toBe("\rreplaying: 50 %, some 15 s left\u001b[K");
  expect(written.at(-1)).toBe("\r\u001b[K");
});

test("elsewhere a line each quarter of a minute does", () => {
  expect(told(false)).toEqual(["replaying: 50 %, some 15 s left\n"]);
});
