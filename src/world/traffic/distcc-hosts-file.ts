/** The hosts file on disk: read whole, replaced by rename, its mode and owner kept. */
import type { Stats } from "node:fs";
import { open, realpath, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { type Failed, failed } from "./traffic-system.ts";

const MAX_BYTES = 1_048_576;

export interface HostsFile {
  /** The file itself, links followed: a rename over a link would cut it off from the file that clients read. */
  readonly path: string;
  /** latin1: every byte is one character, so what retask does not understand survives. */
  readonly text: string;
  readonly stats: Stats;
}

export async function readHostsFile(path: string): Promise<HostsFile | Failed> {
  try {
    const real = await realpath(path);
    const file = await open(real, "r");
    try {
      const stats = await file.stat();
      if (!stats.isFile()) return unreadable(path, "it is not a plain file");
      if (stats.size > MAX_BYTES) return unreadable(path, "it is longer than 1 MiB");
      return { path: real, text: await file.readFile("latin1"), stats };
    } finally {
      await file.close();
    }
  } catch (error) {
    return unreadable(path, reasonOf(error));
  }
}

/** Puts the text in the file's place; `changed` when somebody else wrote the file since it was read, and nothing was done. */
export async function replaceHostsFile(read: HostsFile, text: string): Promise<"replaced" | "changed" | Failed> {
  const staged = `${read.path}.retask`;
  try {
    await rm(staged, { force: true });
    await writeStaged(staged, text, read.stats);
    const now = await readHostsFile(read.path);
    if ("ok" in now || now.text !== read.text || now.stats.ino !== read.stats.ino) {
      await rm(staged, { force: true });
      return "changed";
    }
    // rename(2) is atomic: a compile that starts now reads the old list or the new one, never half of one.
    await rename(staged, read.path);
    await syncDirectory(dirname(read.path));
    return "replaced";
  } catch (error) {
    await rm(staged, { force: true }).catch(() => undefined);
    const advice = "the old file stays; let retask write in its directory, and own the file or run as root";
    return failed("RTK_DISTCC_HOSTS_WRITE", `${read.path} can't be replaced: ${reasonOf(error)}; ${advice}`);
  }
}

async function writeStaged(staged: string, text: string, like: Stats): Promise<void> {
  const file = await open(staged, "wx", 0o600);
  try {
    const own = await file.stat();
    // A changed owner would lock out the operator who edits the file, so failing to keep it is an error.
    if (own.uid !== like.uid || own.gid !== like.gid) await file.chown(like.uid, like.gid);
    await file.chmod(like.mode & 0o7777);
    await file.writeFile(text, "latin1");
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function unreadable(path: string, why: string): Failed {
  const advice = "correct traffic.distcc.hostsFile in the policy, or create the file (it may be empty)";
  return failed("RTK_DISTCC_HOSTS_READ", `${path} can't be read: ${why}; ${advice}`);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "no permission",
  EPERM: "not permitted",
  ENOSPC: "the disk is full",
  EROFS: "the file system is read-only",
};

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ""] ?? message;
}
