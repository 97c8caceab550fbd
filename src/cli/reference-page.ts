/** docs/reference/cli.md, from the very definitions that parse the command line. */
import type { Command } from "commander";
import { JSON_KINDS, JSON_VERSION } from "./json-document.ts";
import { buildProgram } from "./program.ts";

const COLUMNS = 110;

const JSON_PART = `## JSON

With \`--json\` standard output holds one document, an object with \`version\` and \`kind\` beside its data (\`machines --watch\`:
one in each line). Version ${JSON_VERSION} promises that a key keeps its name, type, unit and meaning; more keys, kinds and words
may come ([ADR 16](../adr/0016-json-says-its-version.md)). Times are Unix milliseconds, \`null\` is unknown.

| kind | command |
|---|---|
`;

const jsonPart = (): string =>
  `${JSON_PART}${Object.entries(JSON_KINDS)
    .map(([kind, command]) => `| \`${kind}\` | ${command} |\n`)
    .join("")}`;

const INTRODUCTION = `<!-- Generated from the commands' own help by src/cli/reference-page.ts: change that, not this page. -->

# Command line

What \`retask --help\` and \`retask COMMAND --help\` print. The global options may stand before or after the command; each
command's page lists its own alone.
`;

/** The whole page, Markdown. */
export function cliReferencePage(): string {
  const program = buildProgram();
  const pages = visibleIn(program).flatMap((command) => [command, ...visibleIn(command)]);
  const parts = [jsonPart(), block("retask", program), ...pages.map((command) => block(nameOf(command), command))];
  return [INTRODUCTION, ...parts].join("\n");
}

/** What its help shows, less the help itself. */
const visibleIn = (command: Command): Command[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.name() !== "help");

const nameOf = (command: Command): string =>
  command.parent?.parent == null ? `retask ${command.name()}` : `${nameOf(command.parent)} ${command.name()}`;

const block = (title: string, command: Command): string => `## ${title}\n\n\`\`\`\n${helpOf(command)}\n\`\`\`\n`;

function helpOf(command: Command): string {
  const written: string[] = [];
  command.configureHelp({ showGlobalOptions: false, helpWidth: COLUMNS });
  command.configureOutput({ writeOut: (text) => written.push(text), getOutHasColors: () => false });
  command.outputHelp();
  return written
    .join("")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .trim();
}
