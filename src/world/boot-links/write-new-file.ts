/** A file of retask's own beside the boot links, which is there whole or not at all. */
import { randomBytes } from "node:crypto";
import { chown, link, lstat, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf } from "./file-trouble.ts";
import { STAGED_PREFIX } from "./names.ts";
import { flushDirectory } from "./write-link.ts";

/**
 * Creates the file with its content in one step: link(2) fails where the name exists, so of two that write at once exactly one
 * wins, and no crash leaves half a file. `like`: whose owner and mode it gets. `false`: another was first. Throws file-system errors.
 */
export async function writeNewFile(
  directory: string,
  path: string,
  text: string,
  like: string | null = null,
): Promise<boolean> {
  const staged = join(directory, `${STAGED_PREFIX}${randomBytes(6).toString("hex")}`);
  const model = like === null ? null : await lstat(like);
  const handle = await open(staged, "wx", 0o644);
  try {
    await handle.writeFile(text);
    if (model !== null) await handle.chmod(model.mode & 0o777);
    // Only root may; for anybody else it is theirs, and world-readable.
    if (model !== null && process.getuid?.() === 0) await chown(staged, model.uid, model.gid);
    await handle.sync();
    await link(staged, path);
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    await handle.close();
    await rm(staged, { force: true });
  }
  await flushDirectory(directory);
  return true;
}
