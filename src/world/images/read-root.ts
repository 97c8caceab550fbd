/** Reads what the rules ask of an image's root. Nothing is executed, nothing written, and no link leads out of the root. */
import { constants } from "node:fs";
import { lstat, open, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DIRECTORIES, type Entry, PATHS, type RootFacts, type Thing } from "../../core/images/lint/facts.ts";
import { linkInRoot, resolveInRoot } from "./resolve-in-root.ts";

/** Configuration files are small; what is larger is a program, of which only the mode counts. */
const MAX_TEXT_BYTES = 262_144;
/** A directory of drop-ins or kernels has a handful; a hostile one is no reason to read for ever. */
const MAX_NAMES = 1_000;

/** Null: there is no such directory. Throws file-system errors of the directory itself. */
export async function readRoot(given: string): Promise<RootFacts | null> {
  const path = await rootBelow(given);
  if (path === null) return null;
  const entries = new Map<string, Entry>();
  for (const asked of PATHS) entries.set(asked, await readEntry(path, asked));
  for (const { path: directory, files } of DIRECTORIES) {
    const entry = await readEntry(path, directory);
    entries.set(directory, entry);
    for (const name of entry.thing?.kind === "directory" ? entry.thing.names : []) {
      if (files.test(name)) entries.set(`${directory}/${name}`, await readEntry(path, `${directory}/${name}`));
    }
  }
  return { path, entries, snapshots: path === given ? await readSnapshots(dirname(path)) : await readSnapshots(given) };
}

/** Red Hat's wizard makes `root` and `snapshot` below the directory that NFSROOT names. */
async function rootBelow(given: string): Promise<string | null> {
  if (!(await isDirectory(given))) return null;
  const inner = join(given, "root");
  const isWizards = !(await isDirectory(join(given, "etc"))) && (await isDirectory(join(inner, "etc")));
  return isWizards ? inner : given;
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw error;
  }
}

async function readSnapshots(directory: string): Promise<RootFacts["snapshots"]> {
  const snapshots = await readEntry(directory, "snapshot");
  const names = snapshots.thing?.kind === "directory" ? snapshots.thing.names : [];
  const found: { path: string; text: string }[] = [];
  for (const name of names) {
    const file = `snapshot/${name}/etc/fstab`;
    const { thing } = await readEntry(directory, file);
    if (thing?.kind === "file" && thing.text !== null) found.push({ path: join(directory, file), text: thing.text });
  }
  return found;
}

async function readEntry(root: string, asked: string): Promise<Entry> {
  try {
    const link = await linkInRoot(root, asked);
    const path = await resolveInRoot(root, asked);
    return { link, thing: path === null ? null : await readThing(path) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return { link: null, thing: { kind: "unreadable", why: code } };
  }
}

async function readThing(path: string): Promise<Thing> {
  const found = await lstat(path);
  if (found.isDirectory()) return { kind: "directory", names: (await readdir(path)).sort().slice(0, MAX_NAMES) };
  if (found.isFile()) return readFileThing(path, found);
  if (found.isCharacterDevice()) return { kind: "character", ...numbersOf(found.rdev) };
  return found.isBlockDevice() ? { kind: "block", ...numbersOf(found.rdev) } : { kind: "other" };
}

async function readFileThing(path: string, { mode, size }: { mode: number; size: number }): Promise<Thing> {
  const executable = (mode & 0o111) !== 0;
  if (size > MAX_TEXT_BYTES) return { kind: "file", text: null, executable };
  // O_NONBLOCK: what became a FIFO meanwhile would hang the open.
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const buffer = Buffer.alloc(MAX_TEXT_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    const content = buffer.subarray(0, bytesRead);
    return { kind: "file", text: content.includes(0) ? null : content.toString("utf8"), executable };
  } finally {
    await handle.close();
  }
}

/** glibc's gnu_dev_major and gnu_dev_minor. `rdev` has more than 32 bits, where bit operators fail. */
function numbersOf(rdev: number): { major: number; minor: number } {
  const [high, low] = [Math.floor(rdev / 2 ** 32), rdev % 2 ** 32];
  return {
    major: ((low >>> 8) & 0xfff) | (high & ~0xfff),
    minor: (low & 0xff) | ((low >>> 12) & 0xfff00),
  };
}
