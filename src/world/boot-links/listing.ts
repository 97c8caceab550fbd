/** What lies in one loader's directory, re-read only where something changed, so that a tick costs a few stat calls. */
import { constants } from "node:fs";
import { type FileHandle, open, opendir, readlink, stat } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf, orNull } from "./file-trouble.ts";
import type { BootDirectory } from "./read-link.ts";

/** A fleet has up to 20,000 machines, each with a link, besides images; more is not a directory of boot links. */
export const MAX_ENTRIES = 40_000;
/** A boot loader's configuration is a few hundred bytes. */
export const MAX_IMAGE_BYTES = 65_536;
/** A file changed within this time of being read could change again within the same time stamp: read it again. */
const RACY_MS = 2_000;

export interface Listing {
  /** Plain files, by name. */
  readonly files: readonly string[];
  /** Symbolic links, by name, with their targets. */
  readonly links: ReadonlyMap<string, string>;
}

export type FileText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string };

export interface DirectoryReader {
  /** Throws file-system errors, and an `EntriesError` above the limit. */
  list(): Promise<Listing>;
  read(name: string): Promise<FileText>;
}

/** The directory holds more than retask is willing to read. */
export class EntriesError extends Error {}

interface Cached<T> {
  readonly stamp: string;
  readonly value: T;
}

export function createDirectoryReader(directory: BootDirectory, wallMs: () => number): DirectoryReader {
  let listing: Cached<Listing> | null = null;
  const texts = new Map<string, Cached<FileText>>();

  return {
    list: async () => {
      const stamp = await stampOf(directory.path, wallMs());
      if (listing !== null && stamp !== null && listing.stamp === stamp) return listing.value;
      const value = await readListing(directory.path);
      listing = stamp === null ? null : { stamp, value };
      const present = new Set(value.files);
      for (const name of texts.keys()) if (!present.has(name)) texts.delete(name);
      return value;
    },
    read: async (name) => {
      const path = join(directory.path, name);
      const stamp = await orNull(stampOf(path, wallMs()));
      const known = texts.get(name);
      if (known !== undefined && stamp !== null && known.stamp === stamp) return known.value;
      const value = await readText(path);
      if (stamp !== null) texts.set(name, { stamp, value });
      return value;
    },
  };
}

const stampOf = async (path: string, nowMs: number): Promise<string | null> => stampFrom(await stat(path), nowMs);

/** Changes whenever the file or directory does; `null` while it is too young for its time stamp to be trusted. */
export function stampFrom(
  found: { readonly ino: number; readonly size: number; readonly mtimeMs: number; readonly ctimeMs: number },
  nowMs: number,
): string | null {
  const { ino, size, mtimeMs, ctimeMs } = found;
  if (Math.max(mtimeMs, ctimeMs) > nowMs - RACY_MS) return null;
  return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
}

async function readListing(path: string): Promise<Listing> {
  const files: string[] = [];
  const linkNames: string[] = [];
  let entries = 0;
  for await (const entry of await opendir(path, { bufferSize: 1_024 })) {
    entries += 1;
    if (entries > MAX_ENTRIES) throw new EntriesError(`${path}: more than ${MAX_ENTRIES} entries`);
    if (entry.isFile()) files.push(entry.name);
    if (entry.isSymbolicLink()) linkNames.push(entry.name);
  }
  const links = new Map<string, string>();
  for (const name of linkNames.sort()) {
    const target = await orNull(readlink(join(path, name)));
    if (target !== null) links.set(name, target);
  }
  return { files: files.sort(), links };
}

/** One unreadable file is no image; the others still are. */
async function readText(path: string): Promise<FileText> {
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      return await readCapped(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === null) throw error;
    return { ok: false, why: `can't be read (${errno})` };
  }
}

async function readCapped(handle: FileHandle): Promise<FileText> {
  const buffer = Buffer.alloc(MAX_IMAGE_BYTES + 1);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
  if (bytesRead > MAX_IMAGE_BYTES) return { ok: false, why: `larger than ${MAX_IMAGE_BYTES} bytes` };
  if (bytesRead === 0) return { ok: false, why: "empty, which a boot loader takes for missing" };
  const content = buffer.subarray(0, bytesRead);
  if (content.includes(0)) return { ok: false, why: "not a text file" };
  return { ok: true, text: content.toString("utf8") };
}
