/** What the TFTP server of a farm serves: images, kernels, channels, and each machine's boot link. */
import { chmod, mkdir, readlink, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hexAddress } from "./addresses.ts";

export const WEB_IMAGE = "web.2026-11";
export const COMPILE_IMAGE = "compile.7";

export type Role = "web" | "compile";
export const imageOf = (role: Role): string => (role === "web" ? WEB_IMAGE : COMPILE_IMAGE);

export interface TftpRoot {
  readonly path: string;
  /** pxelinux.cfg */
  readonly links: string;
  /** What the machine at this address would boot. */
  readonly linkOf: (ip: string) => Promise<string>;
}

/** tftpd runs as nobody below this directory, so everything in it is world-readable. */
export async function createTftpRoot(path: string, machines: readonly { ip: string; role: Role }[]): Promise<TftpRoot> {
  const links = join(path, "pxelinux.cfg");
  await mkdir(links, { recursive: true });
  for (const role of ["web", "compile"] as const) {
    const image = imageOf(role);
    await mkdir(join(path, role));
    await writeFile(join(path, role, "vmlinuz"), `kernel of ${role}\n`.repeat(100));
    await writeFile(join(path, role, "initrd.img"), `initrd of ${role}\n`.repeat(100));
    await writeFile(join(links, image), imageText(role, image));
    await symlink(image, join(links, `${role}.production`));
  }
  await writeFile(join(links, "default"), "# holding image\nDEFAULT hold\nLABEL hold\n  KERNEL web/vmlinuz\n");
  for (const { ip, role } of machines) await symlink(imageOf(role), join(links, hexAddress(ip)));
  await chmod(path, 0o755);
  return { path, links, linkOf: (ip) => readlink(join(links, hexAddress(ip))) };
}

const imageText = (role: Role, image: string): string => `# retask: role=${role} image=${image}
DEFAULT linux
LABEL linux
  KERNEL ${role}/vmlinuz
  INITRD ${role}/initrd.img
  APPEND root=/dev/nfs nfsroot=10.0.1.20:/images/${role} ro retask.role=${role} retask.image=${image}
  IPAPPEND 2
`;
