/** What the directories of boot links offer, and what `retask links` shows of them. */
import { readFileSync } from "node:fs";
import { symlink, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { imageName } from "../../src/core/domain/names.ts";
import {
  type BootPlace,
  COMPILE,
  createBootPlace,
  G1,
  LINK,
  M1,
  never,
  WEB,
  writeImage,
} from "./support/boot-place.ts";

let place: BootPlace;

beforeEach(async () => {
  place = await createBootPlace();
});
afterEach(() => place.remove());

describe("the catalogue", () => {
  test("offers images with their roles, and channels with what they mean now", async () => {
    await symlink(WEB, join(place.dir, "web.production"));
    await symlink("web.production", join(place.dir, "web.current"));
    await symlink(WEB, join(place.dir, LINK));
    await symlink("spare", join(place.dir, "default"));
    await writeFile(join(place.dir, "spare"), "# retask: role=spare image=spare\nLABEL x\n");
    await writeFile(join(place.dir, "batch.production"), "DEFAULT l\nLABEL l\n  KERNEL vmlinuz\n");
    const answer = await place.links().catalogue(never);
    if (!answer.ok) throw new Error(answer.why);
    expect(Object.fromEntries(answer.value.images)).toEqual({
      "web.2026-11": "web",
      "compile.7": "compile",
      spare: null,
      "batch.production": null,
    });
    expect(Object.fromEntries(answer.value.channels)).toEqual({
      "web.production": WEB,
      "web.current": WEB,
      "web.2026-11": WEB,
      "compile.7": COMPILE,
      spare: "spare",
      "batch.production": "batch.production",
    });
  });

  test("says once what it does not offer, and why", async () => {
    await writeFile(join(place.dir, "web.copy"), readFileSync(join(place.dir, WEB)));
    await writeFile(join(place.dir, "huge"), "x".repeat(70_000));
    await writeFile(join(place.dir, "binary"), Buffer.from([1, 0, 2]));
    await writeFile(join(place.dir, "empty"), "");
    await symlink("gone", join(place.dir, "web.prototype"));
    await symlink("loop2", join(place.dir, "loop1"));
    await symlink("loop1", join(place.dir, "loop2"));
    const { catalogue, said } = place.links();
    const answer = await catalogue(never);
    if (!answer.ok) throw new Error(answer.why);
    expect([...answer.value.images.keys()].sort()).toEqual([COMPILE, WEB].sort());
    expect([...answer.value.channels.keys()].sort()).toEqual([COMPILE, WEB].sort());
    for (const name of ["web.copy", "huge", "binary", "empty", "web.prototype", "loop1", "loop2"])
      expect(said.filter((line) => line.includes(`/${name}:`))).toHaveLength(1);
    const count = said.length;
    await catalogue(never);
    expect(said).toHaveLength(count);
  });

  test("sees a changed channel, a changed image and a new one at the next look", async () => {
    await symlink(WEB, join(place.dir, "web.production"));
    const { catalogue } = place.links();
    await catalogue(never);
    await unlink(join(place.dir, "web.production"));
    await symlink(COMPILE, join(place.dir, "web.production"));
    await writeImage(place.dir, imageName("compile.8"), "compile");
    await writeFile(join(place.dir, WEB), "# retask: role=batch image=web.2026-11\n");
    const answer = await catalogue(never);
    if (!answer.ok) throw new Error(answer.why);
    expect(answer.value.channels.get(imageName("web.production"))).toBe(COMPILE);
    expect(answer.value.images.get(imageName("compile.8"))).toBe("compile");
    expect(answer.value.images.get(WEB)).toBe("batch");
  });

  test("sees every change also where it trusts time stamps, as it does once they are some seconds old", async () => {
    const { catalogue } = place.links({ wallMs: () => Date.now() + 60_000 });
    const before = await catalogue(never);
    expect(before.ok && before.value.images.get(WEB)).toBe("web");
    await writeFile(join(place.dir, WEB), "# retask: role=batch image=web.2026-11\n");
    await symlink(COMPILE, join(place.dir, "compile.production"));
    const after = await catalogue(never);
    expect(after.ok && after.value.images.get(WEB)).toBe("batch");
    expect(after.ok && after.value.channels.get(imageName("compile.production"))).toBe(COMPILE);
  });

  test("joins GRUB's images, and takes no program or font of GRUB's for one", async () => {
    await writeFile(join(place.grub, "core.efi"), Buffer.alloc(100_000));
    await writeFile(join(place.grub, "notes"), "nothing of retask's\n");
    await writeFile(join(place.grub, "uefi.1"), "# retask: role=compile image=uefi.1\nlinux /c/vmlinuz\n");
    const answer = await place.links().catalogue(never);
    if (!answer.ok) throw new Error(answer.why);
    expect(Object.fromEntries(answer.value.images)).toEqual({
      [WEB]: "web",
      [COMPILE]: "compile",
      "uefi.1": "compile",
    });
  });
});

describe("retask links", () => {
  test("shows each machine's link, what stands beside it, and what a repair would point it at", async () => {
    await symlink(WEB, join(place.dir, "web.production"));
    await symlink("web.production", join(place.dir, LINK));
    await symlink(WEB, join(place.dir, "0A0003FF"));
    await writeFile(join(place.dir, "0A0003"), "DEFAULT wide\n");
    await writeFile(join(place.dir, "01-52-54-0a-00-03-11"), "DEFAULT mac\n");
    await writeFile(join(place.dir, "b8945908-d6a6-41a9-611d-74a6ab80b83d"), "DEFAULT uuid\n");
    await symlink("web.production", join(place.dir, "default"));
    const answer = await place.links().inspect([M1, G1], never);
    if (!answer.ok) throw new Error(answer.why);
    expect(answer.value.machines).toMatchObject([
      { machine: "m01", fact: { kind: "shadowed" }, meant: null },
      { machine: "g01", fact: { kind: "missing" } },
    ]);
    expect(
      answer.value.odd.map(({ path, kind, machine: whose }) => [path.replace(`${place.dir}/`, ""), kind, whose]),
    ).toEqual([
      ["01-52-54-0a-00-03-11", "mac", "m01"],
      ["0A0003", "wide", null],
      ["0A0003FF", "stray", null],
      ["b8945908-d6a6-41a9-611d-74a6ab80b83d", "uuid", null],
    ]);
    expect(answer.value.holding).toMatchObject([
      { path: join(place.dir, "default"), fact: { kind: "foreign", why: "a channel, not an image" }, serves: ["web"] },
      { path: join(place.grub, "grub.cfg"), fact: { kind: "missing" }, serves: [] },
    ]);
    await unlink(join(place.dir, "01-52-54-0a-00-03-11"));
    const later = await place.links().inspect([M1], never);
    expect(later.ok && later.value.machines).toMatchObject([{ fact: { kind: "foreign" }, meant: WEB }]);
  });

  test("a detour back into the same directory is repaired to the image that it names", async () => {
    await symlink(join(place.dir, WEB), join(place.dir, LINK));
    const answer = await place.links().inspect([M1], never);
    expect(answer.ok && answer.value.machines).toMatchObject([{ fact: { kind: "foreign" }, meant: WEB }]);
  });
});
