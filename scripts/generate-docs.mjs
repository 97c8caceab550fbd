/** `npm run docs`: writes the generated pages of docs/ from the built program, so that they say what the program does. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, say } from "./steps.mjs";

/** Each page, and the function in the built program that makes it. */
const pages = [
  { page: "docs/statecharts.md", module: "core/diagram/statecharts-page.js", make: "statechartsPage" },
  { page: "docs/reference/configuration.md", module: "control/configuration/reference-page.js", make: "referencePage" },
  { page: "docs/reference/api.md", module: "cli/api-reference-page.js", make: "apiPage" },
  { page: "docs/reference/codes.md", module: "control/codes/codes-page.js", make: "codesPage" },
  { page: "docs/reference/cli.md", module: "cli/reference-page.js", make: "cliReferencePage" },
];

/** @param {{ page: string, module: string, make: string }} one */
async function write({ page, module, make }) {
  const made = await import(pathToFileURL(join(root, "dist", module)).href);
  const text = await made[make]();
  const file = join(root, page);
  const changed = !existsSync(file) || readFileSync(file, "utf8") !== text;
  if (changed) writeFileSync(file, text);
  say(`${changed ? "written  " : "unchanged"} ${page}`);
}

for (const one of pages) await write(one);
