/** The demo as the tutorial uses it: one line of its own leads the command line to it, and nothing of it is left behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { builtFile } from "./support/built.ts";
import { cliFor } from "./support/cli-bench.ts";

let demo: ChildProcess | null = null;
afterEach(() => demo?.kill("SIGKILL"));

/** The site's directory, once the demo says it. */
async function startDemo(): Promise<string> {
  const main = await builtFile("cli/main.js");
  const child = spawn(process.execPath, [main, "demo", "--speed", "30", "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  demo = child;
  let said = "";
  child.stdout.on("data", (text: Buffer) => {
    said += text.toString();
  });
  const siteSaid = (): string | undefined => /export RETASK_SITE=(\S+) TZ=\S+/.exec(said)?.[1];
  await expect.poll(siteSaid, { timeout: 60_000 }).toBeDefined();
  return siteSaid() ?? "";
}

test("the site that it names is enough to look, to change, and to stop it", async () => {
  const site = await startDemo();
  const retask = await cliFor(site);
  expect((await retask(["check"])).stdout).toContain("24 machines");
  expect((await retask(["status"])).stdout).toContain("mode auto");
  const pinned = await retask(["pin", "m07", "--for", "2h", "--reason", "a look", "--author", "ada"]);
  expect(pinned.stdout).toContain("set: pin of m07, by ada");

  await retask(["stop", "--reason", "enough seen", "--author", "ada"]);
  await expect
    .poll(async () => (await retask(["status"])).stdout, { timeout: 20_000 })
    .toMatch(/^holding because stopped: ada: enough seen/);

  demo?.kill("SIGINT");
  if (demo !== null) expect(await once(demo, "exit")).toEqual([0, null]);
  expect(existsSync(site)).toBe(false);
});
