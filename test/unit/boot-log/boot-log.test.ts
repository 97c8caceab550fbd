/** How far a boot has come, from log files that grow, are rotated, are written anew, or can't be read. */
import { appendFile, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createBootLog } from "../../../src/world/boot-log/boot-log.ts";
import { buildPool } from "../support/pool.ts";

const machine = [
  ...buildPool({
    machines: { m01: { in: "compile" } },
    policies: { compile: { demand: "rest" } },
  }).site.machines.values(),
][0];
if (machine === undefined) throw new Error("no machine");
const { ip } = machine;
let dir: string;
let tftp: string;
let console: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "retask-boot-log-"));
  tftp = join(dir, "tftpd.log");
  console = join(dir, "m01.log");
  await writeFile(tftp, `in.tftpd[1]: RRQ from ${ip} filename earlier\n`);
  await writeFile(console, "the earlier boot's last word\n");
});
afterEach(() => rm(dir, { recursive: true }));

const soon = (): AbortSignal => new AbortController().signal;
const asked = (file: string): string => `in.tftpd[1]: RRQ from ${ip} filename ${file}\n`;
const both = () => createBootLog({ tftp, console: join(dir, "{name}.log") });

test("tells the last requests and the console's last line of this boot, and nothing of earlier ones", async () => {
  const log = both();
  await log.begin(machine, soon());
  expect(await log.stage(machine, soon())).toBe("it asked for nothing over TFTP; nothing on its console");
  await appendFile(tftp, ["a", "b", "pxelinux.cfg/0A000101", "vmlinuz", "initrd.img"].map(asked).join(""));
  await appendFile(console, "\u001b[1mKernel panic\u001b[0m - not syncing: \u0007No init\r\n\r\n");
  expect(await log.stage(machine, soon())).toBe(
    "its last TFTP requests: b, pxelinux.cfg/0A000101, vmlinuz, initrd.img; last on its console: Kernel panic - not syncing: No init",
  );
});

test("a rotated log and a console that is written anew count whole", async () => {
  const log = both();
  await log.begin(machine, soon());
  await rename(tftp, `${tftp}.1`);
  await writeFile(tftp, asked("vmlinuz").repeat(10));
  await writeFile(console, "boot:\n");
  expect(await log.stage(machine, soon())).toContain("vmlinuz; last on its console: boot:");
});

test("a log that came up later counts whole; one that can't be read is named with the cause", async () => {
  await rm(tftp);
  const log = both();
  await log.begin(machine, soon());
  expect(await log.stage(machine, soon())).toContain(`${tftp} can't be read (ENOENT)`);
  await writeFile(tftp, asked("vmlinuz"));
  expect(await log.stage(machine, soon())).toContain("its last TFTP requests: vmlinuz;");
});

test("after a restart in mid-boot only what comes then is told: the rest may be of an earlier boot", async () => {
  const log = both();
  expect(await log.stage(machine, soon())).toBe("it asked for nothing over TFTP; nothing on its console");
  await appendFile(console, "init: serves\n");
  expect(await log.stage(machine, soon())).toContain("last on its console: init: serves");
});

test("a machine that writes without end costs a few kilobytes, and its line is cut", async () => {
  const log = createBootLog({ console: join(dir, "{name}.log") });
  await log.begin(machine, soon());
  await appendFile(console, "x".repeat(1_000_000));
  expect((await log.stage(machine, soon()))?.length).toBeLessThan(200);
});

test("a site that keeps no such log hears nothing, and a deadline that has passed says so", async () => {
  const none = createBootLog({});
  await none.begin(machine, soon());
  expect(await none.stage(machine, soon())).toBeNull();
  expect(await both().stage(machine, AbortSignal.abort())).toBe("the boot logs could not be read in time");
});
