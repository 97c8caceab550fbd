/** `npm run lint`: runs every `lint:…` script of package.json side by side, and shows the output of those that fail. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root, say } from "./steps.mjs";

/** @typedef {{ name: string, code: number, output: string, tookMs: number }} Outcome */

/** @param {string} name @param {string} command @returns {Promise<Outcome>} */
function check(name, command) {
  const startedMs = performance.now();
  return new Promise((resolve) => {
    // The command as npm would run it, without npm's own start-up time.
    const env = { ...process.env, PATH: `${join(root, "node_modules/.bin")}${delimiter}${process.env.PATH ?? ""}` };
    const child = spawn("sh", ["-c", command], { cwd: root, stdio: ["ignore", "pipe", "pipe"], env });
    let output = "";
    const collect = (/** @type {Buffer} */ chunk) => {
      output += chunk.toString("utf8");
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.once("close", (code) => resolve({ name, code: code ?? 128, output, tookMs: performance.now() - startedMs }));
  });
}

/** @type {{ scripts: Record<string, string> }} */
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const checks = Object.entries(manifest.scripts).filter(([name]) => name.startsWith("lint:"));

// Two at a time: the checkers bring threads of their own, and the smallest machine has two cores.
/** @type {Outcome[]} */
const outcomes = [];
const waiting = [...checks];
async function work() {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const outcome = await check(...next);
    outcomes.push(outcome);
    say(`${outcome.code === 0 ? "ok    " : "FAILED"} ${outcome.name} (${(outcome.tookMs / 1000).toFixed(1)} s)`);
  }
}
await Promise.all([work(), work()]);

const failed = outcomes.filter((outcome) => outcome.code !== 0);
for (const outcome of failed) say(`\n==> ${outcome.name}\n${outcome.output.trimEnd()}`);
if (outcomes.length === 0) say("package.json names no lint:… script, so nothing was checked.");
process.exit(failed.length === 0 && outcomes.length > 0 ? 0 : 1);
