/** What a failed file-system call means for the boot links, and what to do about it. */

/** Stable codes of everything that can be wrong with a boot link or its directory. */
export type LinkCode =
  | "RTK_LINK_READ_ONLY"
  | "RTK_LINK_NO_SPACE"
  | "RTK_LINK_DENIED"
  | "RTK_LINK_DIRECTORY"
  | "RTK_LINK_IO"
  | "RTK_LINK_TIMEOUT"
  | "RTK_LINK_SHADOWED"
  | "RTK_LINK_FOREIGN"
  | "RTK_LINK_IMAGE"
  | "RTK_CHANNEL_FILE"
  | "RTK_CHANNEL_NAME"
  | "RTK_OWNER_FOREIGN"
  | "RTK_OWNER_GARBLED"
  | "RTK_OWNER_MISSING"
  | "RTK_DRY_RUN";

export interface FileTrouble {
  readonly code: LinkCode;
  readonly why: string;
}

const READ_ONLY = { code: "RTK_LINK_READ_ONLY", advice: "the file system is mounted read-only: remount it writable" };
const NO_SPACE = { code: "RTK_LINK_NO_SPACE", advice: "the file system is full: free space or inodes on it" };
const DENIED = { code: "RTK_LINK_DENIED", advice: "permission denied: give retask's user write access to it" };
const GONE = { code: "RTK_LINK_DIRECTORY", advice: "it does not exist: mount it, or correct bootLinks in retask.yaml" };
const NO_DIRECTORY = { code: "RTK_LINK_DIRECTORY", advice: "not a directory: correct bootLinks in retask.yaml" };
const IO = { code: "RTK_LINK_IO", advice: "the file system failed: look at the disk and at the kernel's log" };

const BY_ERRNO: Readonly<Record<string, { code: string; advice: string }>> = {
  EROFS: READ_ONLY,
  ENOSPC: NO_SPACE,
  EDQUOT: NO_SPACE,
  EACCES: DENIED,
  EPERM: DENIED,
  ENOENT: GONE,
  ENOTDIR: NO_DIRECTORY,
};

/** Turns an error of a file-system call into a code and a readable line; anything else is a bug and is thrown again. */
export function troubleOf(error: unknown, doing: string): FileTrouble {
  const errno = errnoOf(error);
  if (errno === null) throw error;
  const { code, advice } = BY_ERRNO[errno] ?? IO;
  return { code: code as LinkCode, why: `${doing}: ${advice} (${errno})` };
}

/** `ENOENT` and the like; `null` for what is no system error. */
export function errnoOf(error: unknown): string | null {
  if (!(error instanceof Error) || !("errno" in error) || !("code" in error)) return null;
  return typeof error.code === "string" ? error.code : null;
}

/** Runs a call for which a missing file is an answer, not a failure. */
export async function orNull<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
    throw error;
  }
}
