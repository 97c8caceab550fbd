/** Clones an image: marks it as unfinished, copies its trees, writes its boot files last. Begun again, it goes on. */
import { lstat, mkdir, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { orNull } from "../../world/boot-links/file-trouble.ts";
import {
  clearUnfinished,
  markUnfinished,
  readUnfinished,
  unfinishedFile,
  writeImageFile,
} from "../../world/boot-links/new-image-file.ts";
import { copyTree } from "../../world/images/copy-tree.ts";
import { foreignFile, lackOfSpace } from "../../world/images/free-space.ts";
import { CommandFailed } from "../command-failed.ts";
import type { BootPlaces } from "./boot-places.ts";
import type { ClonePlan, Tree } from "./clone-plan.ts";

export interface Cloned {
  readonly from: string;
  readonly image: string;
  readonly role: string;
  readonly copied: readonly (Tree & { readonly how: string })[];
  /** Boot files, each its path. */
  readonly written: readonly string[];
  /** Kernels and initrds that both boot. */
  readonly shared: readonly string[];
}

export interface CloneHooks {
  readonly tell: (tree: Tree, share: number) => void;
  readonly signal: AbortSignal;
}

export async function clone(places: BootPlaces, plan: ClonePlan, hooks: CloneHooks): Promise<Cloned> {
  const { from, to, role, trees, files, shared } = plan;
  // The mark lies beside the links, where one look finds every clone that was never finished.
  const [{ path: markedIn }] = places;
  const isBegun = await mustBeFree(markedIn, plan);
  for (const tree of trees) await mustFit(tree);
  if (!isBegun) await markUnfinished(markedIn, to, { from, copies: [...trees] });
  const copied: Cloned["copied"][number][] = [];
  for (const tree of trees) copied.push({ ...tree, how: await copyOne(tree, unfinishedFile(markedIn, to), hooks) });
  const written: string[] = [];
  for (const { boot, text } of files) {
    const path = join(boot.directory, to);
    const isNew = await writeImageFile({ directory: boot.directory, image: to, text, like: boot.path });
    // Not new: by this very clone, whose last step was interrupted.
    if (!isNew && (await readFile(path, "utf8")) !== text)
      throw new CommandFailed(`${path} is there already, and says otherwise than the clone would; left as it is`);
    written.push(path);
  }
  await clearUnfinished(markedIn, to);
  return { from, image: to, role, copied, written, shared };
}

/** Never into what exists, unless it is this same clone's, interrupted: then `true`. */
async function mustBeFree(directory: string, { from, to, trees, files }: ClonePlan): Promise<boolean> {
  const mark = unfinishedFile(directory, to);
  const found = await readUnfinished(directory, to);
  if (found !== null) {
    if (found !== "garbled" && found.from === from && same(found.copies, trees)) return true;
    const what = found === "garbled" ? "another clone" : `a clone of ${found.from}`;
    throw new CommandFailed(
      `${what} to ${to} was begun and not finished (${mark})\n  finish that one, or remove what it copied and then that file`,
    );
  }
  const taken = [...files.map(({ boot }) => join(boot.directory, to)), ...trees.map((tree) => tree.to)];
  for (const path of taken) {
    if ((await orNull(lstat(path))) !== null)
      throw new CommandFailed(`${path} is there already: nothing is ever cloned into an existing image`);
  }
  return false;
}

const same = (a: readonly Tree[], b: readonly Tree[]): boolean =>
  a.length === b.length && a.every(({ from, to }, index) => from === b[index]?.from && to === b[index]?.to);

async function mustFit({ from, to }: Tree): Promise<void> {
  await readdir(from).catch((cause: NodeJS.ErrnoException) => {
    throw new CommandFailed(`${from} can't be copied (${cause.code ?? String(cause)}): is images.roots right?`);
  });
  await mkdir(dirname(to), { recursive: true });
  const foreign = await foreignFile(from);
  if (foreign !== null)
    throw new CommandFailed(`${foreign} belongs to somebody else: copy as root, which keeps owners`);
  const lack = await lackOfSpace(from, to);
  if (lack !== null) throw new CommandFailed(`nothing was copied: ${lack}`);
}

async function copyOne(tree: Tree, lock: string, { tell, signal }: CloneHooks): Promise<string> {
  const copied = await copyTree({ ...tree, lock, signal, tell: (share) => tell(tree, share) });
  tell(tree, 1);
  if (copied.ok) return copied.how;
  throw new CommandFailed(`${copied.why}\n  nothing boots it yet; the same command again goes on where this one ended`);
}
