/**
 * The lab's machines, its tests and its bench, in a network of their own:
 *   node scripts/lab.mjs run [--machines N] | test [vitest's arguments] | test-all | bench [--moves N] [--json]
 * `test-all` runs every test file, in two labs side by side: much of a lab's time is waiting.
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
const programs = programsOf(mode, options);
if (programs.length === 0) {
  const modes = "run [--machines N] | test [vitest's arguments] | test-all | bench [--moves N] [--json]";
  say(`usage: node scripts/lab.mjs ${modes}`);
  process.exit(1);
}

// The network is still there: packages and the kernel come before the namespace.
await require("installing the Debian packages", () => succeeds("sh", ["scripts/install-debian-packages.sh"]));
await require("installing the npm packages", installNpmPackages);
await require("the build", () => succeeds("npm", ["run", "--silent", "build"]));
const images = ensureImages(say);

// Ctrl-C reaches those inside too; they end themselves, and this process tidies up after them.
process.on("SIGINT", () => undefined);
const codes = await Promise.all(programs.map((program) => runLab(program)));
process.exitCode = Math.max(...codes);

/**
 * What to run, each in a lab of its own; none for a mode that does not exist.
 * @param {string} mode @param {string[]} options @returns {string[][]}
 */
function programsOf(mode, options) {
  const loader = join(root, "test/lab/run.mjs");
  const tests = [join(root, "node_modules/vitest/vitest.mjs"), "run", "--project", "lab", ...options];
  // Half of the time; a file that is not named here runs in the other lab.
  const names = ["rush-hour", "boots", "spares", "uefi", "bmc", "add-machine", "update-image"];
  const first = names.map((name) => `test/lab/${name}.test.ts`);
  switch (mode) {
    case "run":
      return [[loader, "/test/lab/run.ts", ...options]];
    case "bench":
      return [[loader, "/test/lab/bench/retask.ts", ...options]];
    case "test":
      return [tests];
    case "test-all":
      return [
        [...tests, ...first],
        [...tests, ...first.map((file) => `--exclude=${file}`)],
      ];
    default:
      return [];
  }
}

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

/** @param {string[]} program @returns {Promise<number>} */
async function runLab(program) {
  const folder = mkdtempSync(join(tmpdir(), "retask-lab-"));
  try {
    return await runInside(folder, process.execPath, program);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @param {string} folder @param {string} command @param {string[]} args @returns {Promise<number>} */
function runInside(folder, command, args) {
  const env = { ...process.env, TMPDIR: folder, RETASK_LAB_IMAGES: images };
  return new Promise((resolve) => {
    const child = spawn("unshare", [...namespaceOptions(), "sh", "-c", INSIDE, "sh", command, ...args], {
      cwd: root,
      stdio: "inherit",
      env,
    });
    process.on("SIGTERM", () => child.kill("SIGKILL"));
    writeWayIn(folder, child.pid ?? 0, !isRoot);
    child.once("error", (error) => {
      say(`unshare (package util-linux) could not be started: ${error.message}`);
      resolve(127);
    });
    child.once("close", (code) => resolve(code ?? 128));
  });
}

/**
 * A command to ask the lab from outside: its addresses exist nowhere else.
 * @param {string} folder @param {number} pid @param {boolean} asUser
 */
function writeWayIn(folder, pid, asUser) {
  const user = asUser ? "--user --preserve-credentials " : "";
  const file = join(folder, "inside");
  writeFileSync(file, `#!/bin/sh\nexec nsenter --target ${pid} ${user}--net -- "$@"\n`);
  chmodSync(file, 0o755);
}
