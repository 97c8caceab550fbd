/** Which directories of boot links this controller may write: none before it took them, none that it lost. */
import type { Logger } from "pino";
import type { Changed } from "../ports.ts";
import { checkOwner, type Owner, takeDirectory } from "./owner.ts";
import type { BootDirectory } from "./read-link.ts";
import { removeLeftOvers, type Written } from "./write-link.ts";

export const DRY = {
  ok: false,
  code: "RTK_DRY_RUN",
  why: "dry run: no boot link and no owner file is written",
} as const satisfies Changed;

export interface OwnershipOptions {
  readonly places: readonly BootDirectory[];
  readonly dryRun: boolean;
  readonly host: string;
  readonly log: Pick<Logger, "info">;
  readonly wallMs: () => number;
}

/** Who this controller said it is, and whether the directories are still its own: asked again before each write (S6). */
export function createOwnership(options: OwnershipOptions) {
  const cleaned = new Set<string>();
  let me: Owner | null = null;

  const takePlace = async (place: BootDirectory, claimed: Owner): Promise<Written> => {
    if (options.dryRun) {
      const trouble = await checkOwner(place.path, claimed);
      return trouble === null || trouble.code === "RTK_OWNER_MISSING" ? { code: DRY.code, why: DRY.why } : trouble;
    }
    const taken = await takeDirectory(place.path, claimed, options.wallMs());
    if ("changed" in taken && !cleaned.has(place.path)) {
      cleaned.add(place.path);
      const removed = await removeLeftOvers(place.path, options.wallMs());
      if (removed > 0) options.log.info({ directory: place.path, removed }, "removed what a crash left staged");
    }
    return taken;
  };

  return {
    take: async (owner: string): Promise<Written> => {
      const claimed = { owner, host: options.host };
      let changed = false;
      for (const place of options.places) {
        const taken = await takePlace(place, claimed);
        if (!("changed" in taken)) return taken;
        changed ||= taken.changed;
      }
      me = claimed;
      return { changed };
    },
    check: async (place: BootDirectory) =>
      me === null
        ? ({ code: "RTK_OWNER_MISSING", why: `${place.path}: not yet owned by this controller; not written` } as const)
        : checkOwner(place.path, me),
  };
}
