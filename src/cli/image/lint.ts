/** What `retask image lint` looks at: an image with its root, or a root alone. */
import { realpath } from "node:fs/promises";
import { imageNameSchema } from "../../core/domain/names.ts";
import type { Settings } from "../../core/domain/settings.ts";
import { type Era, eraOf } from "../../core/images/lint/era.ts";
import type { BootFacts, RootFacts } from "../../core/images/lint/facts.ts";
import { error, type LintFinding } from "../../core/images/lint/finding.ts";
import { lintImage } from "../../core/images/lint/lint-image.ts";
import { findLocalRoot, onlyRootOf } from "../../core/images/nfs-root.ts";
import { readRoot } from "../../world/images/read-root.ts";
import { CommandFailed } from "../command-failed.ts";
import { bootFilesOf, imageMeant, placesOf } from "./boot-places.ts";

export interface LintResult {
  /** No error was found; warnings may have been. */
  readonly ok: boolean;
  readonly image: string | null;
  readonly root: string | null;
  /** Null: there was no root to look at. */
  readonly era: Era | null;
  /** Why the image's root was not looked at; null: it was, or the image has none. */
  readonly notLookedAt: string | null;
  readonly errors: number;
  readonly warnings: number;
  readonly findings: readonly LintFinding[];
}

/** A path is a root, and anything else an image or a channel. */
export async function lint(what: string, settings: () => Promise<Settings>): Promise<LintResult> {
  if (what.includes("/")) return lintRoot(what);
  const name = imageNameSchema.safeParse(what);
  if (!name.success) throw new CommandFailed(`${what}: ${name.error.issues[0]?.message}, or a directory, as in ./root`);
  const { images, ...others } = await settings();
  const places = placesOf({ images, ...others });
  const image = await imageMeant(places, name.data);
  const boots = await bootFilesOf(places, image);
  const nfsRoot = onlyRootOf(boots.map(({ text }) => text));
  if (nfsRoot === "none") return result({ image, boots, root: null });
  if (nfsRoot === "several")
    return result({
      image,
      boots,
      root: null,
      notLookedAt: "its boot files name several NFS roots; look at each by its path",
    });
  const local = findLocalRoot(images.roots, nfsRoot);
  if (!local.ok) return result({ image, boots, root: null, notLookedAt: local.why });
  const root = await readRoot(await realpath(local.path).catch(() => local.path));
  if (root === null) return result({ image, boots, root: null, extra: [noRoot(local.path, boots)] });
  return result({ image, boots, root });
}

async function lintRoot(given: string): Promise<LintResult> {
  const path = await realpath(given).catch((cause: NodeJS.ErrnoException) => {
    throw new CommandFailed(`${given} can't be looked at (${cause.code ?? String(cause)})`);
  });
  const root = await readRoot(path);
  if (root === null) throw new CommandFailed(`${given} is no directory`);
  return result({ image: null, boots: [], root });
}

interface Looked {
  readonly image: string | null;
  readonly boots: readonly BootFacts[];
  readonly root: RootFacts | null;
  readonly notLookedAt?: string;
  readonly extra?: readonly LintFinding[];
}

function result({ image, boots, root, notLookedAt, extra = [] }: Looked): LintResult {
  const findings = [...lintImage(boots, root), ...extra];
  const count = (level: LintFinding["level"]) => findings.filter((finding) => finding.level === level).length;
  return {
    ok: count("error") === 0,
    image,
    root: root?.path ?? null,
    era: root === null ? null : eraOf(root),
    notLookedAt: notLookedAt ?? null,
    errors: count("error"),
    warnings: count("warning"),
    findings,
  };
}

const noRoot = (path: string, [boot]: readonly BootFacts[]): LintFinding =>
  error("root-missing", path, {
    what: `is no directory, and ${boot?.path ?? "the boot file"} names it as the root`,
    why: "the machine mounts nothing, and stops",
    advice: "put the root there; or correct nfsroot= in the boot file, or images.roots in retask.yaml",
  });
