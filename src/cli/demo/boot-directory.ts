/** A TFTP root for the demo: real image files, channels and boot links in a directory of its own, and NFS roots beside it. */
import { readFileSync, readlinkSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { baseOf, type ImageName } from "../../core/domain/names.ts";
import type { SimulatedFile } from "../../simulation/simulated-images.ts";
import type { BootTarget } from "../../simulation/simulated-machine.ts";
import { checkImageFile, type Stated, statedIn } from "../../world/boot-links/image-file.ts";
import { bootLinkName } from "../../world/boot-links/names.ts";
import { hasInit, makeImageRoot } from "./image-root.ts";

export interface BootDirectory {
  readonly path: string;
  /** What the machine's ROM would find at this moment. */
  readonly bootTarget: (ip: string) => BootTarget | null;
  /** The address of the file server that an image's root lies on, by its file; null: none, or no such file. */
  readonly rootServer: (image: ImageName) => string | null;
}

const HOLDING = "# retask: image=holding\nDEFAULT hold\nLABEL hold\n  LOCALBOOT -1\n";

/** `files`: each role's image, and its copies; `channels`: the names by which policies speak of them. */
export async function makeBootDirectory(
  root: string,
  files: readonly SimulatedFile[],
  channels: ReadonlyMap<ImageName, ImageName>,
): Promise<BootDirectory> {
  const path = join(root, "tftp", "pxelinux.cfg");
  await mkdir(path, { recursive: true });
  const roots = join(root, "images");
  for (const file of files) {
    const { role, image } = file;
    await writeFile(join(path, image), imageFile(file));
    await mkdir(join(root, "tftp", role), { recursive: true });
    for (const part of ["vmlinuz", "initrd.img"])
      await writeFile(join(root, "tftp", role, part), `${part} of ${role}\n`);
    // Mirrors have the same roots under the same paths.
    if (image === baseOf(image)) await makeImageRoot(join(roots, image));
  }
  for (const [channel, image] of channels) await symlink(image, join(path, channel));
  await writeFile(join(path, "holding"), HOLDING);
  await symlink("holding", join(path, "default"));

  const rootServer = (image: ImageName): string | null => fileOf(path, image)?.stated.server ?? null;
  const bootTarget = (ip: string): BootTarget | null => {
    const image = linkedImage(join(path, bootLinkName("pxelinux", ip)));
    const file = image === null ? null : fileOf(path, image);
    // A kernel without an init panics, as one without its root does.
    if (image === null || file === null || !hasInit(join(roots, file.root))) return null;
    const checked = checkImageFile(image, file.stated);
    return { image, role: checked.ok ? checked.role : null };
  };
  return { path, bootTarget, rootServer };
}

function linkedImage(link: string): ImageName | null {
  try {
    return readlinkSync(link) as ImageName;
  } catch {
    return null;
  }
}

interface ImageFile {
  readonly stated: Stated;
  /** Below the directory of the roots. */
  readonly root: string;
}

function fileOf(directory: string, image: ImageName): ImageFile | null {
  try {
    const text = readFileSync(join(directory, image), "utf8");
    return { stated: statedIn("pxelinux", text), root: /nfsroot=[^:]+:\/images\/([^\s,]+)/.exec(text)?.[1] ?? "" };
  } catch {
    return null;
  }
}

const imageFile = ({ role, image, server }: SimulatedFile): string => `# retask: role=${role} image=${image}
DEFAULT linux
LABEL linux
  KERNEL ${role}/vmlinuz
  INITRD ${role}/initrd.img
  APPEND root=/dev/nfs nfsroot=${server?.address ?? "10.0.1.20"}:/images/${baseOf(image)} ro systemd.volatile=overlay retask.role=${role} retask.image=${image}
  IPAPPEND 2
`;
