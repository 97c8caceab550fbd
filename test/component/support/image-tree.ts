/** Images on a real disk, good in every rule's eyes until a test breaks them: a root of Red Hat's kind, one of systemd's. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Rule } from "../../../src/core/images/lint/finding.ts";

/** The rules that look at boot files; all others look at a root. */
export const RULES_OF_BOOTS: readonly Rule[] = [
  "boot-file",
  "boot-words",
  "kernel-missing",
  "initrd-missing",
  "kernel-modules",
  "snapshot-argument",
];

const BEACON = "deploy/beacon/retask-beacon";
const PROGRAM = "usr/local/lib/retask/retask-beacon";

/** Device nodes are made by root alone. */
export const canMakeNodes = (): boolean => process.getuid?.() === 0;

export function put(path: string, text: string | Buffer = ""): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

export function linkTo(path: string, target: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

const NODES: readonly (readonly [name: string, major: number, minor: number])[] = [
  ["null", 1, 3],
  ["zero", 1, 5],
  ["console", 5, 1],
  ["tty", 5, 0],
  ...[0, 1, 2, 3, 4, 5, 6].map((minor): readonly [string, number, number] => [`tty${minor}`, 4, minor]),
];

export const makeNode = (path: string, major: number, minor: number, kind = "c"): void =>
  void execFileSync("mknod", [path, kind, String(major), String(minor)]);

/** As the article's tips leave it, with the wizard's layout: `root` and `snapshot` side by side. Returns the root. */
export function makeRedHatRoot(directory: string): string {
  const root = join(directory, "root");
  const fstab = "none  /dev/pts  devpts  gid=5,mode=620  0 0\nnone  /proc  proc  defaults  0 0\n";
  put(join(root, "sbin/init"));
  put(join(root, "etc/rc.d/rc.sysinit"));
  put(join(root, "etc/sysconfig/network-scripts/ifcfg-lo"), "DEVICE=lo\nONBOOT=yes\n");
  put(
    join(root, "etc/sysconfig/network-scripts/ifcfg-eth0"),
    'DEVICE=eth0\nBOOTPROTO=dhcp\nHWADDR=none\nONBOOT="no"\n',
  );
  put(join(root, "etc/sysconfig/readonly-root"), "# by hand\nREADONLY=yes\n");
  put(join(root, "etc/fstab"), fstab);
  put(join(directory, "snapshot/m01/etc/fstab"), `# made by the wizard\n${fstab.replaceAll("  ", "\t")}`);
  linkTo(join(root, "etc/mtab"), "/proc/mounts");
  mkdirSync(join(root, "dev"));
  if (canMakeNodes()) for (const [name, major, minor] of NODES) makeNode(join(root, "dev", name), major, minor);
  put(join(root, "etc/xinetd.d/retask-beacon"), "service retask-beacon\n{\n    disable = no\n}\n");
  cpSync(BEACON, join(root, PROGRAM));
  return root;
}

export const VERSION = "6.1.0-25-amd64";

/** As a Debian root that many machines share. */
export function makeSystemdRoot(root: string): string {
  put(join(root, "usr/lib/systemd/systemd"), "x");
  linkTo(join(root, "lib"), "usr/lib");
  linkTo(join(root, "sbin"), "usr/sbin");
  linkTo(join(root, "usr/sbin/init"), "/lib/systemd/systemd");
  put(join(root, "etc/machine-id"));
  put(join(root, "etc/fstab"), "# nothing of a disk\ntmpfs /tmp tmpfs mode=1777 0 0\n");
  put(join(root, `usr/lib/modules/${VERSION}/modules.dep`));
  const units = join(root, "etc/systemd/system");
  linkTo(join(units, "sockets.target.wants/retask-beacon.socket"), "/etc/systemd/system/retask-beacon.socket");
  linkTo(
    join(units, "multi-user.target.wants/systemd-networkd.service"),
    "/lib/systemd/system/systemd-networkd.service",
  );
  put(
    join(root, "etc/systemd/network/10-boot.network"),
    "[Match]\nName=en*\n[Network]\nDHCP=yes\nKeepConfiguration=yes\n",
  );
  cpSync(BEACON, join(root, PROGRAM));
  return root;
}

/** The header of a kernel for x86, as Documentation/arch/x86/boot.rst describes it. */
export function kernelOf(version: string): Buffer {
  const kernel = Buffer.alloc(0x2000);
  kernel.write("HdrS", 0x202, "latin1");
  kernel.writeUInt16LE(0x1000, 0x20e);
  kernel.write(`${version} (a builder) #1 SMP\0`, 0x1200, "latin1");
  return kernel;
}
