/** The demo: the real controller, store, API and boot links, over a simulated farm whose day passes in ten minutes. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pino from "pino";
import { loadConfiguration } from "../../control/configuration/load-configuration.ts";
import { describeProblems } from "../../control/configuration/problem.ts";
import type { Watcher } from "../../control/controller.ts";
import { readStopFlag, stopFlagFile } from "../../control/stop-flag.ts";
import { Telemetry } from "../../control/telemetry.ts";
import { roleName } from "../../core/domain/names.ts";
import type { Site } from "../../core/domain/site.ts";
import { createApi } from "../../http/server.ts";
import { makeFirstToken } from "../../http/tokens.ts";
import { simulatedChannels, simulatedFiles } from "../../simulation/simulated-images.ts";
import { Simulation } from "../../simulation/simulation.ts";
import { openMemoryStore } from "../../store/memory-store.ts";
import type { Store } from "../../store/store.ts";
import { createBootLinks } from "../../world/boot-links/boot-links.ts";
import { createCalendar } from "../../world/calendar/cron-calendar.ts";
import { makeBootDirectory } from "./boot-directory.ts";
import { addAddress, demoStoreFile, makeDemoSite } from "./demo-site.ts";
import { Narrator } from "./narrator.ts";

export interface DemoOptions {
  /** Simulated hours until it ends. */
  readonly hours: number;
  /** Simulated seconds a second; 0: as fast as the machine can. */
  readonly speed: number;
  readonly seed: number;
  /** Port of the API on 127.0.0.1; another free one is taken when it is busy. */
  readonly port: number;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

const TIMEZONE = "Europe/Berlin";
/** A Monday, six in the morning there: the climb of the day is minutes away. */
const START_WALL_MS = Date.UTC(2026, 10, 23, 5);
const BEGIN_WEB = 8;
const BEACON_PORT = 9_421;
/** While machines are in operation the demo looks every two simulated seconds. */
const STEP_MS = 2_000;
const DAY_MS = 86_400_000;

export async function runDemo(options: DemoOptions): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "retask-demo-"));
  try {
    await makeDemoSite(directory);
    const loaded = await loadConfiguration(directory);
    if (!loaded.ok) throw new Error(describeProblems(loaded.problems, false));
    await runIn(directory, loaded.configuration.site, options);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function runIn(directory: string, site: Site, options: DemoOptions): Promise<void> {
  let wallMs = (): number => START_WALL_MS;
  const clock = { wallMs: () => wallMs() };
  const store = await openDemoStore(directory, clock, options.say);
  const telemetry = new Telemetry();
  const narrator = new Narrator(options.say, clock, TIMEZONE);
  const { simulation, links } = await startFarm({
    directory,
    site,
    options,
    store,
    watchers: [telemetry, narrator],
  });
  wallMs = () => simulation.world.clock.wallMs();

  const { controller } = simulation;
  const registry = telemetry.registry;
  const api = await createApi({
    controller,
    keeper: null,
    links,
    registry,
    beaconPort: BEACON_PORT,
    host: "127.0.0.1",
  });
  const token = join(directory, "token");
  await makeFirstToken(store, token, clock.wallMs());
  const address = await api
    .listen({ host: "127.0.0.1", port: options.port })
    .catch(() => api.listen({ host: "127.0.0.1", port: 0 }));
  await addAddress(directory, address);
  introduce(options, site, address, directory);
  try {
    await simulation.adopt();
    await turnUntilEnd(simulation, options);
    options.say("");
    for (const line of narrator.report(site.machines.size)) options.say(line);
  } finally {
    await api.close();
    await store.close();
  }
}

/** The real store; in memory where its compiled part is missing, so that the demo runs on any machine with Node. */
async function openDemoStore(
  directory: string,
  clock: { wallMs(): number },
  say: (line: string) => void,
): Promise<Store> {
  const sqlite = await import("../../store/sqlite-store.ts").catch(() => null);
  if (sqlite === null) {
    say("better-sqlite3 is not installed here: this demo keeps its record in memory.");
    return openMemoryStore();
  }
  const file = demoStoreFile(directory);
  const logger = pino({ level: "silent" });
  const opened = await sqlite.openSqliteStore({ file, logger, clock, keepDecisionsMs: DAY_MS, keepDemandMs: DAY_MS });
  if (opened.ok) return opened.store;
  throw new Error(`${opened.code}: ${opened.why}`);
}

interface Farm {
  readonly directory: string;
  readonly site: Site;
  readonly options: DemoOptions;
  readonly store: Store;
  readonly watchers: readonly Watcher[];
}

async function startFarm({ directory, site, options, store, watchers }: Farm) {
  const boot = await makeBootDirectory(directory, simulatedFiles(site), simulatedChannels(site));
  const logger = pino({ level: "silent" });
  const flag = stopFlagFile(demoStoreFile(directory));
  const links = createBootLinks({ directories: { pxelinux: boot.path }, dryRun: false, log: logger });
  const simulation = await Simulation.start({
    site,
    seed: options.seed,
    startWallMs: START_WALL_MS,
    calendar: createCalendar(),
    store,
    logger,
    begin: new Map([
      [roleName("web"), BEGIN_WEB],
      [roleName("compile"), site.machines.size - BEGIN_WEB],
    ]),
    links: { port: links, bootTarget: boot.bootTarget },
    watchers,
    around: {
      asSeen: (world) => world,
      configured: { site: () => site, mode: () => "auto" },
      stopped: () => readStopFlag(flag),
      served: (_, target) => target,
    },
  });
  return { simulation, links };
}

/** Holds the simulated clock to the wanted multiple of the real one. */
async function turnUntilEnd(simulation: Simulation, { hours, speed, signal }: DemoOptions): Promise<void> {
  const { clock } = simulation.world;
  const [beganMs, beganRealMs] = [clock.monotonicMs(), performance.now()];
  while (!signal.aborted && clock.monotonicMs() - beganMs < hours * 3_600_000) {
    await simulation.turn(STEP_MS);
    const aheadMs = speed === 0 ? 0 : (clock.monotonicMs() - beganMs) / speed - (performance.now() - beganRealMs);
    await sleep(Math.max(0, aheadMs), undefined, { signal }).catch(() => {});
  }
}

function introduce({ say, speed, hours }: DemoOptions, site: Site, address: string, directory: string): void {
  const pace = speed === 0 ? "as fast as it can" : `${hours} hours in ${Math.round((hours * 60) / speed)} minutes`;
  say(
    `retask demo: ${site.machines.size} simulated machines, web by load, builds get the rest; ${pace}. Ctrl-C ends it.`,
  );
  say(`  page     ${address}/   (to change something, enter the token in ${directory}/token)`);
  say(`  CLI      in another shell: export RETASK_SITE=${directory} TZ=${TIMEZONE}`);
  say(`  links    ${directory}/tftp/pxelinux.cfg`);
  say("");
}
