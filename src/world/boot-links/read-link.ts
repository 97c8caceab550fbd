/** What one machine's boot link is, right now, on the disk: read as the loader would look for it. */
import { lstat, readlink, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Machine } from "../../core/domain/fleet.ts";
import { type ImageName, imageNameSchema } from "../../core/domain/names.ts";
import type { LinkFact } from "../../core/domain/observation.ts";
import { orNull } from "./file-trouble.ts";
import { bootLinkName, type Loader, macFileName, uuidFileNames } from "./names.ts";

/** One loader's directory of links and images. */
export interface BootDirectory {
  readonly loader: Loader;
  readonly path: string;
}

/** A machine's system UUID, where it is known; many BMCs report it as their GUID. */
export type UuidOf = (machine: Machine) => string | null;

/** Reads a machine's boot link. Throws file-system errors other than a missing link. */
export async function readBootLink(directory: BootDirectory, machine: Machine, uuid: string | null): Promise<LinkFact> {
  const shadow = await findShadow(directory, machine, uuid);
  if (shadow !== null) return { kind: "shadowed", by: shadow };

  const link = join(directory.path, bootLinkName(directory.loader, machine.ip));
  const found = await orNull(lstat(link));
  if (found === null) {
    // A directory that is gone must not look like a machine without a link.
    await stat(directory.path);
    return { kind: "missing" };
  }
  if (!found.isSymbolicLink())
    return { kind: "foreign", target: found.isDirectory() ? "a directory" : "a plain file", why: NOT_A_LINK };

  const target = await orNull(readlink(link));
  if (target === null) return { kind: "missing" };
  return judgeTarget(directory, target);
}

const NOT_A_LINK = "where the link should be; retask never replaces it";

/** The UUID or MAC file that the loader finds before the boot link, if there is one. */
async function findShadow(directory: BootDirectory, machine: Machine, uuid: string | null): Promise<string | null> {
  const { loader, path } = directory;
  const names = [...(uuid === null ? [] : uuidFileNames(loader, uuid)), macFileName(loader, machine.mac)];
  for (const name of names) if ((await orNull(lstat(join(path, name)))) !== null) return name;
  return null;
}

/** Whether a link's target is an immutable image's file in the same directory; why not, otherwise. */
export async function judgeTarget(directory: BootDirectory, target: string): Promise<LinkFact> {
  const foreign = (why: string): LinkFact => ({ kind: "foreign", target, why });
  if (target.startsWith("/")) return foreign("an absolute target, which a chrooted tftpd does not find");
  if (target.includes("/")) return foreign("outside the links' directory");
  const image = imageNameSchema.safeParse(target);
  if (!image.success) return foreign("not an image's name");
  const found = await orNull(lstat(join(directory.path, target)));
  if (found === null) return foreign("dangling, its target is missing: the machine would boot the default");
  if (found.isSymbolicLink()) return foreign("a channel, not an image");
  if (!found.isFile()) return foreign("not a file");
  return { kind: "image", image: image.data };
}

/** Links from name to name that a channel may go through: more is a mistake or a loop. */
const MAX_HOPS = 4;

/** The image that a name in this directory leads to in the end: itself, or where a channel points. `null`: none. */
export async function followToImage(directory: BootDirectory, name: string): Promise<ImageName | null> {
  let at = name;
  for (let hop = 0; hop <= MAX_HOPS; hop += 1) {
    const image = imageNameSchema.safeParse(at);
    if (!image.success) return null;
    const found = await orNull(lstat(join(directory.path, at)));
    if (found?.isFile()) return image.data;
    if (!found?.isSymbolicLink()) return null;
    at = (await orNull(readlink(join(directory.path, at)))) ?? "";
  }
  return null;
}
