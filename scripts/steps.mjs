/** What the newcomer's commands share: saying what happens, running a command, and installing the npm packages. */
import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Messages go to stderr, so that what a command prints on stdout stays its own. @param {string} text */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * Runs a command, in the project's folder unless told, with its output shown, and gives its exit code (128 when a signal ended it).
 * @param {string} command @param {readonly string[]} args @param {{ input?: "inherit" | "ignore", env?: NodeJS.ProcessEnv, cwd?: string }} [options]
 * @returns {Promise<number>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      stdio: [options.input ?? "ignore", "inherit", "inherit"],
      env: options.env ?? process.env,
    });
    child.once("error", (error) => {
      say(`${command} could not be started: ${error.message}`);
      resolve(127);
    });
    child.once("close", (code) => resolve(code ?? 128));
  });
}

/** Whether `npm ci` has to run: no finished install, or one older than the lock file. @param {string} folder */
export function needsNpmInstall(folder) {
  // npm writes this file last, so an interrupted install lacks it.
  const installed = join(folder, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return true;
  return statSync(join(folder, "package-lock.json")).mtimeMs > statSync(installed).mtimeMs;
}

/** Those of the named programs that are not on the search path. @param {readonly string[]} names @param {string} [path] */
export function missingPrograms(names, path = process.env.PATH ?? "") {
  return names.filter((name) => !path.split(delimiter).some((folder) => isExecutable(join(folder, name))));
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether this Node is one that `engines` in package.json names; npm itself only warns. @returns {boolean} */
export function isSupportedNode(version = process.versions.node) {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  if (major === 20) return minor > 20 || (minor === 20 && patch >= 2);
  if (major === 22) return minor >= 13;
  return major >= 24;
}

/** Stops with a readable line on a Node that retask does not run on. */
export function requireSupportedNode() {
  if (isSupportedNode()) return;
  const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  say(`retask needs Node.js ${engines.node}; this is ${process.versions.node}. Nothing was changed.`);
  process.exit(1);
}

/** Installs the packages of package-lock.json where that is due. @returns {Promise<boolean>} whether they are there now */
export async function installNpmPackages() {
  return !needsNpmInstall(root) || runNpmCi();
}

/** @returns {Promise<boolean>} */
async function runNpmCi() {
  say("==> installing the npm packages that package-lock.json names (npm ci)");
  const code = await run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { env: npmEnvironment() });
  if (code !== 0) say("npm ci failed; its lines above name the cause. Nothing was started.");
  return code === 0;
}

/** Whether the store's compiled part loads: npm leaves it out where it could be neither downloaded nor compiled. */
export function hasSqlite() {
  // The package that src/store/driver.ts loads.
  const name = Number.parseInt(process.versions.node, 10) >= 22 ? "better-sqlite3-node-api" : "better-sqlite3";
  const probe = `new (require('${name}'))(':memory:').close()`;
  return spawnSync(process.execPath, ["-e", probe], { cwd: root, stdio: "ignore" }).status === 0;
}

/** For the tests, which need the real store: tries once more, now that a compiler is here. @returns {Promise<boolean>} */
export async function requireSqlite() {
  if (hasSqlite() || ((await runNpmCi()) && hasSqlite())) return true;
  say(explainMissingSqlite(missingPrograms(COMPILER)));
  return false;
}

export const COMPILER = ["python3", "make", "g++"];

/** better-sqlite3 compiles against Node's headers; those beside this Node spare a download. */
function npmEnvironment() {
  const prefix = dirname(dirname(process.execPath));
  const headers = join(prefix, "include", "node", "node_version.h");
  return existsSync(headers) ? { ...process.env, npm_package_config_node_gyp_nodedir: prefix } : process.env;
}

/** What to do where better-sqlite3 is not usable. @param {readonly string[]} missing the programs of a compiler that are not here */
export function explainMissingSqlite(missing) {
  const advice =
    missing.length === 0
      ? `  A compiler is here, so \`npm ci --foreground-scripts\` shows the cause: most often no Node headers (the compile
  downloads them, unless they lie beside node in include/node).`
      : `  - install a compiler (missing: ${missing.join(", ")}):  apt-get install python3 make g++     (as root)
  - or let this machine reach https://github.com, where the compiled file is published;
  then: npm ci`;
  return `
One package is not plain JavaScript: better-sqlite3, the store. Its compiled file could not be downloaded, nor compiled here.
${advice}`;
}
