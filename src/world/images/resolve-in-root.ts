/** Follows symbolic links as a machine with this root would: `/etc` in a link is the root's own, and `..` ends at the root. */
import { lstat, readlink } from "node:fs/promises";
import { dirname, join, posix } from "node:path";

/** As the kernel's own limit. */
const MAX_LINKS = 40;

/**
 * Where a path of the root really is: always below the root. Null: there is nothing, or links lead nowhere. Throws
 * file-system errors other than a missing file.
 */
export async function resolveInRoot(root: string, asked: string): Promise<string | null> {
  const waiting = partsOf(asked);
  const reached: string[] = [];
  for (let links = 0; waiting.length > 0; ) {
    const part = waiting.shift() ?? "";
    if (part === "..") {
      reached.pop();
      continue;
    }
    const target = await targetOf(join(root, ...reached, part));
    if (target === "missing" || links > MAX_LINKS) return null;
    if (target === null) {
      reached.push(part);
      continue;
    }
    links += 1;
    if (target.to.startsWith("/")) reached.length = 0;
    waiting.unshift(...partsOf(target.to));
  }
  return join(root, ...reached);
}

/** The target, where the name itself is a link; null where it is none. */
export async function linkInRoot(root: string, asked: string): Promise<string | null> {
  const parent = await resolveInRoot(root, dirname(asked));
  const target = parent === null ? null : await targetOf(join(parent, posix.basename(asked)));
  return target === null || target === "missing" ? null : target.to;
}

const partsOf = (path: string): string[] => path.split("/").filter((part) => part !== "" && part !== ".");

async function targetOf(path: string): Promise<{ readonly to: string } | "missing" | null> {
  try {
    return (await lstat(path)).isSymbolicLink() ? { to: await readlink(path) } : null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return "missing";
    throw error;
  }
}
