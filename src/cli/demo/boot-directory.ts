/** A TFTP root for the demo: real image files, channels and boot links in a directory of its own, and NFS roots beside it. */
import { readFileSync, readlinkSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ImageName } from "../../core/domain/names.ts";
import type { SimulatedFile } from "../../simulation/simulated-images.ts";
import type { BootTarget } from "../../simulation/simulated-machine.ts";
import { checkImageFile, statedIn } from "../../world/boot-links/image-file.ts";
import { bootLinkName } from "../../world/boot-links/names.ts";
import { makeImageRoot } from "./image-root.ts";

export interface BootDirectory {
  readonly path: string;
  /** What the machine's ROM would find at this moment. */
  readonly bootTarget: (ip: string) => BootTarget | null;
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
    await makeImageRoot(join(roots, image));
  }
  for (const [channel, image] of channels) await symlink(image, join(path, channel));
  await writeFile(join(path, "holding"), HOLDING);
  await symlink("holding", join(path, "default"));

  const bootTarget = (ip: string): BootTarget | null => {
    try {
      const image = readlinkSync(join(path, bootLinkName("pxelinux", ip))) as ImageName;
      const text = readFileSync(join(path, image), "utf8");
      const checked = checkImageFile(image, statedIn("pxelinux", text));
      return { image, role: checked.ok ? checked.role : null };
    } catch {
      return null;
    }
  };
  return { path, bootTarget };
}

const imageFile = ({ role, image, server }: SimulatedFile): string => `# retask: role=${role} image=${image}
DEFAULT linux
LABEL linux
  KERNEL ${role}/vmlinuz
  INITRD ${role}/initrd.img
  APPEND root=/dev/nfs nfsroot=${server?.address ?? "10.0.1.20"}:/images/${image} ro systemd.volatile=overlay retask.role=${role} retask.image=${image}
  IPAPPEND 2
`;
