/** Preflight's questions to real TFTP servers: what a booting machine would get, and what is wrong when it would not. */
import { mkdtempSync } from "node:fs";
import { chmod, cp, mkdir, rm, symlink, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bootLinkName } from "../../src/world/boot-links/names.ts";
import { createBootServer } from "../../src/world/boot-server/boot-server.ts";
import { fetchOverTftp } from "../../src/world/boot-server/tftp-client.ts";
import { G1, LINK, M1, never, WEB } from "./support/boot-place.ts";
import { freeUdpPort, startDnsmasqTftp, startTftpd, type Tftpd } from "./support/tftpd.ts";

const CONFIG = `# retask: role=web image=web.2026-11
DEFAULT linux
LABEL linux
  KERNEL web/vmlinuz
  INITRD web/initrd.img
  APPEND root=/dev/nfs ro retask.role=web retask.image=web.2026-11
`;
const KERNEL_BYTES = 3_000_000;
const timing = { deadlineMs: 5_000, retransmitMs: 300 };

let root: string;
let install: string;
let pxelinux: string;
let grub: string;
const servers: Tftpd[] = [];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "retask-tftp-"));
  await chmod(root, 0o755);
  install = join(root, "linux-install");
  pxelinux = join(install, "pxelinux.cfg");
  grub = join(root, "boot/grub");
  for (const path of [pxelinux, join(install, "web"), grub]) await mkdir(path, { recursive: true });
  await writeFile(join(pxelinux, WEB), CONFIG);
  await writeFile(join(install, "web/vmlinuz"), Buffer.alloc(KERNEL_BYTES, 7));
  await writeFile(join(install, "web/initrd.img"), "small");
  await symlink(WEB, join(pxelinux, LINK));
});

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  await rm(root, { recursive: true, force: true });
});

async function serving(directory = root, start = startTftpd): Promise<Tftpd> {
  const server = await start(directory);
  servers.push(server);
  return server;
}

const asking = (tftp: string | undefined, from = pxelinux) =>
  createBootServer({
    tftp,
    directories: { pxelinux: from, grub },
    linkNameOf: (machine) => bootLinkName(machine.loader, machine.ip),
    timing,
    probeTiming: { deadlineMs: 1_500, retransmitMs: 300 },
  });

describe.each([
  ["tftpd-hpa", startTftpd],
  ["dnsmasq", startDnsmasqTftp],
])("%s", (_name, start) => {
  test("serves the image, the machine's link, the kernel and the initrd, wherever its root is", async () => {
    const server = await serving(root, start);
    const prefix = "linux-install/";
    const bootServer = asking(server.address);
    const files = ["pxelinux.cfg/web.2026-11", `pxelinux.cfg/${LINK}`, "web/vmlinuz", "web/initrd.img"];
    const found = { ok: true, value: { files: files.map((file) => prefix + file) } };
    expect(await bootServer.fetch(M1, WEB, never)).toEqual(found);
    // The second time the root is known.
    expect(await bootServer.fetch(M1, WEB, never)).toEqual(found);
    expect(await bootServer.probe(never)).toEqual({ ok: true });
    const below = await serving(install, start);
    expect(await asking(below.address).fetch(M1, WEB, never)).toEqual({ ok: true, value: { files } });
  });

  test("without the kernel: says which file, of which image, on which server", async () => {
    const server = await serving(root, start);
    await unlink(join(install, "web/vmlinuz"));
    const answer = await asking(server.address).fetch(M1, WEB, never);
    expect(answer.ok).toBe(false);
    if (answer.ok) return;
    expect(answer.why).toContain("linux-install/web/vmlinuz");
    expect(answer.why).toContain("web.2026-11");
    expect(answer.why).toContain(server.address);
    expect(answer.why).toContain("put the file there");
  });

  test("with an empty initrd: a machine could not boot from it", async () => {
    const server = await serving(root, start);
    await writeFile(join(install, "web/initrd.img"), "");
    expect(await asking(server.address).fetch(M1, WEB, never)).toMatchObject({
      ok: false,
      why: expect.stringMatching(/initrd\.img/),
    });
  });

  test("sends a whole file of many blocks, and only the beginning of a large one", async () => {
    const server = await serving(root, start);
    const [host = "", port = ""] = server.address.split(":");
    const at = { host, port: Number(port) };
    const content = Buffer.from(Array.from({ length: 1_428 * 7 }, (_, index) => index % 251));
    await writeFile(join(root, "blocks"), content);
    const whole = { file: "blocks", want: "whole", maxBytes: 65_536 } as const;
    expect(await fetchOverTftp(at, whole, timing, never)).toEqual({ ok: true, content, sizeBytes: content.length });
    const kernel = { file: "linux-install/web/vmlinuz", want: "start", maxBytes: 65_536 } as const;
    const begun = await fetchOverTftp(at, kernel, timing, never);
    expect(begun).toMatchObject({ ok: true, sizeBytes: KERNEL_BYTES });
    expect(begun.ok && begun.content.length).toBe(1_428);
    expect(await fetchOverTftp(at, { ...kernel, want: "whole" }, timing, never)).toMatchObject({
      ok: false,
      code: "RTK_TFTP_TOO_LARGE",
    });
  });

  test("stopped: the probe says so, and nothing else is tried; started again, all is well", async () => {
    const server = await serving(root, start);
    const bootServer = asking(server.address);
    await server.stop();
    expect(await bootServer.probe(never)).toEqual({
      ok: false,
      why: expect.stringMatching(/does not answer; no machine is re-tasked while it is down/),
    });
    expect(await bootServer.fetch(M1, WEB, AbortSignal.timeout(600))).toMatchObject({
      ok: false,
      why: expect.stringContaining("does not answer"),
    });
    await server.start();
    expect(await bootServer.probe(never)).toEqual({ ok: true });
    expect((await bootServer.fetch(M1, WEB, never)).ok).toBe(true);
  });
});

describe("a server that serves something else", () => {
  test("another root: says that no part of the path leads to the image", async () => {
    const elsewhere = join(root, "elsewhere");
    await mkdir(elsewhere);
    const server = await serving(elsewhere);
    expect(await asking(server.address).fetch(M1, WEB, never)).toMatchObject({
      ok: false,
      why: expect.stringContaining("its root is another tree"),
    });
  });

  test("an old copy of the image: says that the contents differ", async () => {
    const copy = join(root, "copy");
    await cp(install, join(copy, "linux-install"), { recursive: true, verbatimSymlinks: true });
    await writeFile(join(pxelinux, WEB), `${CONFIG}# a later word\n`);
    const server = await serving(copy);
    expect(await asking(server.address).fetch(M1, WEB, never)).toMatchObject({
      ok: false,
      why: expect.stringContaining("a copy that is out of date"),
    });
  });

  test("a copy of the links: re-pointing them here would change nothing there", async () => {
    const copy = join(root, "copy");
    await cp(install, join(copy, "linux-install"), { recursive: true, verbatimSymlinks: true });
    await writeFile(join(copy, "linux-install/pxelinux.cfg/compile.7"), "DEFAULT other\n");
    await unlink(join(copy, "linux-install/pxelinux.cfg", LINK));
    await symlink("compile.7", join(copy, "linux-install/pxelinux.cfg", LINK));
    const server = await serving(copy);
    expect(await asking(server.address).fetch(M1, WEB, never)).toMatchObject({
      ok: false,
      why: expect.stringContaining("would change nothing"),
    });
    await unlink(join(copy, "linux-install/pxelinux.cfg", LINK));
    expect(await asking(server.address).fetch(M1, WEB, never)).toMatchObject({
      ok: false,
      why: expect.stringContaining("m01's boot link"),
    });
  });

  test("a kernel that only root may read: says to make it world-readable", async () => {
    await chmod(join(install, "web/vmlinuz"), 0o600);
    const server = await serving();
    expect(await asking(server.address).fetch(M1, WEB, never)).toMatchObject({
      ok: false,
      why: expect.stringMatching(/make the file world-readable.*vmlinuz/),
    });
  });

  test("GRUB's files are asked for from the server's root, beside its own directory", async () => {
    const text = "menuentry web {\n  linux /web/vmlinuz retask.role=web\n  initrd $prefix/web.img\n}\n";
    await writeFile(join(grub, WEB), text);
    await mkdir(join(root, "web"));
    await writeFile(join(root, "web/vmlinuz"), "kernel");
    const server = await serving();
    const bootServer = asking(server.address);
    expect(await bootServer.fetch(G1, WEB, never)).toMatchObject({
      ok: false,
      why: expect.stringContaining("boot/grub/web.img"),
    });
    await writeFile(join(grub, "web.img"), "initrd");
    expect(await bootServer.fetch(G1, WEB, never)).toEqual({
      ok: true,
      value: { files: ["boot/grub/web.2026-11", "/web/vmlinuz", "/boot/grub/web.img"] },
    });
  });
});

describe("without a server", () => {
  test("no tftp set: the files are looked for on the disk, and the answer says so", async () => {
    const bootServer = asking(undefined);
    expect(await bootServer.probe(never)).toEqual({ ok: true });
    const answer = await bootServer.fetch(M1, WEB, never);
    if (!answer.ok) throw new Error(answer.why);
    expect(answer.value.files[0]).toContain("no tftp is set");
    expect(answer.value.files.slice(1)).toEqual([join(install, "web/vmlinuz"), join(install, "web/initrd.img")]);
    await unlink(join(install, "web/initrd.img"));
    expect(await bootServer.fetch(M1, WEB, never)).toMatchObject({
      ok: false,
      why: expect.stringContaining("web/initrd.img"),
    });
  });

  test("nobody at the port: the caller's own deadline ends the question", async () => {
    const address = `127.0.0.1:${await freeUdpPort()}`;
    expect((await asking(address).probe(AbortSignal.timeout(50))).ok).toBe(false);
    expect((await asking(address).probe(AbortSignal.abort())).ok).toBe(false);
  });

  test("a name that resolves to nothing is said to", async () => {
    expect(await asking("no-such-host.invalid").probe(never)).toMatchObject({
      ok: false,
      why: expect.stringContaining("has no IPv4 address"),
    });
  });

  test("a missing image is found missing here, before any server is asked", async () => {
    await unlink(join(pxelinux, WEB));
    const answer = await asking(`127.0.0.1:${await freeUdpPort()}`).fetch(M1, WEB, never);
    expect(answer).toEqual({ ok: false, why: `${join(pxelinux, WEB)} is missing` });
  });
});
