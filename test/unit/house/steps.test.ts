/** What `npm start` and `npm test` share: when to install, which Node will do, and what a failed install says. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { explainMissingSqlite, isSupportedNode, missingPrograms, needsNpmInstall } from "../../../scripts/steps.mjs";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "retask-steps-"));
  mkdirSync(join(folder, "node_modules"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, atSeconds: number): void {
  writeFileSync(join(folder, path), "{}");
  utimesSync(join(folder, path), atSeconds, atSeconds);
}

describe("an npm install is due", () => {
  test("when none was finished, though node_modules is there", () => {
    write("package-lock.json", 1000);
    expect(needsNpmInstall(folder)).toBe(true);
  });

  test("when the lock file is newer than the install", () => {
    write("package-lock.json", 2000);
    write("node_modules/.package-lock.json", 1000);
    expect(needsNpmInstall(folder)).toBe(true);
  });

  test("and not when the install is the newer one", () => {
    write("package-lock.json", 1000);
    write("node_modules/.package-lock.json", 2000);
    expect(needsNpmInstall(folder)).toBe(false);
  });
});

test("the Node versions that package.json names are supported, and no others", () => {
  const manifest = readFileSync(new URL("../../../package.json", import.meta.url), "utf8");
  // The check is written out in code, since npm's own is not there before the install.
  expect(JSON.parse(manifest).engines.node).toBe("^20.20.2 || ^22.13.0 || >=24.0.0");
  expect(["20.20.2", "20.21.0", "22.13.0", "24.0.0", "26.1.0"].filter((v) => !isSupportedNode(v))).toEqual([]);
  expect(["18.19.0", "20.20.1", "20.19.9", "21.7.3", "22.12.0", "23.11.0"].filter((v) => isSupportedNode(v))).toEqual(
    [],
  );
});

test("programs are looked for on the search path, and must be executable", () => {
  writeFileSync(join(folder, "make"), "", { mode: 0o755 });
  writeFileSync(join(folder, "python3"), "", { mode: 0o644 });
  expect(missingPrograms(["make", "python3", "g++"], folder)).toEqual(["python3", "g++"]);
});

test("without a compiler, a missing store names what to install; with one it points at the cause", () => {
  expect(explainMissingSqlite(["make", "g++"])).toMatch(/missing: make, g\+\+.*apt-get install python3 make g\+\+/s);
  expect(explainMissingSqlite([])).not.toContain("apt-get");
});
