/** What a clone of an image is called and boots: the new version's paths, and its boot file's text. */
import type { ImageName, RoleName } from "../domain/names.ts";
import { type NfsRoot, nfsRootsIn } from "./nfs-root.ts";

export interface Renaming {
  readonly from: ImageName;
  readonly to: ImageName;
}

/**
 * The directory that is copied, and the new one, as the server calls them. A part of the path that is the image's own name
 * is what changes (`/images/web.1/root` → `/images/web.2/root` copies `/images/web.1`, snapshots and all); else the last part.
 */
export interface MovedRoot {
  readonly copied: string;
  readonly copy: string;
  /** The new root itself: the copy, or a directory in it. */
  readonly root: string;
}

export function moveRoot({ path }: NfsRoot, { from, to }: Renaming): MovedRoot {
  const parts = path.split("/");
  const own = parts.lastIndexOf(from);
  const at = own < 0 ? parts.length - 1 : own;
  const head = parts.slice(0, at).join("/");
  return {
    copied: `${head}/${parts[at]}`,
    copy: `${head}/${to}`,
    root: [head, to, ...parts.slice(at + 1)].join("/"),
  };
}

/**
 * The text of the new version's boot file. The image's name becomes the new one wherever it stands as a whole word: in the
 * `# retask:` line, in `retask.image=`, in folders of its own. What retask must read there and finds missing is added.
 */
export function cloneText(text: string, role: RoleName, renaming: Renaming): string {
  const { from, to } = renaming;
  const lines = text.split("\n").map((line) => rename(moveRoots(line, renaming), from, to));
  const booted = lines.map((line) => addWords(line, role, to));
  const header = /^\uFEFF?#\s*retask:/.test(text) ? [] : [`# retask: role=${role} image=${to}`];
  return [...header, ...booted].join("\n");
}

function moveRoots(line: string, renaming: Renaming): string {
  return nfsRootsIn(line).reduce(
    (text, { root, written }) => text.replace(written, () => moveRoot(root, renaming).root),
    line,
  );
}

/** Never within `role=`: an image may be called as its role is. */
const rename = (line: string, from: ImageName, to: ImageName): string =>
  line.replace(
    new RegExp(String.raw`(?<![\w.-]|role=)${from.replaceAll(".", String.raw`\.`)}(?![\w-]|\.\w)`, "g"),
    () => to,
  );

/** Kernel command lines of pxelinux and GRUB, except GRUB's own other commands. */
const COMMAND_LINE = /^\s*(?:append\s|linux(?:16|efi)?\s+\S*\/)/i;

/** The beacon says of itself what stands there. */
function addWords(line: string, role: RoleName, to: ImageName): string {
  if (!COMMAND_LINE.test(line) || /^\s*append\s+-\s*$/i.test(line)) return line;
  const missing = [
    ...(/\sretask\.role=/.test(line) ? [] : [`retask.role=${role}`]),
    ...(/\sretask\.image=/.test(line) ? [] : [`retask.image=${to}`]),
  ];
  return [line.trimEnd(), ...missing].join(" ");
}
