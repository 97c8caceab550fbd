/** Boot links on a real file system: what is read, what is written and what is refused. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, readlink, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { imageName } from "../../src/core/domain/names.ts";
import { writeBootLink } from "../../src/world/boot-links/write-link.ts";
import { type BootPlace, COMPILE, createBootPlace, G1, LINK, M1, never, WEB } from "./support/boot-place.ts";

let place: BootPlace;

beforeEach(async () => {
  place = await createBootPlace();
});
afterEach(() => place.remove());

describe("pointing a boot link", () => {
  test("makes a relative link to the image's file, and repeating it changes nothing", async () => {
    const { point, read } = await place.owned();
    expect(await read(M1, never)).toEqual({ kind: "missing" });
    expect(await point(M1, WEB, never)).toEqual({ ok: true, changed: true });
    expect(await readlink(join(place.dir, LINK))).toBe("web.2026-11");
    expect(await read(M1, never)).toEqual({ kind: "image", image: WEB });
    expect(await point(M1, WEB, never)).toEqual({ ok: true, changed: false });
    expect(await point(M1, COMPILE, never)).toEqual({ ok: true, changed: true });
    expect(await read(M1, never)).toEqual({ kind: "image", image: COMPILE });
    expect(readdirSync(place.dir).sort()).toEqual([".retask-owner", LINK, COMPILE, WEB].sort());
  });

  test("a GRUB machine's link lies in GRUB's directory, under GRUB's name, and needs GRUB's file of the image", async () => {
    const { point, read } = await place.owned();
    expect(await point(G1, WEB, never)).toMatchObject({ ok: false, code: "RTK_LINK_IMAGE" });
    await writeFile(join(place.grub, WEB), "linux /web/vmlinuz retask.role=web retask.image=web.2026-11\n");
    expect(await point(G1, WEB, never)).toEqual({ ok: true, changed: true });
    expect(await readlink(join(place.grub, "grub.cfg-0A000312"))).toBe("web.2026-11");
    expect(await read(G1, never)).toEqual({ kind: "image", image: WEB });
  });

  test("a GRUB machine without a GRUB directory is unreadable, not missing", async () => {
    const { read, point } = await place.owned({ directories: { pxelinux: place.dir } });
    expect(await read(G1, never)).toMatchObject({ kind: "unreadable", why: expect.stringContaining("bootLinks.grub") });
    expect(await point(G1, WEB, never)).toMatchObject({ ok: false, code: "RTK_LINK_DIRECTORY" });
  });

  test("a missing image and a channel are refused: a link names an image's file only", async () => {
    const { point } = await place.owned();
    await symlink(WEB, join(place.dir, "web.production"));
    expect(await point(M1, imageName("web.gone"), never)).toMatchObject({ ok: false, code: "RTK_LINK_IMAGE" });
    expect(await point(M1, imageName("web.production"), never)).toMatchObject({ ok: false, code: "RTK_LINK_IMAGE" });
    expect(existsSync(join(place.dir, LINK))).toBe(false);
  });

  test("a plain file where the link should be is foreign, and neither point nor repair replaces it", async () => {
    const { point, repair, read } = await place.owned();
    await writeFile(join(place.dir, LINK), "DEFAULT by-hand\n");
    expect(await read(M1, never)).toMatchObject({ kind: "foreign", target: "a plain file" });
    expect(await point(M1, WEB, never)).toMatchObject({ ok: false, code: "RTK_LINK_FOREIGN" });
    expect(await repair(M1, WEB, never)).toMatchObject({ ok: false, code: "RTK_LINK_FOREIGN" });
    expect(readFileSync(join(place.dir, LINK), "utf8")).toBe("DEFAULT by-hand\n");
  });

  test.each([
    ["web.production", "a channel"],
    ["/srv/tftp/pxelinux.cfg/web.2026-11", "absolute"],
    ["../elsewhere/web.2026-11", "outside"],
    ["web.gone", "dangling"],
    ["default", "not an image's name"],
    ["sub", "not a file"],
  ])(
    "a link to %s is foreign, is not pointed elsewhere behind anyone's back, but can be repaired",
    async (target, why) => {
      const { point, repair, read } = await place.owned();
      await symlink(WEB, join(place.dir, "web.production"));
      await mkdir(join(place.dir, "sub"));
      await symlink(target, join(place.dir, LINK));
      expect(await read(M1, never)).toEqual({ kind: "foreign", target, why: expect.stringContaining(why) });
      expect(await point(M1, WEB, never)).toMatchObject({ ok: false, code: "RTK_LINK_FOREIGN" });
      expect(await readlink(join(place.dir, LINK))).toBe(target);
      expect(await repair(M1, WEB, never)).toEqual({ ok: true, changed: true });
      expect(await read(M1, never)).toEqual({ kind: "image", image: WEB });
    },
  );

  test("a MAC file shadows the link, which is then not written, nor repaired", async () => {
    const { point, repair, read, writable } = await place.owned();
    await point(M1, WEB, never);
    const shadow = "01-52-54-0a-00-03-11";
    await writeFile(join(place.dir, shadow), "DEFAULT other\n");
    expect(await read(M1, never)).toEqual({ kind: "shadowed", by: shadow });
    for (const call of [point, repair])
      expect(await call(M1, COMPILE, never)).toMatchObject({ ok: false, code: "RTK_LINK_SHADOWED" });
    expect(await writable(M1, never)).toMatchObject({ ok: false, code: "RTK_LINK_SHADOWED" });
    expect(await readlink(join(place.dir, LINK))).toBe(WEB);
  });

  test("a UUID file shadows the link of the machine whose UUID is known, in either byte order", async () => {
    const uuidOf = () => "B8945908-D6A6-41A9-611D-74A6AB80B83D";
    const { read } = place.links({ uuidOf });
    await symlink(WEB, join(place.dir, LINK));
    const swapped = "085994b8-a6d6-a941-611d-74a6ab80b83d";
    await writeFile(join(place.dir, swapped), "DEFAULT other\n");
    expect(await read(M1, never)).toEqual({ kind: "shadowed", by: swapped });
    expect(await place.links().read(M1, never)).toEqual({ kind: "image", image: WEB });
  });

  test("a call that wakes after its deadline leaves the link as it was", async () => {
    await symlink(WEB, join(place.dir, LINK));
    const written = await writeBootLink(
      { loader: "pxelinux", path: place.dir },
      { machine: M1, image: COMPILE, uuid: null, mode: "point", signal: AbortSignal.abort() },
    );
    expect(written).toMatchObject({ code: "RTK_LINK_TIMEOUT" });
    expect(await readlink(join(place.dir, LINK))).toBe(WEB);
    expect(readdirSync(place.dir).filter((name) => name.startsWith(".retask"))).toEqual([]);
  });

  test("a thousand readers never find a machine without its link while it is re-pointed", async () => {
    const { point } = await place.owned();
    await point(M1, WEB, never);
    const reader = spawn(process.execPath, ["-e", READER, join(place.dir, LINK)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    reader.stdout.on("data", (chunk) => {
      output += chunk;
    });
    await new Promise<void>((resolve) => reader.stdout.once("data", () => resolve()));
    let changes = 0;
    const ended = new Promise((resolve) => reader.once("close", resolve));
    while (reader.exitCode === null && changes < 20_000) {
      const answer = await point(M1, changes % 2 === 0 ? COMPILE : WEB, never);
      expect(answer).toEqual({ ok: true, changed: true });
      changes += 1;
    }
    await ended;
    const seen = JSON.parse(output.split("\n")[1] ?? "null");
    expect(seen.failures).toBe(0);
    expect(Object.keys(seen.targets).sort()).toEqual([COMPILE, WEB].sort());
    expect(changes).toBeGreaterThan(10);
  });
});

/** 1000 rounds of 100 reads each by another process, so that the reads truly race the renames. */
const READER = `
const { readFileSync, readlinkSync } = require("node:fs");
const seen = { failures: 0, targets: {} };
console.log("reading");
const until = Date.now() + 1500;
let reads = 0;
while (reads < 1000 || Date.now() < until) {
  reads += 1;
  try {
    readFileSync(process.argv[1]);
    const target = readlinkSync(process.argv[1]);
    seen.targets[target] = (seen.targets[target] ?? 0) + 1;
  } catch { seen.failures += 1; }
}
console.log(JSON.stringify(seen));
`;
