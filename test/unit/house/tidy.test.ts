/** Holds every file of the project against the house rules, and each rule against a sample that breaks it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { tidyChecks } from "./support/tidy-checks.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folders = ["src", "test", "scripts", "deploy", "docs", "policies", ".ci"];
// Text formats only: a captured answer of a component may hold anything.
const isText = (path: string): boolean =>
  !path.startsWith("test/fixtures/") && !/\.(bin|png|svg|ico|woff2?)$/.test(path);

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() && isText(path) ? [path] : [];
  });
}

function filesAtTheTop(): string[] {
  const entries = readdirSync(root, { withFileTypes: true });
  return entries.filter((e) => e.isFile() && /\.(md|json|ts)$/.test(e.name)).map((e) => e.name);
}

const files = [...folders.flatMap(filesBelow), ...filesAtTheTop()].map((path) => ({
  path,
  text: readFileSync(join(root, path), "utf8"),
}));

test("the files are found", () => {
  const paths = files.map((file) => file.path);
  expect(paths).toContain("src/world/ports.ts");
  expect(paths).toContain("test/unit/house/tidy.test.ts");
  expect(paths).toContain("package.json");
});

describe.each(tidyChecks)("$name", (check) => {
  test("in every file", () => {
    const found = files
      .filter((file) => check.applies(file.path))
      .flatMap((file) => check.complaints(file.path, file.text).map((complaint) => `${file.path}: ${complaint}`));
    expect(found).toEqual([]);
  });

  test.each(check.bad)("and a planted file breaks it: $path", (sample) => {
    expect(check.applies(sample.path)).toBe(true);
    expect(check.complaints(sample.path, sample.text)).not.toEqual([]);
  });
});
