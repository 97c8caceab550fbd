/** The real server over the real controller over a simulated pool whose time passes by itself, for a browser to look at. */
import { setTimeout as sleep } from "node:timers/promises";
import pino from "pino";
import { loadConfiguration } from "../../../src/control/configuration/load-configuration.ts";
import type { Controller } from "../../../src/control/controller.ts";
import { Telemetry } from "../../../src/control/telemetry.ts";
import { imageName, type RoleName, roleName } from "../../../src/core/domain/names.ts";
import type { DemandFacts } from "../../../src/core/domain/observation.ts";
import { known, unknown } from "../../../src/core/domain/reading.ts";
import type { Site } from "../../../src/core/domain/site.ts";
import { createApi } from "../../../src/http/server.ts";
import { hashToken } from "../../../src/http/tokens.ts";
import { Simulation } from "../../../src/simulation/simulation.ts";
import { openMemoryStore } from "../../../src/store/memory-store.ts";
import type { Store } from "../../../src/store/store.ts";
import { createCalendar } from "../../../src/world/calendar/cron-calendar.ts";

export const WEB = roleName("web");
export const COMPILE = roleName("compile");
/** Beside those of the roles' channels, for roll-outs. */
export const NEW_IMAGE = imageName("web.2026-11");
/** A Monday, nine in the morning in Berlin: no freeze is on, and the floor of web is 8. */
export const MONDAY_MS = Date.UTC(2026, 10, 23, 8);
export const TOKEN = "rtk_page-0123456789-0123456789-0123456789";
/** A web machine carries 55 sessions, and 15 % stay free: so many are enough for 8. */
export const SESSIONS_FOR_8 = 380;
const TICK_MS = 10_000;

export interface Pool {
  readonly url: string;
  readonly port: number;
  readonly simulation: Simulation;
  readonly controller: Controller;
  readonly load: { sessions: number };
  readonly operator: { mode: "advise" | "auto" };
  /** Machines that get no answer from the boot server: once off, they never come back. */
  readonly unbootable: Set<string>;
  /** So much simulated time goes by now. */
  pass(ms: number): Promise<void>;
  /** Until it is so, or an hour has gone by. */
  until(isSo: () => boolean): Promise<void>;
  /** No tick meanwhile. */
  hold(meanwhile: () => Promise<void>): Promise<void>;
  /** The server alone: the pool goes on. */
  stopServing(): Promise<void>;
  serveAgain(): Promise<void>;
  close(): Promise<void>;
}

export interface PoolOptions {
  readonly begin?: ReadonlyMap<RoleName, number>;
  /** Null: nobody could read it. */
  readonly demand?: (wallMs: number) => number | null;
  readonly store?: Store;
  readonly changeSite?: (site: Site) => Site;
  /** Real time between two ticks. */
  readonly paceMs?: number;
}

export async function startPool(options: PoolOptions = {}): Promise<Pool> {
  const load = { sessions: SESSIONS_FOR_8 };
  const operator: Pool["operator"] = { mode: "auto" };
  const unbootable = new Set<string>();
  const site = (options.changeSite ?? ((one) => one))(await exampleSite());
  const store = options.store ?? openMemoryStore();
  const telemetry = new Telemetry();
  const readNow = (wallMs: number): DemandFacts => {
    const sessions = options.demand === undefined ? load.sessions : options.demand(wallMs);
    const demand = sessions === null ? unknown("Prometheus does not answer") : known(sessions);
    return { demand, confirm: demand };
  };
  const simulation = await Simulation.start({
    site,
    seed: 7,
    startWallMs: MONDAY_MS,
    calendar: createCalendar(),
    store,
    logger: pino({ level: process.env.LOG ?? "silent" }),
    begin:
      options.begin ??
      new Map([
        [WEB, 8],
        [COMPILE, 16],
      ]),
    demand: (_, wallMs) => readNow(wallMs),
    images: new Map([[NEW_IMAGE, WEB]]),
    watchers: [telemetry],
    around: {
      asSeen: (world) => world,
      configured: { site: () => site, mode: () => operator.mode },
      stopped: () => null,
      served: (machine, target) => (unbootable.has(machine.name) ? null : target),
    },
  });
  await store.saveToken({
    name: "page",
    hash: hashToken(TOKEN),
    scope: "write",
    createdMs: MONDAY_MS,
    expiresMs: null,
  });
  await simulation.adopt();
  return turning(simulation, { telemetry, load, operator, unbootable, paceMs: options.paceMs ?? 200 });
}

interface Parts extends Pick<Pool, "load" | "operator" | "unbootable"> {
  readonly telemetry: Telemetry;
  readonly paceMs: number;
}

async function turning(simulation: Simulation, { telemetry, paceMs, ...rest }: Parts): Promise<Pool> {
  const { controller } = simulation;
  const open = () =>
    createApi({
      controller,
      keeper: null,
      links: null,
      registry: telemetry.registry,
      beaconPort: 9_421,
      host: "127.0.0.1",
    });
  let api = await open();
  const url = await api.listen({ host: "127.0.0.1", port: 0 });
  const port = Number(new URL(url).port);
  let isClosed = false;
  let turn = Promise.resolve();
  // One turn at a time, whoever asks for it.
  const step = (): Promise<void> => {
    turn = turn.then(async () => void (await simulation.turn(TICK_MS)));
    return turn;
  };
  const going = (async () => {
    while (!isClosed) {
      await step();
      await sleep(paceMs);
    }
  })();
  const nowMs = (): number => simulation.world.clock.monotonicMs();
  return {
    ...rest,
    url,
    port,
    simulation,
    controller,
    pass: async (ms) => {
      for (const endMs = nowMs() + ms; nowMs() < endMs; ) await step();
    },
    until: async (isSo) => {
      for (const endMs = nowMs() + 3_600_000; !isSo(); ) {
        if (nowMs() > endMs) throw new Error("it did not come true within an hour of simulated time");
        await step();
      }
    },
    hold: (meanwhile) => {
      const held = turn.then(meanwhile);
      turn = held.catch(() => {});
      return held;
    },
    stopServing: () => api.close(),
    serveAgain: async () => {
      api = await open();
      await api.listen({ host: "127.0.0.1", port });
    },
    close: async () => {
      isClosed = true;
      await going;
      await api.close();
    },
  };
}

async function exampleSite(): Promise<Site> {
  const loaded = await loadConfiguration("policies/example");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.configuration.site;
}
