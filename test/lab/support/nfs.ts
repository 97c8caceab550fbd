/** The lab's NFS server, nfs-ganesha: each role's image as a read-only root, and beside them a snapshot for each machine. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { spawnOwned, waitFor } from "../../component/support/ports.ts";
import { imageOf, type Role } from "../../component/support/real-farm/tftp-root.ts";
import { BRIDGE_ADDRESS } from "./addresses.ts";
import { type BootOf, INITRDS } from "./tftp-root.ts";

const PORT = 2049;
/** ganesha reads and checks much before it listens. */
const UP_MS = 30_000;
const DOWN_MS = 10_000;

/**
 * ganesha opens files by their handles, as only the first user namespace's root may. A user who starts the lab is root in a
 * namespace of his own.
 */
export function canServeNfs(): boolean {
  return process.getuid?.() === 0 && /^ *0 +0 +4294967295$/m.test(readFileSync("/proc/self/uid_map", "utf8"));
}

/** What a role's machines mount as their root. */
export const nfsRootOf = (role: Role): string => `${BRIDGE_ADDRESS}:/images/${imageOf(role)}`;

/** In the words of the kernel's own NFS root; here, mount-root of nfs.img takes it from them. */
export const bootFromNfs: BootOf = (role) => ({
  initrds: ["base.img", "nfs.img"],
  words: ["root=/dev/nfs", `nfsroot=${nfsRootOf(role)}`, "ro"],
});

/** The server's own view of what one machine has written. */
export const snapshotOf = (lab: string, machine: string): string => join(lab, "nfs/snapshots", machine);

/** The server's own view of a role's root. */
export const rootOf = (lab: string, role: Role): string => join(lab, "nfs/images", imageOf(role));

/**
 * Until the returned function is called. `lab`: an existing directory, in which it makes its own. A root is what the role's
 * initrds hold, unpacked.
 */
export async function startNfs(lab: string, images: string): Promise<() => Promise<void>> {
  const home = join(lab, "nfs");
  await mkdir(join(home, "snapshots"), { recursive: true });
  await mkdir(join(home, "recovery"));
  for (const role of ["web", "compile"] as const) {
    const root = rootOf(lab, role);
    await mkdir(root, { recursive: true });
    for (const part of INITRDS[role]) await unpack(join(images, part), root);
  }
  const config = join(home, "ganesha.conf");
  await writeFile(config, configuration(home));
  const log = join(home, "ganesha.log");
  const ganesha = await spawnOwned("ganesha.nfsd", ["-F", "-f", config, "-L", log, "-p", join(home, "ganesha.pid")]);
  const stop = (): Promise<void> => ganesha.stop(DOWN_MS);
  await waitFor(() => connects(BRIDGE_ADDRESS, PORT), UP_MS, "ganesha to listen").catch(async (error: unknown) => {
    await stop();
    throw new Error(await readFile(log, "utf8").catch(() => ganesha.output()), { cause: error });
  });
  return stop;
}

async function unpack(initrd: string, root: string): Promise<void> {
  const script = 'zstd -dcq "$1" | cpio --extract --make-directories --unconditional --quiet';
  await promisify(execFile)("sh", ["-c", script, "sh", initrd], { cwd: root });
}

function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port });
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/**
 * NFSv4 needs neither rpcbind nor the other protocols' ports. No grace period: nobody had locks before the first start, and
 * machines would wait it out at their first boot.
 */
const configuration = (home: string): string => `NFS_CORE_PARAM {
  Protocols = 4; Bind_addr = ${BRIDGE_ADDRESS}; NFS_Port = ${PORT};
  Enable_NLM = false; Enable_RQUOTA = false; Enable_UDP = false; fsid_device = true;
}
NFSV4 {
  Minor_Versions = 1,2; Graceless = true; RecoveryBackend = fs; RecoveryRoot = "${home}/recovery";
  Only_Numeric_Owners = true; Allow_Numeric_Owners = true;
}
NFS_KRB5 { Active_krb5 = false; }
EXPORT_DEFAULTS { Protocols = 4; Transports = TCP; SecType = sys; Squash = None; }
EXPORT { Export_Id = 1; Path = "${home}/images"; Pseudo = /images; Access_Type = RO; FSAL { Name = VFS; } }
EXPORT { Export_Id = 2; Path = "${home}/snapshots"; Pseudo = /snapshots; Access_Type = RW; FSAL { Name = VFS; } }
LOG { Default_Log_Level = EVENT; }
`;
