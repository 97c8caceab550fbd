/** A controller's disk with one image to clone, and the program to do it. */
import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { cliFor, type Ended } from "./cli-bench.ts";
import { canMakeNodes, linkTo, makeNode, makeSystemdRoot, put } from "./image-tree.ts";
import { temporaryDirectory } from "./ports.ts";
import { SITE, writeSite } from "./site-dir.ts";

export const IMAGE = `# retask: role=web image=web.1
LABEL linux
  KERNEL web.1/vmlinuz
  INITRD web/initrd.img
  APPEND nfsroot=10.0.1.20:/images/web.1 ro retask.role=web retask.image=web.1
`;

export interface ClonePlace {
  readonly dir: string;
  readonly site: string;
  /** Where the NFS roots lie. */
  readonly roots: string;
  /** pxelinux.cfg */
  readonly links: string;
  /** What an unfinished clone to web.2 leaves. */
  readonly mark: string;
  /** What the controller has of web.1, with everything in its root that a careless copy loses. */
  makeImage(): void;
  /** retask.yaml, with these lines on images. */
  writeRetask(images: string): void;
  clone(...names: string[]): Promise<Ended>;
  list(): Promise<Ended>;
  remove(): Promise<void>;
}

export async function createClonePlace(): Promise<ClonePlace> {
  const { path: dir, remove } = await temporaryDirectory();
  const [site, roots, links] = [join(dir, "site"), join(dir, "images"), join(dir, "tftp/pxelinux.cfg")];
  const image = async (...args: string[]): Promise<Ended> => (await cliFor(site))(["image", ...args]);
  const writeRetask = (images: string): void => {
    const bmc = "bmc: { user: retask, passwordFile: /etc/retask/bmc }";
    writeSite(site, { ...SITE, "retask.yaml": `bootLinks: ${links}\n${images}${bmc}\n` });
  };
  return {
    dir,
    site,
    roots,
    links,
    mark: join(links, ".retask-unfinished-web.2"),
    makeImage: () => {
      writeRetask(`images: { roots: { "10.0.1.20:/images": ${roots} } }\n`);
      put(join(links, "web.1"), IMAGE);
      linkTo(join(links, "web.production"), "web.1");
      put(join(dir, "tftp/web.1/vmlinuz"), "kernel");
      put(join(dir, "tftp/web/initrd.img"), "initrd");
      makeRoot(join(roots, "web.1"));
    },
    writeRetask,
    clone: (...names) => image("clone", ...names),
    list: () => image("list"),
    remove,
  };
}

function makeRoot(path: string): void {
  const root = makeSystemdRoot(path);
  put(join(root, "usr/bin/one"), "x".repeat(100));
  linkSync(join(root, "usr/bin/one"), join(root, "usr/bin/other"));
  put(join(root, "var/sparse"));
  truncateSync(join(root, "var/sparse"), 64 * 2 ** 20);
  execFileSync("chmod", ["4755", join(root, "usr/bin/one")]);
  if (!canMakeNodes()) return;
  mkdirSync(join(root, "dev"));
  makeNode(join(root, "dev/null"), 1, 3);
  execFileSync("chown", ["1234:5678", join(root, "var/sparse")]);
}

/** What rsync itself would still change to make them alike: owners, modes, times, links, attributes, content. */
export const differences = (from: string, to: string): string =>
  execFileSync("rsync", ["-naHAXSic", "--delete", "--numeric-ids", `${from}/`, `${to}/`], { encoding: "utf8" });
