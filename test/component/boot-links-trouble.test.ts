/** Boot links when the file system fails, when another controller owns them, and in dry run. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, utimesSync } from "node:fs";
import { chmod, mkdir, symlink, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type BootPlace, COMPILE, createBootPlace, LINK, M1, never, WEB } from "./support/boot-place.ts";

let place: BootPlace;

beforeEach(async () => {
  place = await createBootPlace();
});
afterEach(() => place.remove());

describe("a file system in trouble", () => {
  test("mounted read-only: links are read, not written, and the owner check says so before anything is drained", async () => {
    const mount = await place.mountTmpfs("size=256k");
    const { own, point, read, writable } = await place.owned({ directories: { pxelinux: mount } });
    await point(M1, WEB, never);
    execFileSync("mount", ["-o", "remount,ro", mount]);
    expect(await read(M1, never)).toEqual({ kind: "image", image: WEB });
    const refused = { ok: false, code: "RTK_LINK_READ_ONLY", why: expect.stringContaining("remount it writable") };
    expect(await point(M1, COMPILE, never)).toMatchObject(refused);
    expect(await writable(M1, never)).toMatchObject(refused);
    expect(await own("store-1", never)).toMatchObject(refused);
    expect(await point(M1, WEB, never)).toEqual({ ok: true, changed: false });
  });

  test("full: the old link stays, nothing is left staged, and the machine could still boot", async () => {
    const mount = await place.mountTmpfs("size=64k,nr_inodes=6");
    const { point, read, writable } = await place.owned({ directories: { pxelinux: mount } });
    await point(M1, WEB, never);
    // The place.root, two images, the owner file and the link: the sixth and last inode is taken here.
    await writeFile(join(mount, "filler"), "x");
    const refused = { ok: false, code: "RTK_LINK_NO_SPACE", why: expect.stringContaining("free space") };
    expect(await point(M1, COMPILE, never)).toMatchObject(refused);
    expect(await writable(M1, never)).toMatchObject(refused);
    expect(await read(M1, never)).toEqual({ kind: "image", image: WEB });
    await unlink(join(mount, "filler"));
    expect(await point(M1, COMPILE, never)).toEqual({ ok: true, changed: true });
  });

  test("gone: unreadable, never missing", async () => {
    const { read, catalogue, own, point } = place.links({ directories: { pxelinux: join(place.root, "nowhere") } });
    expect(await read(M1, never)).toMatchObject({ kind: "unreadable", why: expect.stringContaining("does not exist") });
    expect(await catalogue(never)).toMatchObject({ ok: false, why: expect.stringContaining("does not exist") });
    expect(await own("store-1", never)).toMatchObject({ ok: false, code: "RTK_LINK_DIRECTORY" });
    expect(await point(M1, WEB, never)).toMatchObject({ ok: false });
  });

  test("a file instead of the directory is said to be one", async () => {
    const { read, own } = place.links({ directories: { pxelinux: join(place.dir, WEB) } });
    expect(await read(M1, never)).toMatchObject({
      kind: "unreadable",
      why: expect.stringContaining("not a directory"),
    });
    expect(await own("store-1", never)).toMatchObject({ ok: false, code: "RTK_LINK_DIRECTORY" });
  });

  test("a deadline that has passed is unreadable, with no call made", async () => {
    expect(await place.links().read(M1, AbortSignal.abort())).toMatchObject({
      kind: "unreadable",
      why: expect.stringContaining("no answer from the file system in time"),
    });
  });

  test("no permission, as a user who is not root, says whose permission is missing", async () => {
    await chmod(place.root, 0o755);
    const { writable, point, read } = await place.owned();
    await point(M1, WEB, never);
    process.seteuid?.(65_534);
    try {
      const refused = { ok: false, code: "RTK_LINK_DENIED", why: expect.stringContaining("write access") };
      expect(await writable(M1, never)).toMatchObject(refused);
      expect(await point(M1, COMPILE, never)).toMatchObject(refused);
      expect(await read(M1, never)).toEqual({ kind: "image", image: WEB });
    } finally {
      process.seteuid?.(0);
    }
  });
});

describe("the owner file", () => {
  test("is taken once, kept on repetition, and names host, store and time", async () => {
    const { own } = await place.owned();
    expect(await own("store-1", never)).toEqual({ ok: true, changed: false });
    expect(JSON.parse(readFileSync(join(place.dir, ".retask-owner"), "utf8"))).toEqual({
      owner: "store-1",
      host: "ctl1",
      since: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    expect(existsSync(join(place.grub, ".retask-owner"))).toBe(true);
  });

  test("of another store or another host is refused, and nothing is written there", async () => {
    await place.owned();
    for (const other of [place.links(), place.links({ host: "ctl2" })]) {
      expect(await other.own("store-2", never)).toMatchObject({ ok: false, code: "RTK_OWNER_FOREIGN" });
      expect(await other.point(M1, WEB, never)).toMatchObject({ ok: false, code: "RTK_OWNER_MISSING" });
    }
    const copied = place.links({ host: "ctl2" });
    expect(await copied.own("store-1", never)).toMatchObject({
      ok: false,
      code: "RTK_OWNER_FOREIGN",
      why: expect.stringContaining("ctl1 (store-1)"),
    });
  });

  test("changed while running stops every further write at once", async () => {
    const { point, own } = await place.owned();
    await point(M1, WEB, never);
    await writeFile(join(place.dir, ".retask-owner"), JSON.stringify({ owner: "store-2", host: "ctl2", since: "now" }));
    expect(await point(M1, COMPILE, never)).toMatchObject({ ok: false, code: "RTK_OWNER_FOREIGN" });
    await unlink(join(place.dir, ".retask-owner"));
    expect(await point(M1, COMPILE, never)).toMatchObject({ ok: false, code: "RTK_OWNER_MISSING" });
    expect(await own("store-1", never)).toEqual({ ok: true, changed: true });
    expect(await point(M1, COMPILE, never)).toEqual({ ok: true, changed: true });
  });

  test.each([
    ["half a file", async (path: string) => writeFile(path, '{"owner": "store-1", "ho')],
    ["an empty file", async (path: string) => writeFile(path, "")],
    ["a link", async (path: string) => symlink("/etc/hostname", path)],
    ["a directory", async (path: string) => mkdir(path)],
    ["a pipe", async (path: string) => execFileSync("mkfifo", [path])],
  ])("that is %s is refused, not taken over", async (_what, make) => {
    await make(join(place.dir, ".retask-owner"));
    const before = place.tree();
    expect(await place.links().own("store-1", never)).toMatchObject({ ok: false, code: "RTK_OWNER_GARBLED" });
    expect(place.tree()).toBe(before);
  });

  test("has exactly one winner when many controllers start at once", async () => {
    const stores = Array.from({ length: 20 }, (_, index) => `store-${index}`);
    const answers = await Promise.all(
      stores.map((store) => place.links({ directories: { pxelinux: place.dir } }).own(store, never)),
    );
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    for (const answer of answers) if (!answer.ok) expect(answer.code).toBe("RTK_OWNER_FOREIGN");
    expect(readdirSync(place.dir).filter((name) => name.startsWith(".retask-"))).toEqual([".retask-owner"]);
  });

  test("once taken, what a crash left staged is removed; young and foreign files stay", async () => {
    for (const name of [".retask-new-old", ".retask-new-young", ".other"]) await writeFile(join(place.dir, name), "");
    utimesSync(join(place.dir, ".retask-new-old"), 1_000, 1_000);
    const { said } = await place.owned();
    expect(
      readdirSync(place.dir)
        .filter((name) => name.startsWith("."))
        .sort(),
    ).toEqual([".other", ".retask-new-young", ".retask-owner"]);
    expect(said.join()).toContain("removed what a crash left staged");
  });
});

describe("dry run", () => {
  test("reads everything and writes nothing by any path", async () => {
    await symlink(WEB, join(place.dir, LINK));
    await writeFile(join(place.dir, ".retask-new-old"), "");
    utimesSync(join(place.dir, ".retask-new-old"), 1_000, 1_000);
    const before = place.tree();
    const { own, point, repair, writable, read, catalogue, inspect } = place.links({ dryRun: true });
    const dry = { ok: false, code: "RTK_DRY_RUN" };
    expect(await own("store-1", never)).toMatchObject(dry);
    expect(await point(M1, COMPILE, never)).toMatchObject(dry);
    expect(await repair(M1, COMPILE, never)).toMatchObject(dry);
    expect(await writable(M1, never)).toMatchObject(dry);
    expect(await read(M1, never)).toEqual({ kind: "image", image: WEB });
    expect((await catalogue(never)).ok).toBe(true);
    expect((await inspect([M1], never)).ok).toBe(true);
    expect(place.tree()).toBe(before);
  });

  test("still says when another controller owns the links", async () => {
    await place.owned();
    expect(await place.links({ dryRun: true, host: "ctl2" }).own("store-9", never)).toMatchObject({
      code: "RTK_OWNER_FOREIGN",
    });
  });
});
