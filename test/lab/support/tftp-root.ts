/** What the lab's machines boot from: the images' files, one pxelinux file for each image, channels and boot links. */
import { constants } from "node:fs";
import { chmod, copyFile, mkdir, readdir, readlink, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hexAddress } from "../../component/support/real-farm/addresses.ts";
import { imageOf, type Role, type TftpRoot } from "../../component/support/real-farm/tftp-root.ts";

const ROLES: readonly Role[] = ["web", "compile"];
const INITRDS: Readonly<Record<Role, string>> = { web: "base.img", compile: "base.img,compile.img" };

export interface LabMachinePlace {
  readonly ip: string;
  readonly role: Role;
}

/** tftpd runs as nobody below this directory, so everything in it is world-readable. */
export async function createLabTftpRoot(
  path: string,
  images: string,
  machines: readonly LabMachinePlace[],
): Promise<TftpRoot> {
  const links = join(path, "pxelinux.cfg");
  await mkdir(links, { recursive: true });
  await chmod(path, 0o755);
  for (const file of await readdir(images)) {
    await copyFile(join(images, file), join(path, file), constants.COPYFILE_FICLONE);
  }
  for (const role of ROLES) {
    await writeFile(join(links, imageOf(role)), imageText(role));
    await symlink(imageOf(role), join(links, `${role}.production`));
  }
  await writeFile(join(links, "default"), bootText("none", "holding", "base.img"));
  for (const { ip, role } of machines) await symlink(imageOf(role), join(links, hexAddress(ip)));
  return { path, links, linkOf: (ip) => readlink(join(links, hexAddress(ip))) };
}

/** The pxelinux file of a role's image. */
export const imageText = (role: Role): string => bootText(role, imageOf(role), INITRDS[role]);

const bootText = (role: string, image: string, initrd: string): string => `# retask: role=${role} image=${image}
SERIAL 0 115200
DEFAULT linux
LABEL linux
  KERNEL vmlinuz
  INITRD ${initrd}
  APPEND console=ttyS0,115200 loglevel=4 panic=5 retask.role=${role} retask.image=${image}
  IPAPPEND 2
`;
