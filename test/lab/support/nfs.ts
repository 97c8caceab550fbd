/** The lab's NFS servers, nfs-ganesha: each role's image as a read-only root, and beside them a snapshot for each machine. */
import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { startGanesha } from "../../component/support/ganesha.ts";
import { imageOf, type Role } from "../../component/support/real-farm/tftp-root.ts";
import { BRIDGE_ADDRESS, MIRROR_ADDRESS } from "./addresses.ts";
import { addHost } from "./bridge.ts";
import { type BootOf, INITRDS } from "./tftp-root.ts";

const PORT = 2049;
const DOWN_MS = 10_000;

export interface NfsServer {
  readonly name: string;
  readonly address: string;
  /** Its directory in the lab's. */
  readonly home: string;
  /** A computer of its own, by its name; without: this one. */
  readonly host?: string;
}

export const NFS_A: NfsServer = { name: "nfs-a", address: BRIDGE_ADDRESS, home: "nfs" };
/** Holds the same images, and snapshots of its own. */
export const NFS_B: NfsServer = { name: "nfs-b", address: MIRROR_ADDRESS, home: "nfs-b", host: "nfs-b" };

/** What a role's machines mount as their root. */
export const nfsRootOf = (role: Role, { address }: NfsServer = NFS_A): string => `${address}:/images/${imageOf(role)}`;

/** In the words of the kernel's own NFS root; here, mount-root of nfs.img takes it from them. */
export const bootFromNfs =
  (server: NfsServer): BootOf =>
  (role) => ({
    initrds: ["base.img", "nfs.img"],
    words: ["root=/dev/nfs", `nfsroot=${nfsRootOf(role, server)}`, "ro"],
  });

/** The server's own view of what one machine has written. */
export const snapshotOf = (lab: string, machine: string): string => join(lab, "nfs/snapshots", machine);

/** The server's own view of a role's root. */
export const rootOf = (lab: string, role: Role, { home }: NfsServer = NFS_A): string =>
  join(lab, home, "images", imageOf(role));

/** `writer`: the address of the one machine that may write the images, too. */
export interface NfsOptions {
  readonly server: NfsServer;
  readonly writer?: string;
}

/**
 * Until the returned function is called. `lab`: an existing directory, in which it makes its own. A root is what the role's
 * initrds hold, unpacked.
 */
export async function startNfs(
  lab: string,
  images: string,
  { server, writer }: NfsOptions,
): Promise<() => Promise<void>> {
  const home = join(lab, server.home);
  await mkdir(join(home, "snapshots"), { recursive: true });
  for (const role of ["web", "compile"] as const) {
    const root = rootOf(lab, role, server);
    await mkdir(root, { recursive: true });
    for (const part of INITRDS[role]) await unpack(join(images, part), root);
  }
  const { host, address } = server;
  const removeHost = host === undefined ? () => {} : addHost(host, address);
  const ganesha = await startGanesha({
    home,
    address,
    port: PORT,
    ...(host !== undefined && { host }),
    exports: [
      { path: join(home, "images"), pseudo: "/images", access: "RO", ...(writer !== undefined && { writer }) },
      { path: join(home, "snapshots"), pseudo: "/snapshots", access: "RW" },
    ],
  });
  let stopped: Promise<void> | null = null;
  return () => {
    stopped ??= ganesha.stop(DOWN_MS).then(removeHost);
    return stopped;
  };
}

async function unpack(initrd: string, root: string): Promise<void> {
  const script = 'zstd -dcq "$1" | cpio --extract --make-directories --unconditional --quiet';
  await promisify(execFile)("sh", ["-c", script, "sh", initrd], { cwd: root });
}
