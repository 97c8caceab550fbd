/** Where an image's NFS root is: as its kernel command line says it, and as the controller finds it on a disk of its own. */

/** A directory on an NFS server. `server` is null where the machine asks the server that DHCP names. */
export interface NfsRoot {
  readonly server: string | null;
  /** Absolute, without a trailing slash. */
  readonly path: string;
}

interface Word {
  readonly root: NfsRoot;
  /** As it stands in the text: the path alone, without server and options. */
  readonly written: string;
  /** Counted from 1. */
  readonly line: number;
}

/** `nfsroot=` as the kernel and initramfs-tools take it, NFSROOT= as Red Hat's disklessrc, `root=nfs:` as dracut. */
const WORD = /(?:^|\s)(?:nfsroot=|root=nfs4?:)((?:\[[^\]\s]+\]|[^\s:,/]+)?:)?(\/[^\s,:]*)/gi;

export function nfsRootsIn(text: string): Word[] {
  return text.split("\n").flatMap((line, index) =>
    /^\s*#/.test(line)
      ? []
      : [...line.matchAll(WORD)].map(([, server = "", written = ""]) => ({
          root: { server: server === "" ? null : server.slice(0, -1), path: trimmed(written) },
          written,
          line: index + 1,
        })),
  );
}

/** Several labels, or pxelinux and GRUB, may name one root; two are no image that could be copied or looked at as one. */
export function onlyRootOf(texts: readonly string[]): NfsRoot | "none" | "several" {
  const roots = new Map(texts.flatMap(nfsRootsIn).map(({ root }) => [describeRoot(root), root]));
  const [root] = roots.values();
  if (root === undefined) return "none";
  return roots.size === 1 ? root : "several";
}

export const describeRoot = ({ server, path }: NfsRoot): string => (server === null ? path : `${server}:${path}`);

const trimmed = (path: string): string => path.replace(/(?<=.)\/+$/, "");

export type LocalRoot =
  | { readonly ok: true; readonly path: string; readonly prefix: string }
  | { readonly ok: false; readonly why: string };

/**
 * The directory behind a root, by `images.roots` of retask.yaml: the longest prefix that fits. A prefix without a server
 * fits every server.
 */
export function findLocalRoot(roots: Readonly<Record<string, string>>, root: NfsRoot): LocalRoot {
  const said = describeRoot(root);
  if (/%|(?:^|\/)\.\.?(?=\/|$)/.test(root.path)) {
    return { ok: false, why: `${said} is no plain path, so that no one directory stands for it` };
  }
  const fitting = Object.entries(roots)
    .map(([written, local]) => ({ prefix: trimmed(written), local }))
    .filter(({ prefix }) => isBelow(said, prefix) || isBelow(root.path, prefix))
    .sort((a, b) => b.prefix.length - a.prefix.length);
  const [best] = fitting;
  if (best === undefined) return { ok: false, why: `no prefix of images.roots in retask.yaml fits ${said}` };
  const rest = (best.prefix.startsWith("/") ? root.path : said).slice(best.prefix === "/" ? 0 : best.prefix.length);
  return { ok: true, path: trimmed(`${trimmed(best.local)}${rest}`), prefix: best.prefix };
}

const isBelow = (path: string, prefix: string): boolean =>
  path === prefix || path.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`);
