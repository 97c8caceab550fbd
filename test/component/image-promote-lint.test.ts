/** `retask image promote` looks the image over first, where its files can be reached. */
import { readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { cliFor, type Run, type SimulatedDaemon, startSimulatedDaemon } from "./support/cli-bench.ts";
import { makeSystemdRoot } from "./support/image-tree.ts";

let daemon: SimulatedDaemon;
let retask: Run;
let root: string;

beforeAll(async () => {
  daemon = await startSimulatedDaemon();
  await daemon.simulation.adopt();
  retask = await cliFor(daemon.site);
  root = join(daemon.links, "../../images/web.2");
  const image = readFileSync(join(daemon.links, "web.production-1"), "utf8");
  writeFileSync(join(daemon.links, "web.2"), image.replaceAll("web.production-1", "web.2"));
});
afterAll(() => daemon.stop());
beforeEach(async () => {
  rmSync(root, { recursive: true, force: true });
  if (production() !== "web.production-1") await retask(["image", "rollback", "web"]);
});

const production = (): string => readlinkSync(join(daemon.links, "web.production"));
const promote = (...more: string[]) => retask(["image", "promote", "web.2", ...more]);

test("an error refuses it, and is shown; --anyway promotes it all the same", async () => {
  const refused = await promote();
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toMatch(/^web\.2: 1 error\nerror .*\(root-missing\)/);
  expect(refused.stderr).toContain("web.2 is not promoted: 1 error was found, as above; --anyway promotes it");
  expect(production()).toBe("web.production-1");

  const told = await promote("--anyway");
  expect(told).toMatchObject({ code: 0, stderr: expect.stringContaining("(root-missing)") });
  expect(production()).toBe("web.2");
});

test("a root in which nothing is wrong is promoted without a word on it", async () => {
  makeSystemdRoot(root);
  const { code, stderr } = await promote();
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(production()).toBe("web.2");
});

test("a root that can't be reached from here is no error, and said", async () => {
  const file = join(daemon.site, "retask.yaml");
  const settings = readFileSync(file, "utf8");
  writeFileSync(file, settings.replace(/^images: .*\n/m, ""));
  const { code, stderr } = await promote().finally(() => writeFileSync(file, settings));
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringMatching(/^the root of web\.2 was not looked over: /),
  });
});

test("an image that is not there is the daemon's to refuse", async () => {
  const { code, stderr } = await retask(["image", "promote", "web.nowhere"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^web\.nowhere was not looked over: there is no image .*\nretask: .*RTK_NO_VERSION/);
});
