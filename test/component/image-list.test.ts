/** `retask image list` beside a running daemon and without one: digests of real files, and machines that would change. */
import { createHash } from "node:crypto";
import { readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listImages } from "../../src/cli/image/list.ts";
import type { MachineSeen } from "../../src/cli/image/would-change.ts";
import { loadConfiguration } from "../../src/control/configuration/load-configuration.ts";
import { cliFor, type Run, type SimulatedDaemon, startSimulatedDaemon } from "./support/cli-bench.ts";

let daemon: SimulatedDaemon;
let retask: Run;

beforeAll(async () => {
  daemon = await startSimulatedDaemon();
  await daemon.simulation.adopt();
  retask = await cliFor(daemon.site);
});
afterAll(() => daemon.stop());

interface Row {
  readonly image: string;
  readonly channels: readonly string[];
  readonly machines: readonly string[];
  readonly wouldChange: readonly { readonly machine: string; readonly because: string }[];
}

async function rows(): Promise<Record<string, Row>> {
  const { stdout } = await retask(["image", "list", "--json"]);
  const { images } = JSON.parse(stdout) as { images: readonly Row[] };
  return Object.fromEntries(images.map((row) => [row.image, row]));
}

const sha256 = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

/** The demo's clock is another, so that no boot time can be compared with a file's. */
async function seenAs(change: Partial<MachineSeen>) {
  const loaded = await loadConfiguration(daemon.site);
  if (!loaded.ok) throw new Error("the site is broken");
  const machine = {
    name: "m01",
    placement: "web",
    running: "web.production-1",
    link: "web.production-1",
    bootedMs: null,
  };
  const { images } = await listImages(loaded.configuration, [{ ...machine, ...change }]);
  return images.find(({ image }) => image === "web.production-1");
}

test("each image has its role, channels, whole digests and machines; its copy on another file server has its own", async () => {
  const tftp = join(daemon.links, "..");
  const seen = await rows();
  expect(seen["web.production-1@nfs-b"]).toMatchObject({ role: "web", machines: ["m02", "m04", "m06", "m08"] });
  expect(seen["web.production-1"]).toMatchObject({
    role: "web",
    channels: ["web.production"],
    files: [
      { kind: "pxelinux", sha256: sha256(join(daemon.links, "web.production-1")) },
      { kind: "kernel", path: join(tftp, "web/vmlinuz"), sha256: sha256(join(tftp, "web/vmlinuz")) },
      { kind: "initrd", sha256: sha256(join(tftp, "web/initrd.img")) },
    ],
    machines: ["m01", "m03", "m05", "m07"],
    wouldChange: [],
  });
});

test("a promotion leaves its machines where they are, and lists them; a link that names another image, too", async () => {
  const image = readFileSync(join(daemon.links, "web.production-1"), "utf8");
  writeFileSync(join(daemon.links, "web.2"), image.replaceAll("web.production-1", "web.2"));
  expect((await retask(["image", "promote", "web.2", "--anyway"])).stdout).toContain(
    "8 machines of web keep what they run",
  );
  const promoted = await rows();
  expect(promoted["web.2"]).toMatchObject({ channels: ["web.production"], machines: [] });
  for (const copy of ["web.production-1", "web.production-1@nfs-b"])
    expect(promoted[copy]?.wouldChange).toHaveLength(4);
  expect(promoted["web.production-1"]?.wouldChange[0]).toMatchObject({ machine: "m01", because: "channel" });

  // m01's own, 10.0.3.11, as somebody might re-point it by hand.
  rmSync(join(daemon.links, "0A00030B"), { force: true });
  symlinkSync("web.2", join(daemon.links, "0A00030B"));
  await daemon.simulation.turn();
  const moved = (await rows())["web.production-1"]?.wouldChange.filter(({ because }) => because === "link");
  expect(moved).toHaveLength(1);
  expect((await retask(["image", "rollback", "web"])).stdout).toContain("web.production means web.production-1 now");
});

test("a machine that booted before the image's files were written would change, and one that booted later would not", async () => {
  const { wouldChange } = (await seenAs({ bootedMs: Date.now() + 60_000 })) ?? {};
  expect(wouldChange).toEqual([]);
  expect((await seenAs({ bootedMs: Date.now() - 3_600_000 }))?.wouldChange).toMatchObject([{ because: "files" }]);
});

test("a kernel that is missing has no digest, and is named", async () => {
  const kernel = join(daemon.links, "../compile/vmlinuz");
  const text = readFileSync(kernel);
  rmSync(kernel);
  expect((await retask(["image", "list"])).stdout).toMatch(/compile\.production-1 .* missing /);
  writeFileSync(kernel, text);
});

test("a machine that runs the prototype does so on purpose", async () => {
  const policy = join(daemon.site, "policies/web.yaml");
  const before = readFileSync(policy, "utf8");
  writeFileSync(policy, before.replace("production: web.production", "production: web.2, prototype: web.production"));
  expect((await seenAs({}))?.wouldChange).toEqual([]);
  expect((await seenAs({ placement: "compile" }))?.wouldChange).toMatchObject([{ because: "channel" }]);
  writeFileSync(policy, before);
});

test("without a daemon the boot links tell which machines are on an image, and it is said that they do", async () => {
  const site = join(daemon.site, "../alone");
  await cp(daemon.site, site, { recursive: true });
  const settings = readFileSync(join(site, "retask.yaml"), "utf8");
  writeFileSync(join(site, "retask.yaml"), settings.replace(/^listen: .*$/m, "listen: 127.0.0.1:1"));
  const { stdout, code } = await (await cliFor(site))(["image", "list"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/compile\.production-1 .* 8 /);
  expect(stdout).toContain("by their boot links alone");
  await rm(site, { recursive: true });
});
