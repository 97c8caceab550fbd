/** The NFS root of one of the demo's images: as little of a system as `retask image` needs to look at and to copy. */
import { existsSync } from "node:fs";
import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's own, beside `src` and `dist`. */
const BEACON = fileURLToPath(new URL("../../../deploy/beacon/retask-beacon", import.meta.url));

const INIT = "usr/lib/systemd/systemd";
const FILES: Readonly<Record<string, string>> = {
  "etc/machine-id": "",
  "etc/fstab": "tmpfs /tmp tmpfs mode=1777 0 0\n",
  [INIT]: "The demo's machines are simulated, and run nothing.\n",
};
const LINKS: Readonly<Record<string, string>> = {
  "sbin/init": `../${INIT}`,
  "etc/systemd/system/sockets.target.wants/retask-beacon.socket": "/etc/systemd/system/retask-beacon.socket",
};

/** Whether a kernel would find something to start there. */
export const hasInit = (root: string): boolean => existsSync(join(root, INIT));

export async function makeImageRoot(root: string): Promise<void> {
  for (const path of [...Object.keys(FILES), ...Object.keys(LINKS)])
    await mkdir(dirname(join(root, path)), { recursive: true });
  for (const [path, text] of Object.entries(FILES)) await writeFile(join(root, path), text);
  for (const [path, target] of Object.entries(LINKS)) await symlink(target, join(root, path));
  await cp(BEACON, join(root, "usr/local/lib/retask/retask-beacon"));
}
