/** The boot log against the log that a real dnsmasq writes. */
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { machineName } from "../../src/core/domain/names.ts";
import { createBootLog } from "../../src/world/boot-log/boot-log.ts";
import { fetchOverTftp } from "../../src/world/boot-server/tftp-client.ts";
import { temporaryDirectory } from "./support/ports.ts";
import { startDnsmasqTftp, type Tftpd } from "./support/tftpd.ts";

const { signal } = new AbortController();
let dir: Awaited<ReturnType<typeof temporaryDirectory>>;
let server: Tftpd;

beforeAll(async () => {
  dir = await temporaryDirectory();
  await mkdir(join(dir.path, "tftp"));
  await writeFile(join(dir.path, "tftp/vmlinuz"), "kernel");
  await chmod(dir.path, 0o755);
  server = await startDnsmasqTftp(join(dir.path, "tftp"), join(dir.path, "dnsmasq.log"));
});
afterAll(async () => {
  await server?.stop();
  await dir?.remove();
});

test("what a machine fetched from a real dnsmasq, and what it did not get, is told by its address", async () => {
  const log = createBootLog({ tftp: join(dir.path, "dnsmasq.log") });
  // The requests come from the loopback, so that is the machine's address here.
  const machine = { name: machineName("m01"), ip: "127.0.0.1" } as Parameters<typeof log.stage>[0];
  await log.begin(machine, signal);
  const soon = { timeout: 5_000 };
  await fetchFile("vmlinuz");
  await expect.poll(() => log.stage(machine, signal), soon).toMatch(/: \/.*\/tftp\/vmlinuz$/);
  await fetchFile("initrd-gone");
  await expect
    .poll(() => log.stage(machine, signal), soon)
    .toMatch(/: \/.*\/tftp\/vmlinuz, \/.*\/tftp\/initrd-gone \(not found\)$/);
});

function fetchFile(file: string) {
  const [host = "", port = ""] = server.address.split(":");
  const wish = { file, want: "whole", maxBytes: 512 } as const;
  return fetchOverTftp({ host, port: Number(port) }, wish, { deadlineMs: 3_000, retransmitMs: 1_000 }, signal);
}
