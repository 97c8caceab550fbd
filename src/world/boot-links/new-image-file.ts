/** A new image in a loader's directory: its clone is marked as unfinished first, and its boot file is written last. */
import { randomBytes } from "node:crypto";
import { chown, link, lstat, open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type ImageName, imageNameSchema } from "../../core/domain/names.ts";
import { errnoOf, orNull } from "./file-trouble.ts";
import { OWN_PREFIX, STAGED_PREFIX } from "./names.ts";
import { flushDirectory } from "./write-link.ts";

const UNFINISHED_PREFIX = `${OWN_PREFIX}unfinished-`;

/** What an interrupted clone left: what it copies, and where to. */
const unfinishedSchema = z.object({
  from: imageNameSchema,
  copies: z.array(z.object({ from: z.string(), to: z.string() })),
});
type Unfinished = z.output<typeof unfinishedSchema>;

export const unfinishedFile = (directory: string, image: ImageName): string =>
  join(directory, `${UNFINISHED_PREFIX}${image}`);

/** `false`: it is marked already. Throws file-system errors. */
export function markUnfinished(directory: string, image: ImageName, what: Unfinished): Promise<boolean> {
  return writeNew(directory, unfinishedFile(directory, image), `${JSON.stringify(what)}\n`, null);
}

/** Null: no clone of this name is unfinished; "garbled": a mark that says nothing. Throws file-system errors. */
export async function readUnfinished(directory: string, image: ImageName): Promise<Unfinished | "garbled" | null> {
  const text = await orNull(readFile(unfinishedFile(directory, image), "utf8"));
  if (text === null) return null;
  try {
    return unfinishedSchema.safeParse(JSON.parse(text)).data ?? "garbled";
  } catch {
    return "garbled";
  }
}

/** Every clone that was begun in this directory and not finished. Throws file-system errors. */
export async function unfinishedClones(directory: string): Promise<readonly { image: string; file: string }[]> {
  const marks = (await readdir(directory)).filter((name) => name.startsWith(UNFINISHED_PREFIX));
  return marks.map((name) => ({ image: name.slice(UNFINISHED_PREFIX.length), file: join(directory, name) }));
}

export const clearUnfinished = (directory: string, image: ImageName): Promise<void> =>
  rm(unfinishedFile(directory, image), { force: true });

export interface NewImageFile {
  readonly directory: string;
  readonly image: ImageName;
  readonly text: string;
  /** The file whose owner and mode it gets. */
  readonly like: string;
}

/** `false`: there is something of that name, which is left as it is. Throws file-system errors. */
export function writeImageFile({ directory, image, text, like }: NewImageFile): Promise<boolean> {
  return writeNew(directory, join(directory, image), text, like);
}

/** In one step, with its content: link(2) fails where the name exists, and no crash leaves half a file. */
async function writeNew(directory: string, path: string, text: string, like: string | null): Promise<boolean> {
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
