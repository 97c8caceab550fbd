/** One retask process, put together: store, configuration, world, controller, loop and API; and taken apart again. */
import { hostname } from "node:os";
import type { Logger } from "pino";
import { keepConfiguration } from "../control/configuration/keep-configuration.ts";
import type { ConfigurationKeeper } from "../control/configuration/keeper.ts";
import { describeProblems } from "../control/configuration/problem.ts";
import { Controller, type Watcher } from "../control/controller.ts";
import { rememberLearned } from "../control/learned.ts";
import { startLoop } from "../control/loop.ts";
import { machinesOff } from "../control/machines-off.ts";
import { Notifier } from "../control/notifications/notifier.ts";
import { receiversOf } from "../control/notifications/receiver.ts";
import { ownerName } from "../control/owner-name.ts";
import { realWorld } from "../control/real-world.ts";
import { readSitePaths, type SitePaths } from "../control/site-paths.ts";
import { readStopFlag, stopFlagFile } from "../control/stop-flag.ts";
import { Telemetry } from "../control/telemetry.ts";
import type { Settings } from "../core/domain/settings.ts";
import { createApi } from "../http/server.ts";
import { makeFirstToken } from "../http/tokens.ts";
import { openMemoryStore } from "../store/memory-store.ts";
import { openSqliteStore } from "../store/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { systemClock } from "../world/clock/system-clock.ts";
import { urlOf } from "./find-daemon.ts";

export interface DaemonOptions {
  readonly siteDir: string;
  readonly logger: Logger;
  /** Nothing is started, written or spawned; the record is kept in memory only (S13). */
  readonly dryRun: boolean;
  readonly watchers?: readonly Watcher[];
}

export interface Daemon {
  readonly address: string;
  reload(): Promise<void>;
  stop(): Promise<void>;
}

export type StartedDaemon =
  | { readonly ok: true; readonly daemon: Daemon }
  | { readonly ok: false; readonly why: string };

const PRUNE_MS = 3_600_000;

export async function startDaemon(options: DaemonOptions): Promise<StartedDaemon> {
  const { logger, siteDir, dryRun } = options;
  const paths = await readSitePaths(siteDir);
  const opened = await openStore(options, paths);
  if (!opened.ok) return opened;
  const { store } = opened;

  let controller: Controller | null = null;
  const kept = await keepConfiguration({
    dir: siteDir,
    store,
    log: logger.child({ part: "configuration" }),
    wallMs: () => systemClock.wallMs(),
    offMachines: () => (controller === null ? new Set() : machinesOff(controller)),
  });
  if (!kept.ok) {
    await store.close();
    return { ok: false, why: describeProblems(kept.problems, false) };
  }
  const { keeper } = kept;
  const { settings } = keeper.current();
  const world = realWorld(settings, logger, dryRun);
  const telemetry = new Telemetry();
  const configurationWatcher: Watcher = { onTick: () => telemetry.noteConfiguration(healthOf(keeper)) };
  const notifier = await startNotifier(keeper, { store, logger, telemetry, dryRun });
  const flag = stopFlagFile(paths.storeFile);
  controller = await Controller.start({
    world,
    store,
    configured: { site: () => keeper.current().site, mode: () => keeper.current().settings.mode },
    logger,
    owner: ownerName(await store.storeId()),
    dryRun,
    stopped: () => readStopFlag(flag),
    watchers: [telemetry, configurationWatcher, ...(notifier === null ? [] : [notifier]), ...(options.watchers ?? [])],
  });
  const forget = await rememberLearned(store, world.prometheus, logger);
  const api = await serveApi({ controller, keeper, telemetry, settings, store, paths, world, options });
  if (!api.ok) {
    await notifier?.stop();
    await keeper.close();
    await store.close();
    return api;
  }

  const loop = startLoop(controller);
  keeper.onChange(() => loop.wakeFully());
  const pruning = setInterval(() => void prune(store, logger), PRUNE_MS);
  pruning.unref();
  return {
    ok: true,
    daemon: {
      address: api.address,
      reload: async () => void (await keeper.reload()),
      stop: async () => {
        clearInterval(pruning);
        await loop.stop();
        await notifier?.stop();
        await api.close();
        await forget();
        await keeper.close();
        await store.close();
      },
    },
  };
}

async function openStore({ dryRun, logger }: DaemonOptions, paths: SitePaths) {
  if (dryRun) return { ok: true as const, store: openMemoryStore() };
  const opened = await openSqliteStore({
    file: paths.storeFile,
    logger: logger.child({ part: "store" }),
    clock: systemClock,
    keepDecisionsMs: paths.keepDecisionsMs,
    keepDemandMs: paths.keepDemandMs,
  });
  return opened.ok ? opened : { ok: false as const, why: `${opened.code}: ${opened.why}` };
}

interface NotifierParts {
  readonly store: Store;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly dryRun: boolean;
}

function startNotifier(keeper: ConfigurationKeeper, { store, logger, telemetry, dryRun }: NotifierParts) {
  const { settings } = keeper.current();
  return Notifier.start({
    receivers: receiversOf(settings.notify),
    store,
    logger: logger.child({ part: "notifications" }),
    metrics: telemetry.notifications,
    clock: systemClock,
    sender: { from: hostname(), url: urlOf(settings.listen), dryRun },
    waiting: () => keeper.status().pending,
  });
}

interface Parts {
  readonly controller: Controller;
  readonly keeper: ConfigurationKeeper;
  readonly telemetry: Telemetry;
  readonly settings: Settings;
  readonly store: Store;
  readonly paths: SitePaths;
  readonly world: ReturnType<typeof realWorld>;
  readonly options: DaemonOptions;
}

async function serveApi({ controller, keeper, telemetry, settings, store, paths, world, options }: Parts) {
  const { host, port } = splitAddress(settings.listen);
  // A dry run writes no file, so it has no token, and every write is refused anyway.
  if (!options.dryRun && (await makeFirstToken(store, paths.tokenFile, systemClock.wallMs()))) {
    options.logger.info({ file: paths.tokenFile }, "made the first API token");
  }
  const api = await createApi({
    controller,
    keeper,
    links: world.links,
    registry: telemetry.registry,
    beaconPort: settings.beacon.port,
    host,
  });
  try {
    const address = await api.listen({ host, port });
    return { ok: true as const, address, close: () => api.close() };
  } catch (error) {
    return {
      ok: false as const,
      why: `can't listen on ${settings.listen}: ${String(error)}; is another retask running?`,
    };
  }
}

function splitAddress(listen: string): { readonly host: string; readonly port: number } {
  const colon = listen.lastIndexOf(":");
  return { host: listen.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(listen.slice(colon + 1)) };
}

function healthOf(keeper: ConfigurationKeeper) {
  const { problems, pending } = keeper.status();
  return { valid: problems.length === 0, pending: pending !== null };
}

async function prune(store: Store, logger: Logger): Promise<void> {
  await store.prune(systemClock.wallMs()).catch((error: unknown) => {
    logger.warn({ why: String(error) }, "the record can't be pruned; it grows until it can");
  });
}
