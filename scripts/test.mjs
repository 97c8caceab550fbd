/** `npm test`: installs what the tests need, then lints and runs the unit, simulation and component tests. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installNpmPackages, requireSqlite, requireSupportedNode, root, run, say } from "./steps.mjs";
import { closingLine, compareSkips, summarise } from "./summary.mjs";

/** @typedef {import("./summary.mjs").Summary} Summary */

/** Runs every suite once. @returns {Promise<{ code: number, summary: Summary | undefined }>} */
async function runSuites() {
  const folder = mkdtempSync(join(tmpdir(), "retask-test-"));
  const report = join(folder, "report.json");
  try {
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const code = await run(process.execPath, [vitest, "run", ...reporters]);
    return { code, summary: readSummary(report) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} report */
function readSummary(report) {
  try {
    return summarise(JSON.parse(readFileSync(report, "utf8")), root);
  } catch (error) {
    say(`vitest left no readable report: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** @param {string} what @param {() => Promise<boolean>} step */
async function requireStep(what, step) {
  if (await step()) return;
  say(`npm test stopped: ${what} failed, so no test was run.`);
  process.exit(1);
}

requireSupportedNode();
say(`npm test: 1. installs the Debian packages of scripts/debian-packages.txt that are missing (as root or with sudo)
          2. installs the npm packages if need be and builds   3. lints   4. runs the unit, simulation and
          component tests, against real Prometheus, HAProxy, distcc, ipmitool …, on loopback alone.`);

// The Debian packages come first: better-sqlite3 may have to compile.
await requireStep("installing the Debian packages", async () => {
  say("==> Debian packages (scripts/install-debian-packages.sh)");
  return (await run("sh", ["scripts/install-debian-packages.sh"])) === 0;
});
await requireStep("installing the npm packages", installNpmPackages);
await requireStep("building better-sqlite3", requireSqlite);
await requireStep("the build", async () => {
  say("==> building (npm run build)");
  return (await run("npm", ["run", "--silent", "build"])) === 0;
});

/** @type {string[]} */
const complaints = [];
say("==> lint (npm run lint)");
if ((await run(process.execPath, ["scripts/lint.mjs"])) !== 0) complaints.push("lint found something, see above");

say("==> unit, simulation and component tests (vitest run)");
const { code, summary } = await runSuites();
if (code !== 0) complaints.push(`vitest ended with exit code ${code}`);
if (summary === undefined || summary.passed + summary.failed === 0) complaints.push("no test was run");
else complaints.push(...compareSkips(summary.skips, readFileSync(join(root, "test/skipped.txt"), "utf8")));

process.stdout.write("\n");
for (const name of summary?.failures ?? []) process.stdout.write(`FAILED ${name}\n`);
for (const complaint of complaints) process.stdout.write(`npm test fails: ${complaint}\n`);
if (summary !== undefined) process.stdout.write(`${closingLine(summary)}\n`);
process.exitCode = complaints.length === 0 && summary?.failed === 0 ? 0 : 1;
