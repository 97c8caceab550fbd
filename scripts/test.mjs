/** `npm test`: installs what the tests need, then lints and runs the unit, simulation, component, browser and lab tests. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { namespacesRefused } from "./namespaces.mjs";
import { installNpmPackages, requireSqlite, requireSupportedNode, root, run, say } from "./steps.mjs";
import { addSummaries, closingLine, compareSkips, summarise } from "./summary.mjs";

/** @typedef {import("./summary.mjs").Summary} Summary */

const LAB = "test/lab/rush-hour.test.ts";
/** Has a network of its own as well, and is among the component tests. */
const DHCP = "test/component/dhcp-servers.test.ts";
/** @type {Summary} */
const NONE = { passed: 0, failed: 0, skipped: 0, failures: [], skips: [] };
/** @type {string[]} */
const complaints = [];

/**
 * Runs a program that passes its arguments on to vitest. @param {string} what @param {string[]} program
 * @returns {Promise<Summary | undefined>} undefined when it left no report
 */
async function runReported(what, program) {
  const folder = mkdtempSync(join(tmpdir(), "retask-test-"));
  const report = join(folder, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const code = await run(process.execPath, [...program, ...reporters]);
    if (code !== 0) complaints.push(`${what} ended with exit code ${code}`);
    const summary = readSummary(report);
    if (summary === undefined || summary.passed + summary.failed === 0) complaints.push(`${what}: no test was run`);
    return summary;
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
          component tests, against real Prometheus, HAProxy, distcc, ipmitool …, and those of the page in Chromium, on
          loopback alone
          5. boots emulated machines in a network of their own, and has retask move them.`);

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

say("==> lint (npm run lint)");
if ((await run(process.execPath, ["scripts/lint.mjs"])) !== 0) complaints.push("lint found something, see above");

say("==> unit, simulation, component and browser tests (vitest run)");
// Over the program that was just built: each safety rule is taken out of a copy, and has to be missed.
process.env.RETASK_MUTANTS = "1";
const suites = await runReported("vitest", [join(root, "node_modules/vitest/vitest.mjs"), "run"]);
const refused = namespacesRefused();
if (suites !== undefined) {
  const skips = suites.skips.filter((name) => refused === null || !name.startsWith(DHCP));
  complaints.push(...compareSkips(skips, readFileSync(join(root, "test/skipped.txt"), "utf8")));
}

say("==> the lab: machines that really boot (npm run test:lab)");
const lab =
  refused === null
    ? await runReported("the lab", [join(root, "scripts/lab.mjs"), "test", "--bail=1", LAB])
    : { ...NONE, skipped: 1, skips: [LAB] };
const summary = addSummaries(suites ?? NONE, lab ?? NONE);

process.stdout.write("\n");
for (const name of summary.failures) process.stdout.write(`FAILED ${name}\n`);
for (const file of refused === null ? [] : [LAB, DHCP])
  process.stdout.write(`SKIPPED ${file}, all of it: no namespaces can be made here: ${refused}\n`);
for (const complaint of complaints) process.stdout.write(`npm test fails: ${complaint}\n`);
process.stdout.write(`${closingLine(summary)}\n`);
process.exitCode = complaints.length === 0 && summary.failed === 0 ? 0 : 1;
