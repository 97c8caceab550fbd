/** Which files an image's configuration makes a boot loader load, and where on the TFTP server they are. */
import { posix } from "node:path";

export type BootFile =
  /** A path on the TFTP server, as the loader asks for it. */
  | { readonly kind: "path"; readonly path: string }
  /** On some other server, or behind a variable: it can't be asked of this one. */
  | { readonly kind: "elsewhere"; readonly name: string };

export type BootFiles =
  | { readonly ok: true; readonly files: readonly BootFile[] }
  | { readonly ok: false; readonly why: string };

/** More is no boot configuration; each is asked for over the network. */
const MAX_FILES = 32;

/**
 * The files of pxelinux's default label. `base`: the directory of `pxelinux.0` on the server, the parent of
 * `pxelinux.cfg`; pxelinux puts it before every name, even one with a leading slash, unless the name begins with `::`.
 */
export function pxelinuxFiles(text: string, base: string): BootFiles {
  const config = readConfig(text);
  const chosen = config.labels.get(config.standard) ?? commandOf(config);
  if (chosen === null) return no("names no label to boot");
  if (chosen.local) return { ok: true, files: [] };
  if (chosen.kernel === null) return no(`names no KERNEL for its label ${config.standard}`);
  const append = chosen.append ?? config.append;
  const initrds = chosen.initrd ?? /(?:^|\s)initrd=(\S+)/.exec(append)?.[1] ?? "";
  return located([chosen.kernel, ...split(initrds, ",")], (name) => placeForPxelinux(name, base));
}

interface Label {
  kernel: string | null;
  initrd: string | null;
  append: string | null;
  /** Boots from the disk. */
  local: boolean;
}

interface Config {
  /** The label that boots unasked: what DEFAULT names, or the first. */
  standard: string;
  /** Everything after DEFAULT: a label, or a kernel with its options. */
  command: string | null;
  /** The APPEND above all labels. */
  append: string;
  readonly labels: Map<string, Label>;
}

function readConfig(text: string): Config {
  const config: Config = { standard: "", command: null, append: "", labels: new Map() };
  let label: Label | null = null;
  for (const line of text.split(/\r?\n/)) {
    const [, keyword, value] = /^\s*(\S+)\s*(.*?)\s*$/.exec(line) ?? [];
    if (keyword === undefined || value === undefined || keyword.startsWith("#")) continue;
    switch (keyword.toLowerCase()) {
      case "default":
        config.command = value;
        break;
      case "label":
        label = { kernel: null, initrd: null, append: null, local: false };
        config.labels.set(value, label);
        break;
      case "append":
        if (label === null) config.append = value;
        else label.append = value;
        break;
      default:
        if (label !== null) readLabelLine(label, keyword.toLowerCase(), value);
    }
  }
  config.standard = config.command ?? config.labels.keys().next().value ?? "";
  return config;
}

function readLabelLine(label: Label, keyword: string, value: string): void {
  if (keyword === "kernel" || keyword === "linux" || keyword === "com32") label.kernel = split(value, " ")[0] ?? null;
  if (keyword === "initrd") label.initrd = value;
  if (keyword === "localboot") label.local = true;
}

/** `DEFAULT vmlinuz initrd=…`: a command line instead of a label's name. */
function commandOf(config: Config): Label | null {
  const [kernel, ...rest] = split(config.command ?? "", " ");
  if (kernel === undefined) return null;
  const label = config.labels.get(kernel);
  return label ?? { kernel, initrd: null, append: rest.join(" "), local: false };
}

function placeForPxelinux(name: string, base: string): BootFile {
  if (name.startsWith("::")) return { kind: "path", path: name.slice(2) };
  if (name.includes("::") || /^[a-z]+:\/\//i.test(name)) return { kind: "elsewhere", name };
  return { kind: "path", path: posix.join(base, name) };
}

/**
 * The files that a GRUB configuration names on its `linux` and `initrd` lines. `prefix`: GRUB's directory on the server;
 * names begin at the server's root, and GRUB asks for them with their leading slash.
 */
export function grubFiles(text: string, prefix: string): BootFiles {
  const names: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, keyword, rest] = /^\s*(linux|initrd)(?:16|efi)?\s+(.*)$/.exec(line) ?? [];
    const words = split(rest ?? "", " ").map((word) => word.replaceAll(/["']/g, ""));
    if (keyword === "linux") names.push(...words.slice(0, 1));
    if (keyword === "initrd") names.push(...words.filter((word) => !word.startsWith("-")));
  }
  if (names.length === 0) return no("names no kernel on a linux line");
  return located(names, (name) => placeForGrub(name, prefix));
}

function placeForGrub(name: string, prefix: string): BootFile {
  const plain = name
    .replace(/^\$\{?prefix\}?/, `/${prefix}`)
    .replace(/^\((?:tftp|\$root|\$\{root\}|pxe)\)/, "")
    .replace(/^\$\{?root\}?(?=\/)/, "");
  if (/[($]/.test(plain)) return { kind: "elsewhere", name };
  return { kind: "path", path: posix.join("/", plain) };
}

function located(names: readonly string[], place: (name: string) => BootFile): BootFiles {
  const distinct = [...new Set(names)];
  if (distinct.length > MAX_FILES) return no(`names ${distinct.length} files; ${MAX_FILES} are the most`);
  // A control character would cut the name short on the wire, and another file would be asked for.
  const odd = distinct.find((name) => [...name].some((char) => char < " "));
  if (odd !== undefined) return no(`names a file with a control character: ${JSON.stringify(odd)}`);
  return { ok: true, files: distinct.map(place) };
}

const no = (why: string): BootFiles => ({ ok: false, why });
const split = (text: string, by: string): string[] =>
  text
    .split(by)
    .flatMap((part) => part.trim().split(/\s+/))
    .filter(Boolean);
