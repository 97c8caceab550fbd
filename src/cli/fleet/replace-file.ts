/** Puts a text in an operator's file's place: staged beside it, then renamed, its mode and owner kept. */
import { randomBytes } from "node:crypto";
import type { Stats } from "node:fs";
import { type FileHandle, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

const NEW_FILE_MODE = 0o644;

/** Links are followed: a rename over one would cut it off from the file that it names. Throws file-system errors. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const real = await orNull(realpath(path));
  const target = real ?? path;
  const staged = join(dirname(target), `.retask-new-${randomBytes(6).toString("hex")}`);
  try {
    await stage(staged, text, real === null ? null : await stat(real));
    // rename(2) is atomic: the daemon reads the old file or the new one, never half of one.
    await rename(staged, target);
    await flush(dirname(target));
  } finally {
    await rm(staged, { force: true });
  }
}

async function stage(staged: string, text: string, like: Stats | null): Promise<void> {
  const file = await open(staged, "wx", 0o600);
  try {
    if (like !== null) await keepOwner(file, like);
    await file.chmod(like === null ? NEW_FILE_MODE : like.mode & 0o7777);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A changed owner would lock out whoever edits the file next, so failing to keep it is an error. */
async function keepOwner(file: FileHandle, { uid, gid }: Stats): Promise<void> {
  const own = await file.stat();
  if (own.uid !== uid || own.gid !== gid) await file.chown(uid, gid);
}

async function flush(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
