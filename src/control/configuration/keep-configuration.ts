/**
 * Keeps the configuration in force: accepts changes of the files, holds those that need somebody's acceptance, and goes on
 * with the stored one while the files are broken or gone (S14). A restart, too, begins with the stored one.
 */
import { isDeepStrictEqual } from "node:util";
import pLimit from "p-limit";
import type { Logger } from "pino";
import type { Configuration } from "./configuration.ts";
import { type JudgedFiles, judgeFiles } from "./judge-files.ts";
import type { Acceptance, ConfigurationKeeper, ConfigurationStatus, KeeperOptions, StartedKeeper } from "./keeper.ts";
import { parseSite } from "./load-configuration.ts";
import { parseConfiguration } from "./parse-configuration.ts";
import { describeProblems, type Problem } from "./problem.ts";
import { readSite } from "./read-site.ts";
import { restartNeeded } from "./restart-needed.ts";
import { watchSite } from "./watch-site.ts";

const POLL_MS = 10_000;
/** So many digits of a digest name a configuration well enough for `retask accept`. */
const FEWEST_DIGITS = 8;

interface InForce {
  readonly configuration: Configuration;
  readonly acceptedMs: number;
}

/** Starts from the store, then reads the files, and watches them until it is closed. */
export async function keepConfiguration(options: KeeperOptions): Promise<StartedKeeper> {
  const first = (await restore(options)) ?? (await acceptFirst(options));
  if ("problems" in first) return { ok: false, problems: first.problems };

  const keep = keeping(options, first);
  await keep.keeper.reload();
  const watch = watchSite(options.dir, {
    pollMs: options.pollMs ?? POLL_MS,
    log: options.log,
    changed: async () => void (await keep.keeper.reload()),
    impatient: keep.waitsForMachines,
  });
  return { ok: true, keeper: { ...keep.keeper, close: () => watch.close() } };
}

/** The stored configuration, where there is one that this program still understands. */
async function restore({ store, log }: KeeperOptions): Promise<InForce | null> {
  const accepted = await store.acceptedConfiguration();
  if (accepted === null) return null;
  const parsed = parseConfiguration(accepted.files);
  if (parsed.ok) return { configuration: parsed.configuration, acceptedMs: accepted.acceptedMs };
  const { digest } = accepted;
  log.error(
    { digest, problems: parsed.problems },
    "the stored configuration does not fit this program; the files decide",
  );
  return null;
}

/** Nothing is in force yet, so there is nothing that the files could take away. */
async function acceptFirst(options: KeeperOptions): Promise<InForce | { readonly problems: readonly Problem[] }> {
  const files = parseSite(await readSite(options.dir));
  if (!files.ok) return { problems: files.problems };
  return save(options, files.configuration, null, "daemon", "the first configuration of this store");
}

/** Stored before it counts: a crash in between repeats the acceptance, and never forgets one that was acted on. */
async function save(
  options: KeeperOptions,
  configuration: Configuration,
  before: Configuration | null,
  who: string,
  why: string,
): Promise<InForce> {
  const acceptedMs = options.wallMs();
  const { digest, files } = configuration;
  await options.store.saveAcceptedConfiguration({ digest, acceptedMs, files });
  const entry = { atMs: acceptedMs, who, from: "daemon", action: "accept configuration", why, refused: null };
  await options.store.audit({ ...entry, before: before?.digest ?? null, after: digest });
  options.log.info({ digest, who, why }, "configuration in force");
  return { configuration, acceptedMs };
}

function keeping(options: KeeperOptions, first: InForce) {
  // Two readings at once could put the older one into force.
  const inTurn = pLimit(1);
  const listeners = new Set<(configuration: Configuration) => void>();
  const atStart = first.configuration.settings;
  let inForce = first;
  let files: JudgedFiles = { kind: "acceptable", configuration: first.configuration, changes: [] };

  const putInForce = async (configuration: Configuration, who: string, why: string): Promise<void> => {
    inForce = await save(options, configuration, inForce.configuration, who, why);
    files = { kind: "acceptable", configuration, changes: [] };
    for (const listener of listeners) listener(configuration);
  };

  const read = async (): Promise<void> => {
    const before = files;
    files = judgeFiles(parseSite(await readSite(options.dir)), inForce.configuration, options.offMachines());
    if (files.kind !== "acceptable") tell(options.log, before, files);
    else if (files.configuration.digest !== inForce.configuration.digest)
      await putInForce(files.configuration, "daemon", files.changes.join("; "));
  };

  const accept = async (digest: string, who: string): Promise<Acceptance> => {
    // What waits is what the files say now, not what they said when the operator looked.
    await read();
    if (files.kind !== "waiting") return { ok: false, why: "no configuration waits for acceptance" };
    const { pending, configuration } = files;
    if (digest.length < FEWEST_DIGITS || !pending.digest.startsWith(digest))
      return { ok: false, why: `${digest} does not wait for acceptance; ${pending.digest.slice(0, 12)} does` };
    await putInForce(configuration, who, pending.reasons.join("; "));
    return { ok: true };
  };

  const status = (): ConfigurationStatus => ({
    inForceDigest: inForce.configuration.digest,
    acceptedMs: inForce.acceptedMs,
    problems: files.kind === "rejected" ? files.problems : [],
    pending: files.kind === "waiting" ? files.pending : null,
    source: files.kind === "acceptable" ? "files" : "stored",
    restartNeeded: restartNeeded(atStart, inForce.configuration.settings),
  });

  return {
    waitsForMachines: () => files.kind === "rejected" && files.waitsForMachines,
    keeper: {
      current: () => inForce.configuration,
      status,
      reload: () => inTurn(read).then(status),
      accept: (digest: string, who: string) => inTurn(() => accept(digest, who)),
      onChange(listener: (configuration: Configuration) => void) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    } satisfies Omit<ConfigurationKeeper, "close">,
  };
}

/** Once for each new state of the files; a poll that finds the same one again says nothing. */
function tell(log: Logger, before: JudgedFiles, files: JudgedFiles): void {
  if (isDeepStrictEqual(before, files)) return;
  if (files.kind === "rejected") log.error({ problems: files.problems }, describeProblems(files.problems, true));
  if (files.kind !== "waiting") return;
  const { digest, reasons } = files.pending;
  log.warn({ digest, reasons }, `a changed configuration waits for: retask accept ${digest.slice(0, 12)}`);
}
