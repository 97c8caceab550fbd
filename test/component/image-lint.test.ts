/** `retask image lint` on images: from the boot file to the kernel, the initrd and the root, and nowhere else. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bootFilesOf } from "../../src/cli/image/boot-places.ts";
import { lint } from "../../src/cli/image/lint.ts";
import { imageName } from "../../src/core/domain/names.ts";
import { settingsSchema } from "../../src/core/domain/settings.ts";
import { kernelOf, makeRedHatRoot, makeSystemdRoot, put, RULES_OF_BOOTS, VERSION } from "./support/image-tree.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "retask-lint-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const links = () => join(dir, "tftp/pxelinux.cfg");
const settings = async () =>
  settingsSchema.parse({
    bootLinks: links(),
    bmc: { user: "retask", passwordFile: "/x" },
    images: { roots: { "10.0.1.20:/images": join(dir, "images") } },
  });

/** What was found, as `rule where`, the place below the test's own directory. */
async function found(what: string) {
  const { findings } = await lint(what, settings);
  return findings.map(({ rule, where }) => `${rule} ${where.replace(`${dir}/`, "")}`);
}

const edit = (path: string, change: (text: string) => string) =>
  writeFileSync(path, change(readFileSync(path, "utf8")));
const remove = (root: string, path: string) => rmSync(join(root, path), { recursive: true });
const covered = new Set<string | undefined>();

describe("nothing outside the root is looked at", () => {
  test("an absolute link is the root's own, and .. ends there", async () => {
    const root = makeSystemdRoot(join(dir, "r"));
    put(join(dir, "outside"), "0123456789abcdef0123456789abcdef\n");
    for (const target of [join(dir, "outside"), "../../../../../../../outside", `${"../".repeat(30)}${dir}/outside`]) {
      remove(root, "etc/machine-id");
      symlinkSync(target, join(root, "etc/machine-id"));
      // Followed, it would hold an id; within the root it leads nowhere.
      const { findings } = await lint(root, settings);
      expect(findings.find(({ rule }) => rule === "machine-id")?.what).toBe("is missing");
    }
  });

  test("links in a circle lead nowhere", async () => {
    const root = makeSystemdRoot(join(dir, "r"));
    remove(root, "etc/machine-id");
    symlinkSync("machine-id", join(root, "etc/machine-id"));
    expect((await found(root)).filter((one) => one.startsWith("machine-id"))).toHaveLength(1);
  });
});

describe("an image, from its boot file to its root", () => {
  const IMAGE = `# retask: role=web image=web.2
LABEL linux
  KERNEL web.2/vmlinuz
  INITRD web.2/initrd.img
  APPEND nfsroot=10.0.1.20:/images/web.2 ro systemd.volatile=overlay retask.role=web retask.image=web.2
`;
  const file = () => join(links(), "web.2");

  beforeEach(() => {
    makeSystemdRoot(join(dir, "images/web.2"));
    put(file(), IMAGE);
    put(join(dir, "tftp/web.2/vmlinuz"), kernelOf(VERSION));
    put(join(dir, "tftp/web.2/initrd.img"), "initrd");
    symlinkSync("web.2", join(links(), "web.production"));
  });

  test("nothing is found, under its name and that of its channel", async () => {
    const result = await lint("web.2", settings);
    expect(result).toMatchObject({ ok: true, image: "web.2", root: join(dir, "images/web.2"), findings: [] });
    expect(await lint("web.production", settings)).toEqual(result);
  });

  test("its kernel tells its version", async () => {
    const [boot] = await bootFilesOf([{ loader: "pxelinux", path: links() }], imageName("web.2"));
    expect(boot?.parts).toMatchObject([
      { kind: "kernel", version: VERSION },
      { kind: "initrd", version: null },
    ]);
  });

  const CASES: readonly (readonly [what: string, brk: () => void, finding: string])[] = [
    ["no kernel", () => rmSync(join(dir, "tftp/web.2/vmlinuz")), "kernel-missing tftp/pxelinux.cfg/web.2:3"],
    ["an empty initrd", () => put(join(dir, "tftp/web.2/initrd.img")), "initrd-missing tftp/pxelinux.cfg/web.2:4"],
    [
      "a kernel of another version",
      () => put(join(dir, "tftp/web.2/vmlinuz"), kernelOf("6.1.0-26-amd64")),
      "kernel-modules tftp/pxelinux.cfg/web.2:3",
    ],
    [
      "no retask.image",
      () => edit(file(), (text) => text.replace(" retask.image=web.2", "")),
      "boot-words tftp/pxelinux.cfg/web.2:5",
    ],
    ["no label", () => put(file(), IMAGE.replace("KERNEL", "MENU")), "boot-file tftp/pxelinux.cfg/web.2"],
    [
      "a shared root that is mounted rw",
      () => edit(file(), (text) => text.replace(" ro systemd.volatile=overlay", " rw")),
      "volatile-root tftp/pxelinux.cfg/web.2:5",
    ],
    ["no root", () => rmSync(join(dir, "images"), { recursive: true }), "root-missing images/web.2"],
  ];
  test.each(CASES)("%s", async (_, brk, finding: string) => {
    brk();
    expect(await found("web.2")).toEqual([finding]);
    covered.add(finding.split(" ")[0]);
  });

  test("a monolithic kernel is only doubted", async () => {
    remove(join(dir, "images/web.2"), "usr/lib/modules");
    const { findings, ok } = await lint("web.2", settings);
    expect(findings).toMatchObject([{ rule: "kernel-modules", level: "warning" }]);
    expect(ok).toBe(true);
  });

  test("a root that no prefix finds is said not to have been looked at", async () => {
    edit(file(), (text) => text.replace("10.0.1.20", "10.0.1.21"));
    const result = await lint("web.2", settings);
    expect(result).toMatchObject({
      ok: true,
      root: null,
      notLookedAt: expect.stringContaining("10.0.1.21:/images/web.2"),
    });
  });

  test("a snapshot argument, with a root of Red Hat's kind", async () => {
    rmSync(join(dir, "images/web.2"), { recursive: true });
    mkdirSync(join(dir, "images/web.2"));
    makeRedHatRoot(join(dir, "images/web.2"));
    put(join(dir, "images/web.2/root/lib/modules", VERSION, "x"));
    edit(file(), (text) => text.replace(" ro ", " SNAPSHOT=m01 "));
    const rules = (await found("web.2")).filter((one) => !one.startsWith("device-nodes"));
    expect(rules).toEqual(["snapshot-argument tftp/pxelinux.cfg/web.2:5"]);
    covered.add("snapshot-argument");
  });
});

test("every rule of boot files was broken once", () => {
  expect(RULES_OF_BOOTS.filter((rule) => !covered.has(rule))).toEqual([]);
});
