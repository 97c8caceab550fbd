/** `retask image clone` on file systems of its own, with shared blocks or too little room, and what it refuses to begin. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ClonePlace, createClonePlace, differences, IMAGE } from "./support/clone-place.ts";
import { put } from "./support/image-tree.ts";

let place: ClonePlace;
beforeEach(async () => {
  place = await createClonePlace();
});
afterEach(() => place.remove());

describe("what can't be copied is said before anything is", () => {
  const expectRefusal = async (said: string) => {
    const { code, stderr } = await place.clone("web.1", "web.2");
    expect(stderr).toContain(said);
    expect(code).toBe(1);
    expect(existsSync(join(place.roots, "web.2"))).toBe(false);
    expect(readdirSync(place.links).filter((name) => name.includes("web.2"))).toEqual([]);
  };

  test("where the roots lie is not known, with what to write", async () => {
    place.makeImage();
    place.writeRetask("");
    await expectRefusal('images: { roots: { "10.0.1.20:/images": /srv/nfs/images } }');
  });

  test("the kernel is missing", async () => {
    place.makeImage();
    rmSync(join(place.dir, "tftp/web.1/vmlinuz"));
    await expectRefusal("names web.1/vmlinuz, which is missing");
  });

  test("the image states no role", async () => {
    place.makeImage();
    put(join(place.links, "web.1"), IMAGE.replace(/.*\n/, "").replace("retask.role=web ", ""));
    await expectRefusal("does not say which role it serves");
  });

  test("there is no such image", async () => {
    place.makeImage();
    rmSync(join(place.links, "web.1"));
    await expectRefusal("there is no image web.1");
  });
});

/** A file system of its own, of so many MiB; null: none can be mounted here. */
function mountOwn(kind: "xfs" | "tmpfs", mebi: number): (() => void) | null {
  const at = place.roots;
  mkdirSync(at, { recursive: true });
  try {
    if (kind === "tmpfs")
      execFileSync("mount", ["-t", "tmpfs", "-o", `size=${mebi}m`, "tmpfs", at], { stdio: "ignore" });
    else {
      execFileSync("truncate", ["-s", `${mebi}M`, join(place.dir, "disk")]);
      execFileSync("mkfs.xfs", ["-q", join(place.dir, "disk")], { stdio: "ignore" });
      execFileSync("mount", ["-o", "loop", join(place.dir, "disk"), at], { stdio: "ignore" });
    }
    return () => execFileSync("umount", [at]);
  } catch {
    return null;
  }
}

describe("on a file system of its own", () => {
  let unmount: (() => void) | null = null;
  afterEach(() => unmount?.());

  test("one that can share blocks does, and the copy takes no room", async ({ skip }) => {
    unmount = mountOwn("xfs", 400);
    skip(unmount === null, "no XFS can be mounted here");
    place.makeImage();
    put(join(place.roots, "web.1/big"), randomBytes(100 * 2 ** 20));
    const freeKib = () =>
      Number(execFileSync("df", ["--output=avail", place.roots], { encoding: "utf8" }).split("\n")[1]);
    const before = freeKib();
    expect((await place.clone("web.1", "web.2")).stdout).toContain(`${join(place.roots, "web.2")} (reflink)`);
    expect(before - freeKib()).toBeLessThan(20 * 1024);
    expect(differences(join(place.roots, "web.1"), join(place.roots, "web.2"))).toBe("");
  });

  test("one that is too small for it gets nothing", async ({ skip }) => {
    unmount = mountOwn("tmpfs", 20);
    skip(unmount === null, "no tmpfs can be mounted here");
    place.makeImage();
    put(join(place.roots, "web.1/big"), randomBytes(12 * 2 ** 20));
    expect(await place.clone("web.1", "web.2")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("MiB to spare"),
    });
    expect(existsSync(join(place.roots, "web.2"))).toBe(false);
    expect(existsSync(place.mark)).toBe(false);
  });
});
