/** The demo: the real controller, store, API and boot links, over a simulated farm whose day passes in ten minutes. */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pino from "pino";
import { readStopFlag, stopFlagFile } from "../../control/stop-flag.ts";
import { Telemetry } from "../../control/telemetry.ts";
import type { Site } from "../../core/domain/site.ts";
import { createApi } from "../../http/server.ts";
import { makeFirstToken } from "../../http/tokens.ts";
import type { Simulation } from "../../simulation/simulation.ts";
import { openMemoryStore } from "../../store/memory-store.ts";
import type { Store } from "../../store/store.ts";
import { urlOf } from "../find-daemon.ts";
import { startDemoFarm } from "./demo-farm.ts";
import { demoStoreFile, makeDemoSite } from "./demo-site.ts";
import { Narrator } from "./narrator.ts";
import { TheDead } from "./the-dead.ts";

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
const BEACON_PORT = 9_421;
/** While machines are in operation the demo looks every two simulated seconds. */
const STEP_MS = 2_000;
const DAY_MS = 86_400_000;

export async function runDemo(options: DemoOptions): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "retask-demo-"));
  try {
    await makeDemoSite(directory, await portFor(options.port));
    await runIn(directory, options);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function runIn(directory: string, options: DemoOptions): Promise<void> {
  let wallMs = (): number => START_WALL_MS;
  const clock = { wallMs: () => wallMs() };
  const store = await openDemoStore(directory, clock, options.say);
  const telemetry = new Telemetry();
  const narrator = new Narrator(options.say, clock, TIMEZONE);
  const flag = stopFlagFile(demoStoreFile(directory));
  const { simulation, keeper, links } = await startDemoFarm({
    siteDir: directory,
    bootDir: directory,
    store,
    logger: pino({ level: "silent" }),
    seed: options.seed,
    startWallMs: START_WALL_MS,
    stopped: () => readStopFlag(flag),
    watchers: [telemetry, narrator],
  });
  wallMs = () => simulation.world.clock.wallMs();
  narrator.listenTo(keeper);

  const { controller } = simulation;
  const registry = telemetry.registry;
  const api = await createApi({ controller, keeper, links, registry, beaconPort: BEACON_PORT, host: "127.0.0.1" });
  await makeFirstToken(store, join(directory, "token"), clock.wallMs());
  const { site, settings } = keeper.current();
  const address = await api.listen({ host: "127.0.0.1", port: Number(new URL(urlOf(settings.listen)).port) });
  introduce(options, site, address, directory);
  const servers = (): string[] => keeper.current().site.storage.map(({ name }) => name);
  const dead = new TheDead({ directory, world: simulation.world, servers, say: (line) => narrator.tell(line) });
  try {
    await simulation.adopt();
    await turnUntilEnd(simulation, dead, options);
    options.say("");
    for (const line of narrator.report(site.machines.size)) options.say(line);
  } finally {
    await api.close();
    await keeper.close();
    await store.close();
  }
}

/** The wanted one, where it is free; else any. */
async function portFor(wanted: number): Promise<number> {
  const server = createServer();
  const listenAt = (port: number) => once(server.listen(port, "127.0.0.1"), "listening");
  await listenAt(wanted).catch(() => listenAt(0));
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
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

/** Holds the simulated clock to the wanted multiple of the real one. */
async function turnUntilEnd(
  simulation: Simulation,
  dead: TheDead,
  { hours, speed, signal }: DemoOptions,
): Promise<void> {
  const { clock } = simulation.world;
  const [beganMs, beganRealMs] = [clock.monotonicMs(), performance.now()];
  while (!signal.aborted && clock.monotonicMs() - beganMs < hours * 3_600_000) {
    dead.look();
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
  say(`  kill     touch ${directory}/dead/m07, or dead/nfs-a for a file server; rm brings it back`);
  say("");
}
