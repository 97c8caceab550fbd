/**
 * `npm run test:node -- 24`: the unit, simulation and component tests of what is committed, on the newest Node of that major
 * version, whose program comes from npm. Further arguments are vitest's, instead of its projects.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { root, run, say } from "./steps.mjs";

const PROJECTS = ["--project", "unit", "--project", "simulation", "--project", "component"];
const [major = "", ...given] = process.argv.slice(2);
if (!/^\d+$/.test(major)) {
  say("npm run test:node -- MAJOR [vitest's arguments], as in: npm run test:node -- 24");
  process.exit(2);
}

const place = mkdtempSync(join(tmpdir(), `retask-node-${major}-`));
try {
  process.exitCode = await testIn(place);
} finally {
  rmSync(place, { recursive: true, force: true });
}

/** @param {string} folder @returns {Promise<number>} */
async function testIn(folder) {
  const name = `node-linux-${process.arch}`;
  const clone = join(folder, "retask");
  const node = join(folder, "node_modules", name);
  // Its headers lie beside it: whatever compiles needs no download.
  const env = {
    ...process.env,
    PATH: [join(node, "bin"), process.env.PATH].join(delimiter),
    npm_package_config_node_gyp_nodedir: node,
  };
  /** @type {readonly (readonly [string, readonly string[]])[]} */
  const steps = [
    ["npm", ["install", "--prefix", folder, "--no-audit", "--no-fund", `${name}@${major}`]],
    ["git", ["clone", "--quiet", root, clone]],
    ["npm", ["ci", "--no-audit", "--no-fund"]],
    ["node", ["--version"]],
    ["npx", ["vitest", "run", ...(given.length > 0 ? given : PROJECTS)]],
  ];
  for (const [index, [command, args]] of steps.entries()) {
    say(`==> ${command} ${args.join(" ")}`);
    // The first two bring that Node and the clone.
    const code = await run(command, args, index < 2 ? {} : { env, cwd: clone });
    if (code !== 0) return code;
  }
  return 0;
}
