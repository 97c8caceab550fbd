/** Changed files are noticed however they change; real files, and chokidar without the help of polling where not said. */
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pino from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { keepConfiguration } from "../../src/control/configuration/keep-configuration.ts";
import type { ConfigurationKeeper } from "../../src/control/configuration/keeper.ts";
import { loadConfiguration } from "../../src/control/configuration/load-configuration.ts";
import { roleName } from "../../src/core/domain/names.ts";
import {
  memoryStore,
  nobody,
  removeDir,
  renameOver,
  SITE,
  switchLink,
  temporaryDir,
  webOf,
  writeSite,
} from "./support/site-dir.ts";

const NEVER_MS = 3_600_000;
let base: string;
let keeper: ConfigurationKeeper | undefined;

beforeEach(() => {
  base = temporaryDir();
});
afterEach(async () => {
  await keeper?.close();
  keeper = undefined;
  removeDir(base);
});

async function keep(dir: string, pollMs = NEVER_MS): Promise<void> {
  const log = pino({ level: "silent" });
  const result = await keepConfiguration({
    dir,
    store: memoryStore(),
    log,
    wallMs: () => 0,
    offMachines: nobody,
    pollMs,
  });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  keeper = result.keeper;
}

const floor = (): number | undefined => keeper?.current().site.policies.get(roleName("web"))?.machines.floor;
const problems = (): number | undefined => keeper?.status().problems.length;
/** A generous deadline: the machine may be busy. */
const WAIT = { timeout: 20_000, interval: 20 };

describe("a change is noticed", () => {
  test("when a file is written in place, again and again", async () => {
    await keep(writeSite(join(base, "site")));
    for (const next of [5, 6, 7]) {
      writeFileSync(join(base, "site/policies/web.yaml"), webOf(next));
      await expect.poll(floor, WAIT).toBe(next);
    }
  });

  test("when a file is renamed over, again and again: a watch on the file itself dies after the first", async () => {
    await keep(writeSite(join(base, "site")));
    for (const next of [5, 6, 7]) {
      renameOver(join(base, "site/policies/web.yaml"), webOf(next));
      await expect.poll(floor, WAIT).toBe(next);
    }
  });

  test("when a new policy appears, and when a file is broken and mended", async () => {
    await keep(writeSite(join(base, "site")));
    const batch = webOf(0)
      .replaceAll("web", "batch")
      .replace("demand: rest", "demand: { distcc: { perMachine: slots } }");
    writeFileSync(join(base, "site/policies/batch.yaml"), batch);
    await expect.poll(() => keeper?.current().site.policies.size, WAIT).toBe(2);
    rmSync(join(base, "site/fleet.yaml"));
    await expect.poll(problems, WAIT).toBe(1);
    writeSite(join(base, "site"));
    await expect.poll(problems, WAIT).toBe(0);
  });

  test("when Kubernetes switches ..data to a new version of all files, again and again", async () => {
    const dir = join(base, "site");
    const version = (name: string, floorThere: number) =>
      writeSite(join(dir, name), { ...SITE, "policies/web.yaml": webOf(floorThere) });
    version("..v4", 4);
    symlinkSync("..v4", join(dir, "..data"));
    for (const name of ["retask.yaml", "fleet.yaml", "policies"]) symlinkSync(`..data/${name}`, join(dir, name));
    await keep(dir);
    for (const next of [5, 6, 7]) {
      version(`..v${next}`, next);
      switchLink(join(dir, "..data"), `..v${next}`);
      rmSync(join(dir, `..v${next - 1}`), { recursive: true });
      await expect.poll(floor, WAIT).toBe(next);
    }
  });

  test("when policies/ is a link into another tree, as stow makes it, and files change there", async () => {
    const tree = writeSite(join(base, "tree"));
    const dir = join(base, "site");
    mkdirSync(dir);
    for (const name of ["retask.yaml", "fleet.yaml", "policies"]) symlinkSync(join(tree, name), join(dir, name));
    await keep(dir);
    for (const next of [5, 6]) {
      renameOver(join(tree, "policies/web.yaml"), webOf(next));
      await expect.poll(floor, WAIT).toBe(next);
    }
  });

  test("when the link policies/ is switched to another tree that was there all along", async () => {
    for (const release of [4, 5, 6]) writeSite(join(base, `r${release}`), { "policies/web.yaml": webOf(release) });
    const dir = writeSite(join(base, "site"));
    rmSync(join(dir, "policies"), { recursive: true });
    symlinkSync("../r4/policies", join(dir, "policies"));
    await keep(dir);
    for (const next of [5, 6]) {
      switchLink(join(dir, "policies"), `../r${next}/policies`);
      await expect.poll(floor, WAIT).toBe(next);
    }
  });

  test("by polling, when the directory itself is a link that is switched to another release", async () => {
    for (const release of [4, 5, 6])
      writeSite(join(base, `r${release}`), { ...SITE, "policies/web.yaml": webOf(release) });
    symlinkSync("r4", join(base, "current"));
    await keep(join(base, "current"), 50);
    for (const next of [5, 6]) {
      switchLink(join(base, "current"), `r${next}`);
      await expect.poll(floor, WAIT).toBe(next);
    }
  });

  test("by polling, when the whole directory is moved away and comes back", async () => {
    const dir = writeSite(join(base, "site"));
    await keep(dir, 50);
    renameSync(dir, join(base, "elsewhere"));
    await expect.poll(problems, WAIT).toBeGreaterThan(0);
    expect(floor()).toBe(4);
    writeSite(dir, { ...SITE, "policies/web.yaml": webOf(5) });
    await expect.poll(floor, WAIT).toBe(5);
  });
});

describe("a file that cannot be read", () => {
  const problemsOf = async (dir: string) => {
    const result = await loadConfiguration(dir);
    return result.ok ? [] : result.problems.map(({ file, message }) => `${file} ${message}`);
  };

  test.each<[string, (path: string) => void, string]>([
    ["that is a directory", (path) => mkdirSync(path), "policies/batch.yaml not a plain file"],
    ["that is a device without end", (path) => symlinkSync("/dev/zero", path), "policies/batch.yaml not a plain file"],
    ["that is a link to nowhere", (path) => symlinkSync("nowhere", path), "policies/batch.yaml there is no such file"],
    [
      "that is not text",
      (path) => writeFileSync(path, Buffer.from([0x72, 0xff, 0xfe])),
      "policies/batch.yaml not valid UTF-8",
    ],
    ["that is too big", (path) => writeFileSync(path, "#".repeat(300_000)), "policies/batch.yaml bigger than 256 KiB"],
  ])("%s is one problem, and no other", async (_title, make, expected) => {
    const dir = writeSite(join(base, "site"));
    make(join(dir, "policies/batch.yaml"));
    expect(await problemsOf(dir)).toEqual([expected]);
  });

  test("a policy named .yml is pointed out, and what editors leave behind is not", async () => {
    const dir = writeSite(join(base, "site"));
    writeSite(dir, { "policies/.web.yaml.swp": "x", "policies/web.yaml~": "x", "policies/old.yml": webOf(1) });
    expect(await problemsOf(dir)).toEqual(["policies/old.yml the name must end in .yaml"]);
  });
});
