/** What a clone of an image takes: trees to copy and boot files to write, all found and checked before anything is begun. */
import { realpath } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { ImageName, RoleName } from "../../core/domain/names.ts";
import type { Settings } from "../../core/domain/settings.ts";
import { cloneText, moveRoot, type Renaming } from "../../core/images/clone-text.ts";
import { describeRoot, findLocalRoot, onlyRootOf } from "../../core/images/nfs-root.ts";
import { checkImageFile, statedIn } from "../../world/boot-links/image-file.ts";
import { locateBootFiles } from "../../world/boot-server/local-boot-server.ts";
import { CommandFailed } from "../command-failed.ts";
import { type BootFile, type BootPlace, bootFilesOf } from "./boot-places.ts";

export interface Tree {
  readonly from: string;
  readonly to: string;
}

export interface ClonePlan extends Renaming {
  readonly role: RoleName;
  readonly trees: readonly Tree[];
  readonly files: readonly { readonly boot: BootFile; readonly text: string }[];
  /** Kernels and initrds that both versions boot, since they lie in no folder of the image's own. */
  readonly shared: readonly string[];
}

export async function planClone(
  places: readonly BootPlace[],
  { images }: Settings,
  { from, to }: Renaming,
): Promise<ClonePlan> {
  const boots = await bootFilesOf(places, from);
  const role = roleOf(from, boots);
  const files = boots.map((boot) => ({ boot, text: cloneText(boot.text, role, { from, to }) }));
  for (const { boot, text } of files) {
    const checked = checkImageFile(to, statedIn(boot.loader, text));
    if (!checked.ok) throw new CommandFailed(`${boot.path} can't be cloned: as ${to} it ${checked.why}`);
  }
  const folders = boots.flatMap((boot) => ownFolders(boot, { from, to }));
  for (const { boot, text } of files) await mustCover(boot, text, folders);
  const located = boots.flatMap(({ parts }) => parts.flatMap(({ path }) => path ?? []));
  const shared = located.filter((path) => !folders.some((tree) => path.startsWith(`${tree.from}/`)));
  return {
    from,
    to,
    role,
    trees: await Promise.all(distinct([...rootTree(boots, images.roots, { from, to }), ...folders]).map(followed)),
    files,
    shared: [...new Set(shared)],
  };
}

function roleOf(image: ImageName, boots: readonly BootFile[]): RoleName {
  for (const { loader, text, path } of boots) {
    const checked = checkImageFile(image, statedIn(loader, text));
    if (!checked.ok) throw new CommandFailed(`${path} ${checked.why}`);
    if (checked.role !== null) return checked.role;
  }
  const where = boots.map(({ path }) => path).join(" and ");
  throw new CommandFailed(
    `${where} does not say which role it serves: write its first line, as in # retask: role=web image=${image}`,
  );
}

function rootTree(boots: readonly BootFile[], roots: Settings["images"]["roots"], renaming: Renaming): Tree[] {
  const root = onlyRootOf(boots.map(({ text }) => text));
  if (root === "none") return [];
  if (root === "several")
    throw new CommandFailed(
      `${renaming.from} names several NFS roots: clone it by hand, or give each an image of its own`,
    );
  const { copied, copy } = moveRoot(root, renaming);
  const [source, target] = [copied, copy].map((path) => findLocalRoot(roots, { ...root, path }));
  if (source?.ok !== true || target?.ok !== true || source.path === target.path) {
    const [prefix] = /^.*(?=\/)/.exec(describeRoot({ ...root, path: copied })) ?? [];
    throw new CommandFailed(
      `where ${describeRoot({ ...root, path: copied })} and its copy lie on this computer is not known\n  say it in retask.yaml, as in images: { roots: { "${prefix}": /srv/nfs/images } }; this is run where they lie, or where both are mounted writable`,
    );
  }
  return [{ from: source.path, to: target.path }];
}

/** Folders of the image's own name on the way to its kernel and initrd: `web.2026-10/vmlinuz`. */
function ownFolders({ directory, parts }: BootFile, { from, to }: Renaming): Tree[] {
  const above = dirname(directory);
  return parts.flatMap(({ path }) => {
    const names = path === null ? [] : relative(above, path).split("/");
    const own = names.lastIndexOf(from);
    // The last part is a file's name: that one is shared.
    if (own < 0 || own === names.length - 1) return [];
    const head = join(above, ...names.slice(0, own));
    return [{ from: join(head, from), to: join(head, to) }];
  });
}

/** What is called otherwise in the new text must be copied: a kernel that bears the image's name itself is in no folder. */
async function mustCover({ loader, directory, parts, path }: BootFile, text: string, folders: readonly Tree[]) {
  const located = await locateBootFiles(loader, directory, text);
  if (!located.ok) throw new CommandFailed(`${path} ${located.why}: correct it`);
  for (const [index, part] of parts.entries()) {
    if (part.path === null)
      throw new CommandFailed(`${path} names ${part.name}, which is missing or empty: put it there`);
    const renamed = located.value[index]?.name !== part.name;
    if (renamed && !folders.some(({ from }) => part.path?.startsWith(`${from}/`)))
      throw new CommandFailed(
        `${path} names ${part.name}: put it into a folder of the image's name, so that it can be copied`,
      );
  }
}

/** A link would be copied as a link, and both versions would write into one tree. */
const followed = async ({ from, to }: Tree): Promise<Tree> => ({ from: await realpath(from), to });

const distinct = (trees: readonly Tree[]): Tree[] => [...new Map(trees.map((tree) => [tree.to, tree])).values()];
