/** Moves a channel: the link from a name to an image that only retask reads. Boot links never go through it. */
import { randomBytes } from "node:crypto";
import { lstat, readlink, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { ImageName } from "../../core/domain/names.ts";
import { type FileTrouble, orNull } from "./file-trouble.ts";
import { nameKind, STAGED_PREFIX } from "./names.ts";
import type { BootDirectory } from "./read-link.ts";
import { flushDirectory, type Written } from "./write-link.ts";

export interface ChannelMove {
  readonly channel: ImageName;
  readonly image: ImageName;
  readonly signal: AbortSignal;
}

/** Why a directory is not this controller's to write, or null. */
export type OwnerCheck = (directory: BootDirectory) => Promise<FileTrouble | null>;

/**
 * In every directory that has the image, or in none: an image is one name, whatever loads it. Throws file-system errors.
 */
export async function moveChannel(
  directories: readonly BootDirectory[],
  move: ChannelMove,
  checkOwner: OwnerCheck,
): Promise<Written> {
  const toMove: BootDirectory[] = [];
  let isThere = false;
  for (const directory of directories) {
    const planned = await planMove(directory, move);
    if (typeof planned !== "string") return planned;
    isThere ||= planned !== "absent";
    if (planned === "moved") toMove.push(directory);
  }
  if (!isThere) {
    const where = directories.map(({ path }) => path).join(" and ");
    return { code: "RTK_LINK_IMAGE", why: `${move.image} is missing in ${where}: put the image's file there` };
  }
  for (const directory of toMove) {
    const trouble = await checkOwner(directory);
    if (trouble !== null) return trouble;
  }
  for (const directory of toMove) {
    const late = await moveHere(directory, move);
    if (late !== null) return late;
  }
  return { changed: toMove.length > 0 };
}

/** Why it can't be moved in this directory, or what is to be done there; nothing is written. */
async function planMove(
  directory: BootDirectory,
  { channel, image }: ChannelMove,
): Promise<FileTrouble | "same" | "moved" | "absent"> {
  const path = join(directory.path, channel);
  if (nameKind(directory.loader, channel) !== "free")
    return { code: "RTK_CHANNEL_NAME", why: `${path}: ${directory.loader} asks for this name itself` };
  const found = await orNull(lstat(path));
  if (found?.isFile()) return { code: "RTK_CHANNEL_FILE", why: plainFile(path, channel, image) };
  if (found !== null && !found.isSymbolicLink())
    return { code: "RTK_CHANNEL_NAME", why: `${path} is neither a link nor a file` };
  const isThere = (await orNull(lstat(join(directory.path, image))))?.isFile() === true;
  if (isThere) return found !== null && (await readlink(path)) === image ? "same" : "moved";
  if (found === null) return "absent";
  return {
    code: "RTK_LINK_IMAGE",
    why: `${join(directory.path, image)} is missing: machines that boot by ${directory.loader} take this channel too, so put the image's ${directory.loader} file there`,
  };
}

async function moveHere(
  directory: BootDirectory,
  { channel, image, signal }: ChannelMove,
): Promise<FileTrouble | null> {
  const staged = join(directory.path, `${STAGED_PREFIX}${randomBytes(6).toString("hex")}`);
  const path = join(directory.path, channel);
  await symlink(image, staged);
  try {
    // As with boot links: what hung beyond its deadline must not act afterwards (S6).
    if (signal.aborted)
      return { code: "RTK_LINK_TIMEOUT", why: `${path}: the file system answered too late; left as it was` };
    await rename(staged, path);
  } finally {
    await rm(staged, { force: true });
  }
  await flushDirectory(directory.path);
  return null;
}

const plainFile = (path: string, channel: string, image: string): string =>
  `${path} is a plain file: an image itself, which machines boot under that name, and no link that could be moved. Once: give the policy's images a channel of its own instead, as in ${channel.replace(/\.[^.]*$/, "")}.live, and promote ${channel} to it, then ${image}; the file stays, as the version that it is`;
