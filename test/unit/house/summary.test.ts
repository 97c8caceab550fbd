/** The closing lines of `npm test`: what counts, what is named, and when the skipped tests differ from the list. */
import { describe, expect, test } from "vitest";
import { addSummaries, closingLine, compareSkips, summarise } from "../../../scripts/summary.mjs";

const folder = "/home/someone/retask";
const file = (name: string, statuses: Readonly<Record<string, string>>, status = "passed", message = "") => ({
  name: `${folder}/test/unit/${name}`,
  status,
  message,
  assertionResults: Object.entries(statuses).map(([fullName, outcome]) => ({ fullName, status: outcome })),
});

describe("the summary of a run", () => {
  test("counts over all files and names failures with their file", () => {
    const report = {
      success: false,
      testResults: [
        file("a.test.ts", { "adds up": "passed", "takes away": "failed" }, "failed"),
        file("b.test.ts", { multiplies: "passed" }),
      ],
    };
    expect(summarise(report, folder)).toEqual({
      passed: 2,
      failed: 1,
      skipped: 0,
      failures: ["test/unit/a.test.ts > takes away"],
      skips: [],
    });
  });

  test("says why a test failed, the first lines of it", () => {
    const failed = {
      fullName: "divides",
      status: "failed",
      failureMessages: [`expected 1 to be 2\n${"  at x\n".repeat(99)}`],
    };
    const report = { success: false, testResults: [{ ...file("a.test.ts", {}), assertionResults: [failed] }] };
    const [said = ""] = summarise(report, folder).failures;
    expect(said.split("\n").slice(0, 2)).toEqual(["test/unit/a.test.ts > divides", "    expected 1 to be 2"]);
    expect(said.split("\n")).toHaveLength(31);
  });

  test("adds up over runs, and loses no name", () => {
    const one = { passed: 2, failed: 1, skipped: 0, failures: ["a > x"], skips: [] };
    const other = { passed: 4, failed: 0, skipped: 1, failures: [], skips: ["b > y"] };
    expect(addSummaries(one, other)).toEqual({
      ...{ passed: 6, failed: 1, skipped: 1 },
      ...{ failures: ["a > x"], skips: ["b > y"] },
    });
  });

  test("counts a file that could not be loaded as a failure", () => {
    const report = { success: false, testResults: [file("a.test.ts", {}, "failed", "Cannot find module 'x'\nat y")] };
    const summary = summarise(report, folder);
    expect(summary.failed).toBe(1);
    expect(summary.failures).toEqual(["test/unit/a.test.ts > the file itself: Cannot find module 'x'"]);
  });

  test.each(["skipped", "pending", "todo", "disabled"])("counts a test that is %s as skipped", (status) => {
    const summary = summarise({ success: true, testResults: [file("a.test.ts", { divides: status })] }, folder);
    expect(summary.skips).toEqual(["test/unit/a.test.ts > divides"]);
    expect(summary.passed).toBe(0);
  });

  test("does not count a failed hook of a file with failed tests twice", () => {
    const report = { success: false, testResults: [file("a.test.ts", { x: "failed" }, "failed", "afterAll failed")] };
    expect(summarise(report, folder).failed).toBe(1);
  });
});

describe("the closing line", () => {
  const counts = { passed: 12, failed: 0, skipped: 0, failures: [], skips: [] };

  test("names skipped tests only where there are any", () => {
    expect(closingLine(counts)).toBe("12 passed, 0 failed");
    expect(closingLine({ ...counts, failed: 2, skipped: 1 })).toBe("12 passed, 2 failed, 1 skipped");
  });
});

describe("the list of skipped tests", () => {
  const list = "# a comment\n\ntest/unit/a.test.ts > divides\n";

  test("agrees when the same tests were skipped", () => {
    expect(compareSkips(["test/unit/a.test.ts > divides"], list)).toEqual([]);
  });

  test("objects to a skipped test that it does not name", () => {
    expect(compareSkips(["test/unit/a.test.ts > divides", "test/unit/b.test.ts > x"], list)).toEqual([
      "skipped, but not in test/skipped.txt: test/unit/b.test.ts > x",
    ]);
  });

  test("objects to a listed test that ran", () => {
    expect(compareSkips([], list)).toEqual(["in test/skipped.txt, but not skipped: test/unit/a.test.ts > divides"]);
  });
});
