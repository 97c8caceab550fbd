/** Whether a copy would fit, before it is begun: blocks and inodes. */
import { execFile } from "node:child_process";
import { lstat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";

interface Size {
  readonly bytes: number;
  readonly inodes: number;
}

/** As `du` counts: allocated blocks, each hard-linked file once, one file system alone. Throws where du can't read it. */
async function sizeOf(path: string): Promise<Size> {
  const [bytes, inodes] = await Promise.all([du(path, "--block-size=1"), du(path, "--inodes")]);
  return { bytes, inodes };
}

/** A file that a copy by this user would give another owner: the first that is found, or null. Root keeps every owner. */
export async function foreignFile(path: string): Promise<string | null> {
  const uid = process.getuid?.() ?? 0;
  if (uid === 0) return null;
  const { stdout } = await run("find", [path, "-xdev", "!", "-uid", String(uid), "-print", "-quit"]);
  return stdout.split("\n")[0] || null;
}

const run = promisify(execFile);

async function du(path: string, unit: string): Promise<number> {
  const { stdout } = await run("du", ["-sx", unit, path], { env: { PATH: process.env.PATH ?? "/usr/bin:/bin" } });
  return Number(/^\d+/.exec(stdout)?.[0] ?? Number.NaN);
}

/** Left free on top, so that the file system's own writes and other images still find room. */
const SPARE_SHARE = 0.02;

/** Why it does not fit, or null. What an interrupted copy already holds is not needed again. */
export async function lackOfSpace(from: string, to: string): Promise<string | null> {
  const needed = await sizeOf(from);
  const begun = (await lstat(to).catch(() => null)) === null ? { bytes: 0, inodes: 0 } : await sizeOf(to);
  const parent = dirname(to);
  const { bavail, bsize, ffree, files, blocks } = await statfs(parent);
  const bytes = needed.bytes - begun.bytes;
  const free = bavail * bsize - blocks * bsize * SPARE_SHARE;
  if (bytes > free) return `${parent} has ${mebi(free)} MiB to spare, and the copy of ${from} needs ${mebi(bytes)}`;
  // File systems that make inodes as they need them tell none.
  const inodes = needed.inodes - begun.inodes;
  if (files > 0 && inodes > ffree) return `${parent} has ${ffree} inodes left, and the copy of ${from} needs ${inodes}`;
  return null;
}

const mebi = (bytes: number): number => Math.max(0, Math.round(bytes / 2 ** 20));
