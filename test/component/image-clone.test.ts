/** `retask image clone` with real cp, rsync and flock: a copy like its source, resumed after an interruption, never over anything. */
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { builtFile } from "./support/built.ts";
import { cliFor, type Ended } from "./support/cli-bench.ts";
import { canMakeNodes, linkTo, makeNode, makeSystemdRoot, put } from "./support/image-tree.ts";
import { temporaryDirectory } from "./support/ports.ts";
import { SITE, writeSite } from "./support/site-dir.ts";

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let dir: string;
const roots = () => join(dir, "images");
const links = () => join(dir, "tftp/pxelinux.cfg");
const mark = () => join(links(), ".retask-unfinished-web.2");

const IMAGE = `# retask: role=web image=web.1
LABEL linux
  KERNEL web.1/vmlinuz
  INITRD web/initrd.img
  APPEND nfsroot=10.0.1.20:/images/web.1 ro retask.role=web retask.image=web.1
`;

function writeRetask(images: string): void {
  const bmc = "bmc: { user: retask, passwordFile: /etc/retask/bmc }";
  writeSite(join(dir, "site"), { ...SITE, "retask.yaml": `bootLinks: ${links()}\n${images}${bmc}\n` });
}

/** What the controller has of an image, with everything in its root that a careless copy loses. */
function makeImage(): void {
  writeRetask(`images: { roots: { "10.0.1.20:/images": ${roots()} } }\n`);
  put(join(links(), "web.1"), IMAGE);
  linkTo(join(links(), "web.production"), "web.1");
  put(join(dir, "tftp/web.1/vmlinuz"), "kernel");
  put(join(dir, "tftp/web/initrd.img"), "initrd");
  const root = makeSystemdRoot(join(roots(), "web.1"));
  put(join(root, "usr/bin/one"), "x".repeat(100));
  linkSync(join(root, "usr/bin/one"), join(root, "usr/bin/other"));
  put(join(root, "var/sparse"));
  truncateSync(join(root, "var/sparse"), 64 * 2 ** 20);
  execFileSync("chmod", ["4755", join(root, "usr/bin/one")]);
  if (canMakeNodes()) {
    mkdirSync(join(root, "dev"));
    makeNode(join(root, "dev/null"), 1, 3);
    execFileSync("chown", ["1234:5678", join(root, "var/sparse")]);
  }
}

beforeEach(async () => {
  directory = await temporaryDirectory();
  dir = directory.path;
});
afterEach(() => directory.remove());

const clone = async (...names: string[]): Promise<Ended> =>
  (await cliFor(join(dir, "site")))(["image", "clone", ...names]);

/** What rsync itself would still change to make them alike: owners, modes, times, links, attributes, content. */
const differences = (from: string, to: string): string =>
  execFileSync("rsync", ["-naHAXSic", "--delete", "--numeric-ids", `${from}/`, `${to}/`], { encoding: "utf8" });

test("root and own kernel are copied as they are, the boot file names the new version, and says what both share", async () => {
  makeImage();
  const { code, stdout, stderr } = await clone("web.production", "web.2");
  expect(stderr).toBe("");
  expect(code).toBe(0);
  const [from, to] = [join(roots(), "web.1"), join(roots(), "web.2")];
  expect(differences(from, to)).toBe("");
  expect(statSync(join(to, "usr/bin/one")).ino).toBe(statSync(join(to, "usr/bin/other")).ino);
  expect(statSync(join(to, "var/sparse")).blocks).toBeLessThan(64);
  if (canMakeNodes()) expect(statSync(join(to, "dev/null")).isCharacterDevice()).toBe(true);
  expect(readFileSync(join(dir, "tftp/web.2/vmlinuz"), "utf8")).toBe("kernel");
  expect(readFileSync(join(links(), "web.2"), "utf8")).toBe(IMAGE.replaceAll("web.1", "web.2"));
  expect(stdout).toContain(`shared  ${join(dir, "tftp/web/initrd.img")}`);
  expect(readdirSync(links()).sort()).toEqual(["web.1", "web.2", "web.production"]);
});

describe("nothing is cloned over anything", () => {
  test.each([
    ["an image", () => put(join(links(), "web.2"), "mine")],
    ["a channel", () => linkTo(join(links(), "web.2"), "web.1")],
    ["a root", () => put(join(roots(), "web.2/mine"), "mine")],
    ["a folder of kernels", () => put(join(dir, "tftp/web.2/mine"), "mine")],
  ])("%s of the new name stays as it is", async (_, make) => {
    makeImage();
    make();
    const before = execFileSync("find", [dir, "-printf", "%P %y %l %s %T@\n"], { encoding: "utf8" });
    expect(await clone("web.1", "web.2")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is there already"),
    });
    expect(execFileSync("find", [dir, "-printf", "%P %y %l %s %T@\n"], { encoding: "utf8" })).toBe(before);
  });
});

describe("an interrupted clone", () => {
  /** Enough to be interrupted in. */
  const makeBig = () => {
    makeImage();
    const block = randomBytes(2 ** 20);
    for (let index = 0; index < 300; index += 1) put(join(roots(), `web.1/big/${index}`), block);
  };

  async function interrupt(signal: NodeJS.Signals): Promise<string> {
    const main = await builtFile("cli/main.js");
    const child = spawn(process.execPath, [main, "--site", join(dir, "site"), "image", "clone", "web.1", "web.2"]);
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    const ended = new Promise((resolve) => child.once("close", resolve));
    await vi.waitFor(() => expect(existsSync(join(roots(), "web.2/big"))).toBe(true), { timeout: 20_000, interval: 2 });
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
      expect(existsSync(join(links(), "web.2"))).toBe(false);
      expect(existsSync(mark())).toBe(true);
      expect(await clone("web.2", "web.3")).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("there is no image"),
      });
      // After a kill rsync itself may live on for a moment, and holds the lock.
      await vi.waitFor(async () => expect(await clone("web.1", "web.2")).toMatchObject({ code: 0 }), {
        timeout: 60_000,
        interval: 500,
      });
      expect(differences(join(roots(), "web.1"), join(roots(), "web.2"))).toBe("");
      expect(existsSync(mark())).toBe(false);
      expect(existsSync(join(links(), "web.2"))).toBe(true);
    },
  );

  test("is not gone on with from another image", async () => {
    makeBig();
    await interrupt("SIGINT");
    put(join(links(), "web.9"), IMAGE.replaceAll("web.1", "web.9").replace("KERNEL web.9", "KERNEL web.1"));
    put(join(roots(), "web.9/etc/x"));
    expect(await clone("web.9", "web.2")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("a clone of web.1"),
    });
  });

  test("of which only the last step is missing is finished", async () => {
    makeImage();
    expect((await clone("web.1", "web.2")).code).toBe(0);
    put(
      mark(),
      JSON.stringify({
        from: "web.1",
        copies: [join(roots(), "web"), join(dir, "tftp/web")].map((path) => ({ from: `${path}.1`, to: `${path}.2` })),
      }),
    );
    expect((await clone("web.1", "web.2")).code).toBe(0);
    expect(existsSync(mark())).toBe(false);
  });
});

describe("what can't be copied is said before anything is", () => {
  const expectRefusal = async (said: string) => {
    const { code, stderr } = await clone("web.1", "web.2");
    expect(stderr).toContain(said);
    expect(code).toBe(1);
    expect(existsSync(join(roots(), "web.2"))).toBe(false);
    expect(readdirSync(links()).filter((name) => name.includes("web.2"))).toEqual([]);
  };

  test("where the roots lie is not known, with what to write", async () => {
    makeImage();
    writeRetask("");
    await expectRefusal('images: { roots: { "10.0.1.20:/images": /srv/nfs/images } }');
  });

  test("the kernel is missing", async () => {
    makeImage();
    rmSync(join(dir, "tftp/web.1/vmlinuz"));
    await expectRefusal("names web.1/vmlinuz, which is missing");
  });

  test("the image states no role", async () => {
    makeImage();
    put(join(links(), "web.1"), IMAGE.replace(/.*\n/, "").replace("retask.role=web ", ""));
    await expectRefusal("does not say which role it serves");
  });

  test("there is no such image", async () => {
    makeImage();
    rmSync(join(links(), "web.1"));
    await expectRefusal("there is no image web.1");
  });
});

/** A file system of its own, of so many MiB; null: none can be mounted here. */
function mountOwn(kind: "xfs" | "tmpfs", mebi: number): (() => void) | null {
  const at = roots();
  mkdirSync(at, { recursive: true });
  try {
    if (kind === "tmpfs")
      execFileSync("mount", ["-t", "tmpfs", "-o", `size=${mebi}m`, "tmpfs", at], { stdio: "ignore" });
    else {
      execFileSync("truncate", ["-s", `${mebi}M`, join(dir, "disk")]);
      execFileSync("mkfs.xfs", ["-q", join(dir, "disk")], { stdio: "ignore" });
      execFileSync("mount", ["-o", "loop", join(dir, "disk"), at], { stdio: "ignore" });
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
    makeImage();
    put(join(roots(), "web.1/big"), randomBytes(100 * 2 ** 20));
    const freeKib = () => Number(execFileSync("df", ["--output=avail", roots()], { encoding: "utf8" }).split("\n")[1]);
    const before = freeKib();
    expect((await clone("web.1", "web.2")).stdout).toContain(`${join(roots(), "web.2")} (reflink)`);
    expect(before - freeKib()).toBeLessThan(20 * 1024);
    expect(differences(join(roots(), "web.1"), join(roots(), "web.2"))).toBe("");
  });

  test("one that is too small for it gets nothing", async ({ skip }) => {
    unmount = mountOwn("tmpfs", 20);
    skip(unmount === null, "no tmpfs can be mounted here");
    makeImage();
    put(join(roots(), "web.1/big"), randomBytes(12 * 2 ** 20));
    expect(await clone("web.1", "web.2")).toMatchObject({ code: 1, stderr: expect.stringContaining("MiB to spare") });
    expect(existsSync(join(roots(), "web.2"))).toBe(false);
    expect(existsSync(mark())).toBe(false);
  });
});
