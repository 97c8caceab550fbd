/** Turns the JSON report of one vitest run into the closing lines of `npm test`. */

/**
 * @typedef {{ status: string, fullName: string, failureMessages?: string[] | undefined }} Assertion
 * @typedef {{ name: string, status: string, message?: string, assertionResults: Assertion[] }} TestFile
 * @typedef {{ success: boolean, testResults: TestFile[] }} Report the part of vitest's JSON report that is read here
 * @typedef {{ passed: number, failed: number, skipped: number, failures: string[], skips: string[] }} Summary
 */

/**
 * Counts tests, and names those that failed or were skipped as `path > full name`; below a failed one stands its message,
 * for the end of a log is often all that is kept of it. A file that could not even be
 * loaded has no tests; it counts as one failure, or its absence would pass unseen.
 * @param {Report} report @param {string} folder what to cut off from file names
 * @returns {Summary}
 */
export function summarise(report, folder) {
  /** @type {Summary} */
  const summary = { passed: 0, failed: 0, skipped: 0, failures: [], skips: [] };
  for (const file of report.testResults) addFile(summary, file, shorten(file.name, folder));
  return summary;
}

/** @param {Summary} summary @param {TestFile} file @param {string} path */
function addFile(summary, file, path) {
  const failedBefore = summary.failed;
  for (const test of file.assertionResults) {
    if (test.status === "passed") summary.passed += 1;
    else if (test.status === "failed") {
      summary.failed += 1;
      summary.failures.push([`${path} > ${test.fullName}`, ...why(test)].join("\n"));
    } else {
      // vitest says skipped, pending or todo; whatever did not run is a skip here.
      summary.skipped += 1;
      summary.skips.push(`${path} > ${test.fullName}`);
    }
  }
  if (file.status === "failed" && summary.failed === failedBefore) {
    summary.failed += 1;
    summary.failures.push(`${path} > the file itself: ${(file.message ?? "").split("\n")[0]}`);
  }
}

const MESSAGE_LINES = 30;

/** @param {Assertion} test @returns {string[]} */
function why({ failureMessages = [] }) {
  const lines = failureMessages.flatMap((message) => message.trimEnd().split("\n"));
  return lines.slice(0, MESSAGE_LINES).map((line) => `    ${line}`);
}

/** @param {Summary} one @param {Summary} other @returns {Summary} */
export function addSummaries(one, other) {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
    failures: [...one.failures, ...other.failures],
    skips: [...one.skips, ...other.skips],
  };
}

/** @param {string} name @param {string} folder */
function shorten(name, folder) {
  const prefix = folder.endsWith("/") ? folder : `${folder}/`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

/** The plain last line, such as `12 passed, 0 failed, 1 skipped`. @param {Summary} summary */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/**
 * How the skipped tests differ from the committed list: one line each, none when they agree.
 * @param {readonly string[]} skips @param {string} list the text of test/skipped.txt
 */
export function compareSkips(skips, list) {
  const expected = list.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
  return [
    ...skips.filter((name) => !expected.includes(name)).map((name) => `skipped, but not in test/skipped.txt: ${name}`),
    ...expected.filter((name) => !skips.includes(name)).map((name) => `in test/skipped.txt, but not skipped: ${name}`),
  ];
}
