/** Re-points boot links: staged under another name, then renamed into place, so that no reader ever finds none. */
import { randomBytes } from "node:crypto";
import { lstat, open, readdir, rename, rm, symlink, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Machine } from "../../core/domain/fleet.ts";
import type { ImageName } from "../../core/domain/names.ts";
import type { LinkFact } from "../../core/domain/observation.ts";
import { type FileTrouble, orNull } from "./file-trouble.ts";
import { bootLinkName, STAGED_PREFIX } from "./names.ts";
import { type BootDirectory, readBootLink } from "./read-link.ts";

/** `point` takes only a link that is retask's, or none; `repair` also replaces a foreign link, never a plain file. */
export type WriteMode = "point" | "repair";

export type Written = { readonly changed: boolean } | FileTrouble;

export interface LinkWish {
  readonly machine: Machine;
  readonly image: ImageName;
  readonly uuid: string | null;
  readonly mode: WriteMode;
  readonly signal: AbortSignal;
}

/** Points one machine's boot link at one image's file. Safe to repeat. Throws file-system errors. */
export async function writeBootLink(directory: BootDirectory, wish: LinkWish): Promise<Written> {
  const { machine, image, uuid, mode, signal } = wish;
  const link = join(directory.path, bootLinkName(directory.loader, machine.ip));
  const fact = await readBootLink(directory, machine, uuid);
  const replaceable = mode === "repair" && (await isLink(link));
  const refused = refusal(machine, link, fact);
  if (refused !== null && !(refused.code === "RTK_LINK_FOREIGN" && replaceable)) return refused;

  const target = await orNull(lstat(join(directory.path, image)));
  if (!target?.isFile()) return noImage(directory, image, target !== null);
  if (fact.kind === "image" && fact.image === image) return { changed: false };

  const staged = stagedPath(directory.path);
  // A relative target: tftpd serves this tree under a root of its own, where an absolute one leads nowhere.
  await symlink(image, staged);
  try {
    // A call that hung on a dead mount and wakes after its deadline would act for a plan that is gone (S6).
    if (signal.aborted) return tooLate(machine, link);
    // rename(2) is atomic: a machine booting now finds the old link or the new one, never neither.
    await rename(staged, link);
  } finally {
    await rm(staged, { force: true });
  }
  await flushDirectory(directory.path);
  return { changed: true };
}

/** Takes a machine's link away, be its image still there or not. Throws file-system errors. */
export async function removeBootLink(
  directory: BootDirectory,
  machine: Machine,
  uuid: string | null,
  signal: AbortSignal,
): Promise<Written> {
  const link = join(directory.path, bootLinkName(directory.loader, machine.ip));
  const fact = await readBootLink(directory, machine, uuid);
  if (fact.kind === "missing") return { changed: false };
  const refused = refusal(machine, link, fact);
  if (refused !== null) return refused;
  if (signal.aborted) return tooLate(machine, link);
  await unlink(link);
  await flushDirectory(directory.path);
  return { changed: true };
}

/** Does all that pointing a link needs but the last step, and leaves everything as it was. Throws file-system errors. */
export async function rehearseBootLink(
  directory: BootDirectory,
  machine: Machine,
  uuid: string | null,
): Promise<Written> {
  const link = join(directory.path, bootLinkName(directory.loader, machine.ip));
  const refused = refusal(machine, link, await readBootLink(directory, machine, uuid));
  if (refused !== null) return refused;

  await rehearseDirectory(directory.path);
  return { changed: false };
}

/** Really writes: a full disk or a used-up quota shows in no permission bit. Throws file-system errors. */
export async function rehearseDirectory(path: string): Promise<void> {
  const staged = stagedPath(path);
  await symlink("rehearsal", staged);
  await unlink(staged);
}

const stagedPath = (path: string): string => join(path, `${STAGED_PREFIX}${randomBytes(6).toString("hex")}`);

/** Why a link in this state is not written; `null` when it may be. */
function refusal(machine: Machine, link: string, fact: LinkFact): FileTrouble | null {
  switch (fact.kind) {
    case "image":
    case "missing":
      return null;
    case "shadowed":
      return shadowed(machine, link, fact.by);
    case "foreign":
      return foreign(machine, link, `${fact.target}${fact.why === undefined ? "" : `: ${fact.why}`}`);
    case "unreadable":
      return { code: "RTK_LINK_IO", why: `${link}: ${fact.why}` };
  }
}

/** Without this a power cut could bring the old link back, and the machine would boot its old role. */
export async function flushDirectory(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A link or owner file is staged for milliseconds only; one this old is a crash's left-over. */
const LEFT_OVER_MS = 60_000;

/** Removes what an earlier crash left staged; touches no name that retask did not make. Returns how many. */
export async function removeLeftOvers(path: string, wallMs: number): Promise<number> {
  const staged = (await readdir(path)).filter((name) => name.startsWith(STAGED_PREFIX));
  let removed = 0;
  for (const name of staged) {
    const found = await orNull(lstat(join(path, name)));
    if (found === null || wallMs - found.mtimeMs < LEFT_OVER_MS) continue;
    await orNull(unlink(join(path, name)));
    removed += 1;
  }
  return removed;
}

const isLink = async (path: string): Promise<boolean> => (await orNull(lstat(path)))?.isSymbolicLink() ?? false;

const shadowed = (machine: Machine, link: string, by: string): FileTrouble => ({
  code: "RTK_LINK_SHADOWED",
  why: `${link}: the boot loader asks for ${by} first, so ${machine.name}'s boot link would not count; left as it is: remove ${by}`,
});

const foreign = (machine: Machine, link: string, found: string): FileTrouble => ({
  code: "RTK_LINK_FOREIGN",
  why: `${link}: not a boot link of retask's (${found}); ${machine.name} is left as it is: look who made it, then \`retask links --repair\`, or move a plain file away`,
});

const tooLate = (machine: Machine, link: string): FileTrouble => ({
  code: "RTK_LINK_TIMEOUT",
  why: `${link}: the file system answered only after the deadline; ${machine.name}'s boot link is left as it was`,
});

const noImage = (directory: BootDirectory, image: ImageName, there: boolean): FileTrouble => ({
  code: "RTK_LINK_IMAGE",
  why: there
    ? `${join(directory.path, image)} is not a plain file: a boot link names an image, never a channel`
    : `${join(directory.path, image)} is missing: put the image's ${directory.loader} file there`,
});
