/**
 * Notices that a site's files have changed, however they were: edited in place, renamed over, or moved away beneath a
 * symbolic link (Kubernetes' `..data`, stow, a `current` that is switched).
 */
import { watch } from "chokidar";
import type { Logger } from "pino";
import { signatureOf } from "./read-site.ts";

/** The directory, `policies/`, and Kubernetes' hidden directory around both. */
const WATCHED_DEPTH = 3;
/** An editor or `git pull` touches several files in a row; what stands between them is nobody's intent. */
const DEBOUNCE_MS = 300;

export interface SiteWatch {
  close(): Promise<void>;
}

/**
 * Calls `changed` once the files have been quiet for a moment. Notifications say when to look; every `pollMs` it looks
 * without one, because network file systems send none, and no watch sees a link above the directory being switched.
 */
export function watchSite(
  dir: string,
  options: {
    readonly pollMs: number;
    readonly log: Logger;
    readonly changed: () => Promise<void>;
    /** Whether to call `changed` at the next poll even if nothing has. */
    readonly impatient: () => boolean;
  },
): SiteWatch {
  let debounce: NodeJS.Timeout | undefined;
  // Not what the files are now: they may have changed since whoever calls has read them.
  let seen: string | null = null;
  let closed = false;

  const look = async (): Promise<void> => {
    const now = await signatureOf(dir);
    if (closed || (now === seen && !options.impatient())) return;
    await options.changed();
    // Only now: what could not be stored is tried again at the next poll.
    seen = now;
  };
  const lookSafely = (): void => {
    look().catch((error: unknown) =>
      options.log.error({ err: error, dir }, "the configuration could not be read again"),
    );
  };
  const noticed = (): void => {
    clearTimeout(debounce);
    if (!closed) debounce = setTimeout(lookSafely, DEBOUNCE_MS);
  };

  const watcher = watch(dir, { ignoreInitial: true, depth: WATCHED_DEPTH, ignorePermissionErrors: true });
  // Not `all`: it says nothing of a symbolic link that is renamed over.
  watcher.on("raw", noticed);
  watcher.on("error", (error) =>
    options.log.warn({ err: error, dir }, "watching the configuration fails; polling goes on"),
  );
  // Not awaited: where the system has no watches left, it may never come, and polling does alone.
  watcher.once("ready", noticed);
  const poll = setInterval(lookSafely, options.pollMs);

  return {
    async close() {
      closed = true;
      clearTimeout(debounce);
      clearInterval(poll);
      await watcher.close();
    },
  };
}
