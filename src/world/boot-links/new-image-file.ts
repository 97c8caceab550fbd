/** A new image in a loader's directory: its clone is marked as unfinished first, and its boot file is written last. */
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type ImageName, imageNameSchema } from "../../core/domain/names.ts";
import { orNull } from "./file-trouble.ts";
import { OWN_PREFIX } from "./names.ts";
import { writeNewFile } from "./write-new-file.ts";

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
  return writeNewFile(directory, unfinishedFile(directory, image), `${JSON.stringify(what)}\n`);
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
  return writeNewFile(directory, join(directory, image), text, like);
}
