/** What is said while a command waits, and how large a terminal is taken to be. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { lookOf } from "../../../src/cli/text/look.ts";
import { whileWaiting } from "../../../src/cli/waiting.ts";

describe("while something is waited for", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const work = (ms: number): Promise<string> => new Promise((resolve) => setTimeout(() => resolve("done"), ms));

  async function said(ms: number, isTTY: boolean): Promise<string> {
    const written: string[] = [];
    const stream = { isTTY, write: (part: string) => written.push(part) };
    const waited = whileWaiting("waiting for it", work(ms), stream);
    await vi.advanceTimersByTimeAsync(ms);
    expect(await waited).toBe("done");
    await vi.advanceTimersByTimeAsync(5_000);
    return written.join("");
  }

  test("a terminal is told each second, and nothing of it stays", async () => {
    const line = (seconds: number): string => `\rwaiting for it, ${seconds} s\u001b[K`;
    expect(await said(2_500, true)).toBe(`${line(1)}${line(2)}\r\u001b[K`);
  });

  test("what is done within a second says nothing", async () => {
    expect(await said(900, true)).toBe("");
  });

  test("a pipe is told nothing", async () => {
    expect(await said(5_000, false)).toBe("");
  });
});

test("COLUMNS and LINES win over the terminal's own size, when they are sizes", () => {
  const terminal = { isTTY: true, columns: 120, rows: 50 };
  expect(lookOf(terminal, {})).toMatchObject({ columns: 120, rows: 50 });
  expect(lookOf(terminal, { COLUMNS: "60", LINES: "20" })).toMatchObject({ columns: 60, rows: 20 });
  expect(lookOf(terminal, { COLUMNS: "wide", LINES: "0" })).toMatchObject({ columns: 120, rows: 50 });
  expect(lookOf({}, {})).toMatchObject({ columns: Number.POSITIVE_INFINITY, rows: Number.POSITIVE_INFINITY });
});
