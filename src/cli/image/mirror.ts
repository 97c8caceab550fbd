/** The boot file of an image's copy on its file server's mirror, written once the root is there. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { baseOf, type ImageName, imageName } from "../../core/domain/names.ts";
import type { Settings } from "../../core/domain/settings.ts";
import type { StorageServer } from "../../core/domain/storage.ts";
import { mirrorText } from "../../core/images/mirror-text.ts";
import { describeRoot, findLocalRoot, type NfsRoot, onlyRootOf } from "../../core/images/nfs-root.ts";
import { checkImageFile, statedIn } from "../../world/boot-links/image-file.ts";
import { writeImageFile } from "../../world/boot-links/new-image-file.ts";
import { CommandFailed } from "../command-failed.ts";
import { type BootFile, type BootPlaces, bootFilesOf } from "./boot-places.ts";

export interface Mirrored {
  readonly image: string;
  /** As in `web.2026-11@nfs-b`. */
  readonly copy: string;
  /** As in `10.0.1.21:/images/web.2026-11`. */
  readonly root: string;
  /** Whether the root could be looked at from here. */
  readonly seen: boolean;
  /** Boot files, each its path. */
  readonly written: readonly string[];
  /** Those that said just this already. */
  readonly unchanged: readonly string[];
}

export async function mirrorImage(places: BootPlaces, settings: Settings, image: ImageName): Promise<Mirrored> {
  if (image !== baseOf(image)) throw new CommandFailed(`${image} is a copy itself: mirror ${baseOf(image)}`);
  const boots = await bootFilesOf(places, image);
  const { root, server } = rootOf(image, boots);
  const mirror = mirrorOf(settings, server);
  const copy = imageName(`${image}@${mirror.name}`);
  const texts = boots.map((boot) => {
    const text = mirrorText(boot.text, { image, copy, from: server, to: mirror.address });
    const stated = statedIn(boot.loader, text);
    const checked = checkImageFile(copy, stated);
    if (!checked.ok) throw new CommandFailed(`${boot.path} can't be mirrored: as ${copy} it ${checked.why}`);
    if (stated.server !== mirror.address)
      throw new CommandFailed(`${boot.path} can't be mirrored: it names its file server in no way that is known`);
    return { boot, text };
  });
  const there = { ...root, server: mirror.address };
  const seen = await mustBeThere(there, settings);
  const done = await Promise.all(texts.map(({ boot, text }) => writeCopy(boot, copy, text)));
  return {
    ...{ image, copy, root: describeRoot(there), seen },
    written: done.flatMap(({ path, isNew }) => (isNew ? [path] : [])),
    unchanged: done.flatMap(({ path, isNew }) => (isNew ? [] : [path])),
  };
}

function rootOf(image: ImageName, boots: readonly BootFile[]): { readonly root: NfsRoot; readonly server: string } {
  const root = onlyRootOf(boots.map(({ text }) => text));
  if (root === "none" || root === "several" || root.server === null)
    throw new CommandFailed(`${image} can't be mirrored: its boot file does not name one NFS root with its server`);
  return { root, server: root.server };
}

function mirrorOf({ storage }: Settings, server: string): StorageServer {
  const own = storage.find(({ name, address }) => name === server || address === server);
  if (own === undefined)
    throw new CommandFailed(`it lies on ${server}, which is none of the servers under storage in retask.yaml`);
  const mirror = storage.find(({ name }) => name === own.mirror);
  if (mirror === undefined) throw new CommandFailed(`${own.name} has no mirror: say it under storage in retask.yaml`);
  return mirror;
}

/** `false`: nothing of the mirror's can be seen from this computer. */
async function mustBeThere(root: NfsRoot, { images }: Settings): Promise<boolean> {
  const local = findLocalRoot(images.roots, root);
  if (!local.ok) return false;
  const found = await readdir(local.path).catch(() => []);
  if (found.length > 0) return true;
  throw new CommandFailed(
    `${describeRoot(root)} is not there yet (${local.path} is empty or missing): copy the root first; no boot file was written`,
  );
}

async function writeCopy(boot: BootFile, copy: ImageName, text: string) {
  const path = join(boot.directory, copy);
  const isNew = await writeImageFile({ directory: boot.directory, image: copy, text, like: boot.path });
  if (!isNew && (await readFile(path, "utf8")) !== text)
    throw new CommandFailed(`${path} is there already, and says otherwise than this copy would; left as it is`);
  return { path, isNew };
}
