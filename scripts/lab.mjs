/**
 * The lab's machines, its tests and its bench, in a network of their own:
 *   node scripts/lab.mjs run [--machines N] | test [vitest's arguments] | bench [--moves N] [--json]
 *
 * All of it runs in a network namespace, in which the lab's addresses are this computer's, and nothing leaves it; and in a
 * process namespace, whose end is the end of every process in it. Both need root, or a kernel that lets users make them.
 */
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureImages } from "../test/lab/images/ensure-images.mjs";
import { isRoot, namespaceOptions } from "./namespaces.mjs";
import { installNpmPackages, requireSupportedNode, root, run, say } from "./steps.mjs";

/**
 * The machines' addresses are local to the namespace, so that QEMU can listen on each. Connections to them come from
 * 127.0.0.1: QEMU turns that into the gateway's address, while a machine would not answer its own. The one address on the
 * device is there because tftpd-hpa, with loopback's alone, finds that this computer has no IPv4.
 * PID 1 of the namespace is this shell, which reaps whatever its children leave behind.
 */
const INSIDE = `
ip link set lo up && ip addr add 192.168.77.1/32 dev lo && ip route add local 192.168.77.0/24 dev lo src 127.0.0.1 && "$@"
exit $?`;

requireSupportedNode();
const [mode = "", ...options] = process.argv.slice(2);
const vitest = join(root, "node_modules/vitest/vitest.mjs");
const loader = join(root, "test/lab/run.mjs");
/** @type {Record<string, string[]>} */
const programs = {
  run: [loader, "/test/lab/run.ts", ...options],
  bench: [loader, "/test/lab/bench/retask.ts", ...options],
  test: [vitest, "run", "--project", "lab", ...options],
};
const program = programs[mode];
if (program === undefined) {
  say("usage: node scripts/lab.mjs run [--machines N] | test [vitest's arguments] | bench [--moves N] [--json]");
  process.exit(1);
}

// The network is still there: packages and the kernel come before the namespace.
await require("installing the Debian packages", () => succeeds("sh", ["scripts/install-debian-packages.sh"]));
await require("installing the npm packages", installNpmPackages);
await require("the build", () => succeeds("npm", ["run", "--silent", "build"]));
const images = ensureImages(say);

const folder = mkdtempSync(join(tmpdir(), "retask-lab-"));
// Ctrl-C reaches those inside too; they end themselves, and this process tidies up after them.
process.on("SIGINT", () => undefined);
process.exitCode = await runInside(process.execPath, program);
rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

/** @param {string} what @param {() => Promise<boolean>} step */
async function require(what, step) {
  if (await step()) return;
  say(`the lab was not started: ${what} failed.`);
  process.exit(1);
}

/** @param {string} command @param {string[]} args */
async function succeeds(command, args) {
  return (await run(command, args)) === 0;
}

/** @param {string} command @param {string[]} args @returns {Promise<number>} */
function runInside(command, args) {
  const env = { ...process.env, TMPDIR: folder, RETASK_LAB_IMAGES: images };
  return new Promise((resolve) => {
    const child = spawn("unshare", [...namespaceOptions(), "sh", "-c", INSIDE, "sh", command, ...args], {
      cwd: root,
      stdio: "inherit",
      env,
    });
    process.on("SIGTERM", () => child.kill("SIGKILL"));
    writeWayIn(child.pid ?? 0, !isRoot);
    child.once("error", (error) => {
      say(`unshare (package util-linux) could not be started: ${error.message}`);
      resolve(127);
    });
    child.once("close", (code) => resolve(code ?? 128));
  });
}

/** A command to ask the lab from outside: its addresses exist nowhere else. @param {number} pid @param {boolean} asUser */
function writeWayIn(pid, asUser) {
  const user = asUser ? "--user --preserve-credentials " : "";
  const file = join(folder, "inside");
  writeFileSync(file, `#!/bin/sh\nexec nsenter --target ${pid} ${user}--net -- "$@"\n`);
  chmodSync(file, 0o755);
}
