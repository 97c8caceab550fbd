/** `npm start`: installs the npm packages if need be, builds, and runs the demo. Needs no privileges and no other software. */
import {
  COMPILER,
  explainMissingSqlite,
  hasSqlite,
  installNpmPackages,
  missingPrograms,
  requireSupportedNode,
  run,
  say,
} from "./steps.mjs";

requireSupportedNode();
say("npm start: installs the npm packages if need be, builds retask into dist/, and runs the demo (Ctrl-C ends it).");

if (!(await installNpmPackages())) process.exit(1);
if (!hasSqlite()) {
  say(explainMissingSqlite(missingPrograms(COMPILER)));
  say("The demo goes on without it and keeps its record in memory; `retask serve` needs it.\n");
}

say("==> building (npm run build)");
if ((await run("npm", ["run", "--silent", "build"])) !== 0) {
  say("The build failed; the lines above say where. Nothing was started.");
  process.exit(1);
}

const options = process.argv.slice(2);
say(`==> node dist/cli/main.js demo ${options.join(" ")}`.trimEnd());
// Ctrl-C reaches the demo too, being in the same process group; it ends itself, and this process reports how.
process.on("SIGINT", () => undefined);
process.exit(await run(process.execPath, ["dist/cli/main.js", "demo", ...options], { input: "inherit" }));
