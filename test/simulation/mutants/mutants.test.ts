/** For each invariant: the program without the code that upholds it is found out by the fault simulator, within 200 seeds. */
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import pLimit from "p-limit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MUTANTS, type Mutant } from "./mutants.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const FIND = fileURLToPath(new URL("./find-violation.mjs", import.meta.url));
const MOST_SEEDS = 200;
const MUTANT_MS = 600_000;
/** One for each core. */
const limit = pLimit(2);
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "retask-mutants-"));
  await symlink(join(ROOT, "node_modules"), join(home, "node_modules"));
  await writeFile(join(home, "package.json"), '{ "type": "module" }\n');
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** A copy of the compiled program with the mutant's edits. */
async function breed(mutant: Mutant): Promise<string> {
  const dist = join(home, String(MUTANTS.indexOf(mutant)));
  await cp(join(ROOT, "dist"), dist, { recursive: true });
  for (const { file, find, put } of mutant.edits) {
    const text = await readFile(join(dist, file), "utf8");
    expect(text.split(find), `${file} has ${find} once`).toHaveLength(2);
    await writeFile(
      join(dist, file),
      text.replace(find, () => put),
    );
  }
  return dist;
}

test.concurrent.each(MUTANTS)(
  "$invariant: without $disables, a simulated day breaks it",
  async (mutant) => {
    const args = [FIND, await breed(mutant), mutant.invariant, String(mutant.seed), String(MOST_SEEDS)];
    const { stdout } = await limit(() => promisify(execFile)(process.execPath, args));
    console.info(`${mutant.invariant}: seed ${stdout.trim()}`);
    expect(Number(stdout.trim()), `a seed up to ${MOST_SEEDS}`).toBeGreaterThan(0);
  },
  MUTANT_MS,
);
