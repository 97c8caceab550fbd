/** The owner file beside the links: one controller acts on a TFTP root, and a second one refuses (S6). */
import { constants } from "node:fs";
import { access, open } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { errnoOf, type FileTrouble, orNull } from "./file-trouble.ts";
import { OWNER_FILE } from "./names.ts";
import type { Written } from "./write-link.ts";
import { writeNewFile } from "./write-new-file.ts";

/** Who owns a directory. Both must match: a copied store on another host is a second controller. */
export interface Owner {
  readonly owner: string;
  readonly host: string;
}

const ownerSchema = z.object({ owner: z.string().max(1_000), host: z.string().max(1_000), since: z.string().max(100) });
const MAX_BYTES = 4_096;

/** Takes an unowned directory, keeps one's own, refuses a foreign one. Throws file-system errors. */
export async function takeDirectory(path: string, me: Owner, wallMs: number): Promise<Written> {
  const trouble = await checkOwner(path, me);
  if (trouble === null) {
    // An owned directory on a file system that became read-only is of no use: say it before anything is drained.
    await access(path, constants.W_OK);
    return { changed: false };
  }
  if (trouble.code !== "RTK_OWNER_MISSING") return trouble;

  const content: z.output<typeof ownerSchema> = { ...me, since: new Date(wallMs).toISOString() };
  const created = await writeNewFile(path, join(path, OWNER_FILE), `${JSON.stringify(content, null, 2)}\n`);
  const after = await checkOwner(path, me);
  return after ?? { changed: created };
}

/** Who the owner file names: `null` when there is none. Throws file-system errors. */
export async function readOwner(path: string): Promise<Owner | "garbled" | null> {
  const text = await readOwnerFile(join(path, OWNER_FILE));
  return text === null ? null : (parseOwner(text) ?? "garbled");
}

/** `null` when this controller owns the directory; otherwise why not, `RTK_OWNER_MISSING` when nobody does. */
export async function checkOwner(path: string, me: Owner): Promise<FileTrouble | null> {
  const file = join(path, OWNER_FILE);
  const text = await readOwnerFile(file);
  if (text === null)
    return { code: "RTK_OWNER_MISSING", why: `${file}: nobody owns ${path} yet; nothing is written there` };

  const found = parseOwner(text);
  if (found === null) return garbled(file);
  if (found.owner === me.owner && found.host === me.host) return null;
  return {
    code: "RTK_OWNER_FOREIGN",
    why: `${file}: ${path} belongs to the controller on ${found.host} (${found.owner}), since ${found.since}; retask changes nothing there: stop that one, or, if it is gone for good, remove the file`,
  };
}

const garbled = (file: string): FileTrouble => ({
  code: "RTK_OWNER_GARBLED",
  why: `${file}: not an owner file that retask can read; nothing is written there: make sure that no other controller runs, then remove it`,
});

function parseOwner(text: string): z.output<typeof ownerSchema> | null {
  try {
    const parsed = ownerSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** The file's text, at most 4 KiB; empty for what is no plain file (and so no owner file); `null` when there is none. */
async function readOwnerFile(file: string): Promise<string | null> {
  const handle = await openPlain(file);
  if (handle === null || handle === "not plain") return handle === null ? null : "";
  try {
    const buffer = Buffer.alloc(MAX_BYTES);
    const { bytesRead } = (await handle.stat()).isFile()
      ? await handle.read(buffer, 0, MAX_BYTES, 0)
      : { bytesRead: 0 };
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function openPlain(file: string) {
  try {
    // O_NONBLOCK: opening a FIFO of that name would otherwise hang.
    return await orNull(open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK));
  } catch (error) {
    if (errnoOf(error) === "ELOOP") return "not plain";
    throw error;
  }
}
