/** What the lab's machines boot from: the images' files, for each loader one file an image, channels and boot links. */
import { constants } from "node:fs";
import { chmod, cp, mkdir, readlink, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hexAddress } from "../../component/support/real-farm/addresses.ts";
import { imageOf, type Role, type TftpRoot } from "../../component/support/real-farm/tftp-root.ts";
import { GRUB_DIRECTORY, grubText } from "./grub.ts";
import type { MachinePlace } from "./places.ts";

const ROLES: readonly Role[] = ["web", "compile"];
/** What each role loads after its kernel. */
export const INITRDS: Readonly<Record<Role, readonly string[]>> = {
  web: ["base.img"],
  compile: ["base.img", "compile.img"],
};

/** What a role's image loads after its kernel, and what it tells the kernel beyond its role. */
export type BootOf = (role: Role) => { readonly initrds: readonly string[]; readonly words: readonly string[] };

const bootFromMemory: BootOf = (role) => ({ initrds: INITRDS[role], words: [] });

/** How the lab's images boot, and their copies on a second file server, where there is one: `web.2026-11@nfs-b`. */
export interface Boots {
  readonly of: BootOf;
  readonly copies?: { readonly server: string; readonly of: BootOf };
}

export interface LabTftpRoot extends TftpRoot {
  /** GRUB's directory of links and images. */
  readonly grubLinks: string;
  /** As retask.yaml has it: without GRUB's directory where no machine boots with it. */
  readonly bootLinks: string;
}

/** A loader's directory, how it calls its links, and how it writes an image. */
interface Loader {
  readonly directory: string;
  readonly prefix: string;
  readonly fallback: string;
  readonly text: typeof pxelinuxText;
}

/** tftpd runs as nobody below this directory, so everything in it is world-readable. */
export async function createLabTftpRoot(
  path: string,
  images: string,
  machines: readonly MachinePlace[],
  boots: Boots = { of: bootFromMemory },
): Promise<LabTftpRoot> {
  await cp(images, path, { recursive: true, mode: constants.COPYFILE_FICLONE });
  await chmod(path, 0o755);
  const [links, grubLinks] = [join(path, "pxelinux.cfg"), join(path, GRUB_DIRECTORY)];
  const loaders: Readonly<Record<MachinePlace["loader"], Loader>> = {
    pxelinux: { directory: links, prefix: "", fallback: "default", text: pxelinuxText },
    grub: { directory: grubLinks, prefix: "grub.cfg-", fallback: "grub.cfg", text: grubText },
  };
  const linkAt = new Map<string, string>();
  for (const { ip, loader } of machines)
    linkAt.set(ip, join(loaders[loader].directory, loaders[loader].prefix + hexAddress(ip)));

  for (const loader of Object.values(loaders)) await writeImages(loader, boots);
  // A spare's link is of the last role that it had. With two file servers every second machine is on the second one.
  for (const { ip, role, index, isNew } of machines) {
    if (isNew) continue;
    const copy = boots.copies !== undefined && index % 2 === 0 ? `@${boots.copies.server}` : "";
    await symlink(imageOf(role ?? "web") + copy, linkAt.get(ip) ?? "");
  }
  const hasGrub = machines.some(({ loader }) => loader === "grub");
  return {
    ...{ path, links, grubLinks },
    bootLinks: hasGrub ? `{ pxelinux: ${links}, grub: ${grubLinks} }` : links,
    linkOf: (ip) => readlink(linkAt.get(ip) ?? ""),
  };
}

async function writeImages({ directory, fallback, text }: Loader, { of, copies }: Boots): Promise<void> {
  await mkdir(directory, { recursive: true });
  const write = async (role: Role, image: string, bootOf: BootOf): Promise<void> => {
    const { initrds, words } = bootOf(role);
    const append = [commandLine(role, image), ...words].join(" ");
    await writeFile(join(directory, image), text(role, image, initrds, append));
  };
  for (const role of ROLES) {
    const image = imageOf(role);
    await write(role, image, of);
    if (copies !== undefined) await write(role, `${image}@${copies.server}`, copies.of);
    await symlink(image, join(directory, `${role}.production`));
  }
  await writeFile(join(directory, fallback), text("none", "holding", ["base.img"], commandLine("none", "holding")));
}

const commandLine = (role: string, image: string): string =>
  `console=ttyS0,115200 loglevel=4 panic=5 retask.role=${role} retask.image=${image}`;

const pxelinuxText = (role: string, image: string, initrds: readonly string[], append: string): string =>
  `# retask: role=${role} image=${image}
SERIAL 0 115200
DEFAULT linux
LABEL linux
  KERNEL vmlinuz
  INITRD ${initrds.join(",")}
  APPEND ${append}
  IPAPPEND 2
`;
