/** What an image's file says of itself: its `# retask:` line and its kernel command line. */

import { type ImageName, type RoleName, roleNameSchema, SPARE } from "../../core/domain/names.ts";
import type { Loader } from "./names.ts";

export type ImageFile =
  /** `role` is `null` where the file states none, or `spare`. */
  { readonly ok: true; readonly role: RoleName | null } | { readonly ok: false; readonly why: string };

/** `true` where a file states nothing: then only its place tells whether it is an image. */
export interface Stated {
  readonly roles: readonly string[];
  readonly images: readonly string[];
  /** The file server of the root file system, where exactly one is named. */
  readonly server: string | null;
}

/** Every role and image that the file states, each once, in the file's order. */
export function statedIn(loader: Loader, text: string): Stated {
  const kernelWords = commandLineWords(loader, text);
  const isOurs = ([key]: Word) => key === "retask.role" || key === "retask.image";
  const words = [...headerWords(text), ...kernelWords.filter(isOurs)];
  const valuesOf = (...keys: string[]) => [
    ...new Set(words.filter(([key]) => keys.includes(key)).map(([, value]) => value)),
  ];
  return {
    roles: valuesOf("role", "retask.role"),
    images: valuesOf("image", "retask.image"),
    server: serverIn(kernelWords),
  };
}

/**
 * `nfsroot=10.0.1.20:/images/web,vers=3`, as the kernel has it (Documentation/admin-guide/nfs/nfsroot.rst), or dracut's
 * `root=nfs:10.0.1.20:/images/web` and `netroot=nfs4:…` (dracut.cmdline(7)).
 */
function serverIn(words: readonly Word[]): string | null {
  const servers = words.flatMap(([key, value]) => {
    const nfs = key === "nfsroot" ? /^([A-Za-z0-9.-]+):\// : /^nfs4?:([A-Za-z0-9.-]+):\//;
    return (["nfsroot", "root", "netroot"].includes(key) && nfs.exec(value)?.[1]) || [];
  });
  const [server, ...others] = new Set(servers);
  return server !== undefined && others.length === 0 ? server : null;
}

/** Whether a file may be offered as the image of its name; says why not. */
export function checkImageFile(name: ImageName, stated: Stated): ImageFile {
  const { roles, images } = stated;
  const other = images.find((image) => image !== name);
  if (other !== undefined) return no(`states image ${other}, but is called ${name}: rename it, or correct the line`);
  if (roles.length > 1) return no(`states several roles (${roles.join(", ")}): an image has one`);
  const [role] = roles;
  if (role === undefined || role === SPARE) return { ok: true, role: null };
  const parsed = roleNameSchema.safeParse(role);
  return parsed.success ? { ok: true, role: parsed.data } : no(`states role ${JSON.stringify(role)}, no role's name`);
}

const no = (why: string): ImageFile => ({ ok: false, why });

type Word = readonly [key: string, value: string];

/** The first line, as in `# retask: role=web image=web.2026-11`. */
function headerWords(text: string): Word[] {
  const match = /^\uFEFF?#\s*retask:(.*)/.exec(text);
  return match === null ? [] : splitWords(match[1] ?? "").filter(([key]) => key === "role" || key === "image");
}

const COMMAND_LINE: Readonly<Record<Loader, RegExp>> = {
  pxelinux: /^\s*append\s+(.*)$/i,
  grub: /^\s*linux(?:16|efi)?\s+(.*)$/,
};

function commandLineWords(loader: Loader, text: string): Word[] {
  const lines = text.split(/\r?\n/).map((line) => COMMAND_LINE[loader].exec(line)?.[1] ?? "");
  return lines.flatMap(splitWords);
}

function splitWords(line: string): Word[] {
  return line
    .trim()
    .split(/\s+/)
    .map((word): Word => {
      const at = word.indexOf("=");
      return at < 0 ? [word, ""] : [word.slice(0, at), word.slice(at + 1)];
    });
}
