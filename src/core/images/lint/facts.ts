/** What the rules look at: files of an image's root, read beforehand, each by its path in the root without a leading slash. */

export type Thing =
  /** `text` is null for what is no short text. */
  | { readonly kind: "file"; readonly text: string | null; readonly executable: boolean }
  | { readonly kind: "directory"; readonly names: readonly string[] }
  | { readonly kind: "character" | "block"; readonly major: number; readonly minor: number }
  | { readonly kind: "other" }
  | { readonly kind: "unreadable"; readonly why: string };

export interface Entry {
  /** The target, where the name itself is a symbolic link. */
  readonly link: string | null;
  /** What is there in the end, links followed as the machine itself would: `/etc` in a link is the root's own. Null: nothing. */
  readonly thing: Thing | null;
}

export interface RootFacts {
  /** The directory, for messages. */
  readonly path: string;
  readonly entries: ReadonlyMap<string, Entry>;
  /** The fstabs of the machines' snapshots beside the root, as Red Hat's wizard lays them out: path and text. */
  readonly snapshots: readonly { readonly path: string; readonly text: string }[];
}

/** What a boot file names, as it was found below the TFTP root. */
export interface BootPart {
  readonly kind: "kernel" | "initrd";
  readonly name: string;
  /** Null: missing or empty. */
  readonly path: string | null;
  /** Of a kernel, as in 6.1.0-25-amd64; null where the file does not say. */
  readonly version: string | null;
}

export interface BootFacts {
  /** The boot file's path. */
  readonly path: string;
  readonly text: string;
  readonly parts: readonly BootPart[];
  /** Why its kernel could not be told; null: it could. */
  readonly unclear: string | null;
}

/** The kernel tries the first three; `init` is where an initrd hands over to it. */
export const INITS = ["sbin/init", "etc/init", "bin/init", "init"];
/** Links and existence alone. */
const LOOKED_AT = [...INITS, "etc/mtab", "etc/rc.d/rc.sysinit", "etc/rc.sysinit"];
const UNITS = "etc/systemd/system";
export const BEACON = "usr/local/lib/retask/retask-beacon";
export const SYSTEMD = ["usr/lib/systemd/systemd", "lib/systemd/systemd"];
export const TTYS = ["tty0", "tty1", "tty2", "tty3", "tty4", "tty5", "tty6"];

/** Every path that a rule asks for. */
export const PATHS: readonly string[] = [
  ...LOOKED_AT,
  ...SYSTEMD,
  ...["null", "zero", "console", "tty", ...TTYS].map((name) => `dev/${name}`),
  ...["fstab", "machine-id", "sysconfig/readonly-root", "sysconfig/realonly-root", "overlayroot.conf"].map(inEtc),
  ...["inetd.conf", "xinetd.d/retask-beacon", "network/interfaces", "NetworkManager/NetworkManager.conf"].map(inEtc),
  BEACON,
  ...["sockets.target.wants/retask-beacon.socket", "multi-user.target.wants/NetworkManager.service"].map(inUnits),
  ...["multi-user.target.wants/systemd-networkd.service", "multi-user.target.wants/networking.service"].map(inUnits),
];

/** Directories whose files are read, and which of them. */
export const DIRECTORIES: readonly { readonly path: string; readonly files: RegExp }[] = [
  { path: "lib/modules", files: /^$/ },
  { path: "etc/sysconfig/network-scripts", files: /^ifcfg-(?!lo$)[\w.-]+$/ },
  { path: "etc/systemd/network", files: /\.network$/ },
  { path: "etc/NetworkManager/conf.d", files: /\.conf$/ },
  { path: "etc/network/interfaces.d", files: /^[\w.-]+$/ },
];

function inEtc(name: string): string {
  return `etc/${name}`;
}
function inUnits(name: string): string {
  return `${UNITS}/${name}`;
}

export const thingAt = ({ entries }: RootFacts, path: string): Thing | null => entries.get(path)?.thing ?? null;

/** Null: there is no such file, or it is no text. */
export function textAt(root: RootFacts, path: string): string | null {
  const thing = thingAt(root, path);
  return thing?.kind === "file" ? thing.text : null;
}

export function namesAt(root: RootFacts, path: string): readonly string[] {
  const thing = thingAt(root, path);
  return thing?.kind === "directory" ? thing.names : [];
}

/** The files of one of DIRECTORIES, with their texts. */
export function filesIn(root: RootFacts, directory: string): readonly { path: string; text: string }[] {
  const files = DIRECTORIES.find(({ path }) => path === directory)?.files;
  return namesAt(root, directory).flatMap((name) => {
    const path = `${directory}/${name}`;
    const text = files?.test(name) === true ? textAt(root, path) : null;
    return text === null ? [] : [{ path, text }];
  });
}

/** The number of the first line that fits, from 1; null: none does. */
export function lineOf(text: string, pattern: RegExp): number | null {
  const index = text.split("\n").findIndex((line) => pattern.test(line));
  return index < 0 ? null : index + 1;
}
