/** The real API over the real controller over a simulated farm: 8 web servers and 16 build machines, all well. */
import { Writable } from "node:stream";
import type { InjectOptions } from "fastify";
import pino, { type Logger } from "pino";
import type { ConfigurationKeeper } from "../../../../src/control/configuration/keeper.ts";
import { loadConfiguration } from "../../../../src/control/configuration/load-configuration.ts";
import type { Controller, Watcher } from "../../../../src/control/controller.ts";
import type { LinksOnDisk } from "../../../../src/control/repair-links.ts";
import { Telemetry } from "../../../../src/control/telemetry.ts";
import { type RoleName, roleName } from "../../../../src/core/domain/names.ts";
import { known } from "../../../../src/core/domain/reading.ts";
import type { ScheduleFact } from "../../../../src/core/domain/schedule.ts";
import type { Site } from "../../../../src/core/domain/site.ts";
import { type Api, createApi } from "../../../../src/http/server.ts";
import { hashToken } from "../../../../src/http/tokens.ts";
import { Simulation } from "../../../../src/simulation/simulation.ts";
import { openMemoryStore } from "../../../../src/store/memory-store.ts";
import type { Store } from "../../../../src/store/store.ts";
import { createCalendar } from "../../../../src/world/calendar/cron-calendar.ts";
import type { Calendar } from "../../../../src/world/ports.ts";

export const WEB = roleName("web");
export const COMPILE = roleName("compile");
/** A Monday, three in the morning in Berlin: the floor of web is 4, no freeze is on. */
export const MONDAY_MS = Date.UTC(2026, 10, 23, 2);
export const WRITE_TOKEN = "rtk_write-0123456789-0123456789-0123456789";
export const READ_TOKEN = "rtk_read-0123456789-0123456789-0123456789";
export const BY = { author: "ada", reason: "a disk is changed" };
export const FOR_AN_HOUR = { ...BY, for: "1h" };

export interface BenchOptions {
  /** As retask.yaml's `listen`, without the port. */
  readonly host?: string;
  readonly store?: Store;
  readonly links?: LinksOnDisk;
  readonly keeper?: ConfigurationKeeper;
  /** False: as found on the first day. */
  readonly adopted?: boolean;
  readonly begin?: ReadonlyMap<RoleName, number>;
  readonly watchers?: readonly Watcher[];
  readonly changeSite?: (site: Site) => Site;
  /** As retask.yaml has it at the moment; auto unless said. */
  readonly mode?: () => "advise" | "auto";
  readonly stopped?: () => string | null;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** The parsed body. Tests look into it as they like. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Bench {
  readonly api: Api;
  readonly simulation: Simulation;
  readonly controller: Controller;
  readonly telemetry: Telemetry;
  readonly store: Store;
  /** Demand of the web role, in sessions; a web machine carries 55, and 15 % stay free. */
  readonly load: { sessions: number };
  /** Every line that was logged. */
  readonly logged: string[];
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** With the writing token, unless other headers are given. */
  send(
    method: "POST" | "PUT" | "DELETE",
    path: string,
    body: object,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  inject(options: InjectOptions): Promise<Answer>;
}

const realCalendar = createCalendar();
const facts = new Map<string, ScheduleFact>();

/** All benches ask for the same moments of the same schedules, and looking up is a good part of a tick. */
const calendar: Calendar = {
  at(schedule, wallMs) {
    const key = `${schedule.opens}\n${schedule.for}\n${schedule.timezone}\n${wallMs}`;
    const fact = facts.get(key) ?? realCalendar.at(schedule, wallMs);
    facts.set(key, fact);
    return fact;
  },
};

/** Enough for 8 web servers, and no more. */
export const SESSIONS_FOR_8 = 380;

export async function startBench(options: BenchOptions = {}): Promise<Bench> {
  const store = options.store ?? openMemoryStore();
  const logged: string[] = [];
  const load = { sessions: SESSIONS_FOR_8 };
  const telemetry = new Telemetry();
  const site = (options.changeSite ?? ((one) => one))(await exampleSite());
  const simulation = await Simulation.start({
    site,
    seed: 7,
    startWallMs: MONDAY_MS,
    calendar,
    store,
    logger: loggerInto(logged),
    begin:
      options.begin ??
      new Map([
        [WEB, 8],
        [COMPILE, 16],
      ]),
    demand: () => ({ demand: known(load.sessions), confirm: known(load.sessions) }),
    watchers: [telemetry, ...(options.watchers ?? [])],
    around: {
      asSeen: (world) => world,
      configured: { site: () => site, mode: options.mode ?? (() => "auto") },
      stopped: options.stopped ?? (() => null),
      served: (_, target) => target,
    },
  });
  await saveTokens(store);
  if (options.adopted !== false) await simulation.adopt();
  return { ...(await openApi(simulation, telemetry, options)), simulation, telemetry, store, load, logged };
}

/** Before its first tick: enough for what is decided before anything is looked at, and quickly made. */
export const startUnticked = (options: BenchOptions = {}): Promise<Bench> => startBench({ ...options, adopted: false });

/** The same world and the same store under a new process. */
export async function restartBench(bench: Bench, options: BenchOptions = {}): Promise<Bench> {
  await bench.api.close();
  const simulation = await bench.simulation.restarted();
  return { ...bench, ...(await openApi(simulation, bench.telemetry, options)), simulation };
}

async function openApi({ controller }: Simulation, telemetry: Telemetry, options: BenchOptions) {
  const api = await createApi({
    controller,
    keeper: options.keeper ?? null,
    links: options.links ?? null,
    registry: telemetry.registry,
    beaconPort: 9_421,
    host: options.host ?? "127.0.0.1",
  });
  const inject = async (request: InjectOptions): Promise<Answer> => {
    const { statusCode, headers, body } = await api.inject(request);
    const isJson = String(headers["content-type"]).includes("json") && body !== "";
    return { status: statusCode, headers, text: body, body: isJson ? JSON.parse(body) : {} };
  };
  const bearer = { authorization: `Bearer ${WRITE_TOKEN}` };
  return {
    api,
    controller,
    inject,
    get: (url: string, headers: Record<string, string> = {}) =>
      inject({ method: "GET", url, headers: { ...HOST, ...headers } }),
    send: (method: "POST" | "PUT" | "DELETE", url: string, payload: object, headers: Record<string, string> = bearer) =>
      inject({ method, url, payload, headers: { ...HOST, ...headers } }),
  };
}

const HOST = { host: "127.0.0.1:9420" };

async function saveTokens(store: Store): Promise<void> {
  const createdMs = MONDAY_MS;
  await store.saveToken({ name: "writer", hash: hashToken(WRITE_TOKEN), scope: "write", createdMs, expiresMs: null });
  await store.saveToken({ name: "reader", hash: hashToken(READ_TOKEN), scope: "read", createdMs, expiresMs: null });
}

let site: Promise<Site> | null = null;

/** Read once: it never changes. */
export function exampleSite(): Promise<Site> {
  site ??= loadConfiguration("policies/example").then((loaded) => {
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    return loaded.configuration.site;
  });
  return site;
}

function loggerInto(lines: string[]): Logger {
  const write = (chunk: unknown, _: BufferEncoding, done: () => void): void => {
    lines.push(String(chunk));
    done();
  };
  return pino({ level: "trace" }, new Writable({ write }));
}
