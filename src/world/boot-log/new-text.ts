/** The end of a log file that grows, is rotated or is written anew: only what came since a mark. */
import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";

export interface Mark {
  readonly inode: number;
  readonly size: number;
}

/** Null while there is no such file: whatever will be in it is new. */
export async function markNow(path: string): Promise<Mark | null> {
  const found = await stat(path).catch(() => null);
  return found === null ? null : { inode: found.ino, size: found.size };
}

/** At most the last `maxBytes` of what is new, as printable text; throws what the file system says. */
export async function newText(path: string, mark: Mark | null, maxBytes: number): Promise<string> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return await readNew(handle, mark, maxBytes);
  } finally {
    await handle.close();
  }
}

async function readNew(handle: FileHandle, mark: Mark | null, maxBytes: number): Promise<string> {
  const { ino, size } = await handle.stat();
  const isSameFile = mark !== null && mark.inode === ino && mark.size <= size;
  const from = Math.max(isSameFile ? mark.size : 0, size - maxBytes);
  const buffer = Buffer.alloc(Math.max(0, size - from));
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
  return buffer.toString("utf8", 0, bytesRead);
}
