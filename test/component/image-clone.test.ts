/** `retask image clone` with real rsync and flock: a copy like its source, resumed after an interruption, never over anything. */
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { builtFile } from "./support/built.ts";
import { type ClonePlace, createClonePlace, differences, IMAGE } from "./support/clone-place.ts";
import { canMakeNodes, linkTo, put } from "./support/image-tree.ts";

let place: ClonePlace;
beforeEach(async () => {
  place = await createClonePlace();
});
afterEach(() => place.remove());

test("root and own kernel are copied as they are, the boot file names the new version, and says what both share", async () => {
  place.makeImage();
  const { code, stdout, stderr } = await place.clone("web.production", "web.2");
  expect(stderr).toBe("");
  expect(code).toBe(0);
  const [from, to] = [join(place.roots, "web.1"), join(place.roots, "web.2")];
  expect(differences(from, to)).toBe("");
  expect(statSync(join(to, "usr/bin/one")).ino).toBe(statSync(join(to, "usr/bin/other")).ino);
  expect(statSync(join(to, "var/sparse")).blocks).toBeLessThan(64);
  if (canMakeNodes()) expect(statSync(join(to, "dev/null")).isCharacterDevice()).toBe(true);
  expect(readFileSync(join(place.dir, "tftp/web.2/vmlinuz"), "utf8")).toBe("kernel");
  expect(readFileSync(join(place.links, "web.2"), "utf8")).toBe(IMAGE.replaceAll("web.1", "web.2"));
  expect(stdout).toContain("update it, then: retask image lint web.2; retask image promote web.2");
  expect(stdout).toContain(`shared  ${join(place.dir, "tftp/web/initrd.img")}`);
  expect(readdirSync(place.links).sort()).toEqual(["web.1", "web.2", "web.production"]);
});

test("a root that is a link is copied as what it leads to, so that the versions share nothing", async () => {
  place.makeImage();
  renameSync(join(place.roots, "web.1"), join(place.dir, "elsewhere"));
  linkTo(join(place.roots, "web.1"), join(place.dir, "elsewhere"));
  expect(await place.clone("web.1", "web.2")).toMatchObject({ code: 0 });
  expect(lstatSync(join(place.roots, "web.2")).isDirectory()).toBe(true);
  expect(differences(join(place.dir, "elsewhere"), join(place.roots, "web.2"))).toBe("");
});

describe("nothing is cloned over anything", () => {
  test.each([
    ["an image", () => put(join(place.links, "web.2"), "mine")],
    ["a channel", () => linkTo(join(place.links, "web.2"), "web.1")],
    ["a root", () => put(join(place.roots, "web.2/mine"), "mine")],
    ["a folder of kernels", () => put(join(place.dir, "tftp/web.2/mine"), "mine")],
  ])("%s of the new name stays as it is", async (_, make) => {
    place.makeImage();
    make();
    const before = execFileSync("find", [place.dir, "-printf", "%P %y %l %s %T@\n"], { encoding: "utf8" });
    expect(await place.clone("web.1", "web.2")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is there already"),
    });
    expect(execFileSync("find", [place.dir, "-printf", "%P %y %l %s %T@\n"], { encoding: "utf8" })).toBe(before);
  });
});

describe("an interrupted clone", () => {
  /** Enough to be interrupted in. */
  const makeBig = () => {
    place.makeImage();
    const block = randomBytes(2 ** 20);
    for (let index = 0; index < 300; index += 1) put(join(place.roots, `web.1/big/${index}`), block);
  };

  async function interrupt(signal: NodeJS.Signals): Promise<string> {
    const main = await builtFile("cli/main.js");
    const child = spawn(process.execPath, [main, "--site", place.site, "image", "clone", "web.1", "web.2"]);
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    const ended = new Promise((resolve) => child.once("close", resolve));
    await vi.waitFor(() => expect(existsSync(join(place.roots, "web.2/big"))).toBe(true), {
      timeout: 20_000,
      interval: 2,
    });
    child.kill(signal);
    await ended;
    return said;
  }

  test.each(["SIGINT", "SIGKILL"] as const)(
    "by %s shows no image, and the same command goes on to its end",
    async (signal) => {
      makeBig();
      const said = await interrupt(signal);
      if (signal === "SIGINT") expect(said).toContain("the same command again goes on");
      expect(existsSync(join(place.links, "web.2"))).toBe(false);
      expect(existsSync(place.mark)).toBe(true);
      expect((await place.list()).stdout).toContain("was begun and not finished");
      expect(await place.clone("web.2", "web.3")).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("there is no image"),
      });
      // After a kill rsync itself may live on for a moment, and holds the lock.
      await vi.waitFor(async () => expect(await place.clone("web.1", "web.2")).toMatchObject({ code: 0 }), {
        timeout: 60_000,
        interval: 500,
      });
      expect(differences(join(place.roots, "web.1"), join(place.roots, "web.2"))).toBe("");
      expect(existsSync(place.mark)).toBe(false);
      expect(existsSync(join(place.links, "web.2"))).toBe(true);
    },
  );

  test("is not gone on with from another image", async () => {
    makeBig();
    await interrupt("SIGINT");
    put(join(place.links, "web.9"), IMAGE.replaceAll("web.1", "web.9").replace("KERNEL web.9", "KERNEL web.1"));
    put(join(place.roots, "web.9/etc/x"));
    expect(await place.clone("web.9", "web.2")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("a clone of web.1"),
    });
  });

  test("of which only the last step is missing is finished", async () => {
    place.makeImage();
    expect((await place.clone("web.1", "web.2")).code).toBe(0);
    put(
      place.mark,
      JSON.stringify({
        from: "web.1",
        copies: [join(place.roots, "web"), join(place.dir, "tftp/web")].map((path) => ({
          from: `${path}.1`,
          to: `${path}.2`,
        })),
      }),
    );
    expect((await place.clone("web.1", "web.2")).code).toBe(0);
    expect(existsSync(place.mark)).toBe(false);
  });
});
