/** The demo as the tutorial uses it: one line of its own leads the command line to it, and nothing of it is left behind. */
import { existsSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { cliFor } from "./support/cli-bench.ts";
import { type Demo, startDemo } from "./support/demo.ts";

let demo: Demo | null = null;
afterEach(() => demo?.kill());

test("the site that it names is enough to look, to change, and to stop it", async () => {
  demo = await startDemo(30);
  const retask = await cliFor(demo.site);
  expect((await retask(["check"])).stdout).toContain("24 machines");
  expect((await retask(["status"])).stdout).toContain("mode auto");
  const pinned = await retask(["pin", "m07", "--for", "2h", "--reason", "a look", "--author", "ada"]);
  expect(pinned.stdout).toContain("set: pin of m07, by ada");
  // Nobody is asked at the addresses that the example names.
  const { code, stdout } = await retask(["doctor"]);
  expect(code, stdout).toBe(0);
  expect(stdout).toMatch(/ok +images.*\nskipped +user: a demo/);

  await retask(["stop", "--reason", "enough seen", "--author", "ada"]);
  await expect
    .poll(async () => (await retask(["status"])).stdout, { timeout: 20_000 })
    .toMatch(/^holding because stopped: ada: enough seen/);

  expect(await demo.interrupt()).toBe(0);
  expect(existsSync(demo.site)).toBe(false);
});
