/** A temporary tree with this project's own lint configuration, in which a test plants violations. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../..", import.meta.url));

/** One finding of a linter: the file, and the rule without its group or plugin. */
export interface Finding {
  readonly file: string;
  readonly rule: string;
}

export interface PlantedTree {
  readonly folder: string;
  remove(): void;
}

/** Writes the files, by path, beside copies of the configuration that `npm run lint` uses. */
export function plant(files: Readonly<Record<string, string>>): PlantedTree {
  const folder = mkdtempSync(join(tmpdir(), "retask-planted-"));
  for (const name of ["biome.json", ".oxlintrc.json", "tsconfig.json", "package.json"]) {
    copyFileSync(join(root, name), join(folder, name));
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** What `npm run lint:format` finds there. */
export function biomeFindings(tree: PlantedTree): Finding[] {
  const output = runTool(tree, "biome", ["lint", "--reporter=github", "--max-diagnostics=none"]);
  return parse(tree, output, /^::\w+ title=lint\/\w+\/(?<rule>\w+),file=(?<file>[^,]+),/);
}

/** What `npm run lint:rules` finds there. */
export function oxlintFindings(tree: PlantedTree): Finding[] {
  const output = runTool(tree, "oxlint", ["--format=unix"]);
  return parse(tree, output, /^(?<file>[^:]+):\d+:\d+: .*\[Error\/[\w-]+\((?<rule>[\w-]+)\)\]$/);
}

function runTool(tree: PlantedTree, tool: string, args: readonly string[]): string {
  const ran = spawnSync(join(root, "node_modules/.bin", tool), args, { cwd: tree.folder, encoding: "utf8" });
  if (ran.error !== undefined) throw ran.error;
  return `${ran.stdout}\n${ran.stderr}`;
}

function parse(tree: PlantedTree, output: string, pattern: RegExp): Finding[] {
  return output.split("\n").flatMap((line) => {
    const found = pattern.exec(line)?.groups;
    if (found?.file === undefined || found.rule === undefined) return [];
    return [{ file: found.file.replace(`${tree.folder}/`, ""), rule: found.rule }];
  });
}
