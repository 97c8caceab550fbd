/**
 * A real HAProxy for tests, with real web servers behind it and a load that counts failures.
 *
 *   const proxy = await startHaproxy({
 *     dir,                                                        // a temporary directory; the sockets and state live there
 *     servers: [{ name: "m01", address: "127.0.0.11", port }],    // name = the machine's name
 *   });
 *   proxy.socket        // "unix:…": retask.yaml's `haproxy:`
 *   proxy.url           // http://127.0.0.1:PORT/: where clients go
 *   proxy.metricsUrl    // http://127.0.0.1:PORT/metrics: for Prometheus; haproxy_backend_current_sessions{proxy="web"}
 *   proxy.metricsTarget // "127.0.0.1:PORT": as a scrape config's target
 *   await proxy.stop();
 *
 * The backend is `web`; checks run every 200 ms, two passed make a server UP, and the balance is least connections.
 * A check may take 5 s: by default it would have to end within its 200 ms, and on a busy test machine servers that are
 * merely slow would all be found down. A dead one still is at once, for its connection is refused.
 */
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { Agent, createServer, get } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { freePort, type OwnedProcess, spawnOwned, waitFor } from "./ports.ts";

export interface ProxiedServer {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

export interface HaproxyOptions {
  /** An existing directory, short enough for a Unix socket's path (108 bytes). */
  readonly dir: string;
  readonly servers: readonly ProxiedServer[];
  /** Tells several proxies in one directory apart; default `haproxy`. */
  readonly name?: string;
  readonly backend?: string;
  readonly frontendPort?: number;
  readonly metricsPort?: number;
  /** Also opens the runtime API on TCP, at this port of 127.0.0.1. */
  readonly statsPort?: number;
  /** What the runtime API allows on `socket` and on TCP; default admin. `ask` always may everything. */
  readonly level?: "admin" | "operator" | "user";
  /** Requests at once to one server; more of them queue. Default: no limit. */
  readonly maxconn?: number;
  /** Keeps the servers' state over `reload`, as deploy/haproxy/server-state.conf does. */
  readonly keepState?: boolean;
}

export interface Haproxy {
  readonly socket: string;
  readonly tcpSocket: string | null;
  readonly url: string;
  readonly metricsUrl: string;
  readonly metricsTarget: string;
  /** One command to the runtime API, with all rights. */
  readonly ask: (line: string) => Promise<string>;
  /** The `status` column of `show stat`: UP, DRAIN, DOWN, MAINT, …, also with a transition such as `DOWN 1/2`. */
  readonly status: (server: string) => Promise<string>;
  /** A new process takes over, as in a reload; the old one ends when its requests have. */
  readonly reload: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export async function startHaproxy(options: HaproxyOptions): Promise<Haproxy> {
  const { dir, name = "haproxy", backend = "web", statsPort } = options;
  const frontendPort = options.frontendPort ?? (await freePort());
  const metricsPort = options.metricsPort ?? (await freePort());
  const [api, admin] = [join(dir, `${name}.sock`), join(dir, `${name}-admin.sock`)];
  const stateFile = join(dir, `${name}.state`);
  const config = join(dir, `${name}.cfg`);
  await writeFile(config, configuration(options, { api, admin, stateFile, frontendPort, metricsPort }));

  const ask = (line: string): Promise<string> => askSocket(admin, line);
  const answers = async (): Promise<boolean> => (await ask("show info")).includes("Name: HAProxy");
  const run = (...args: string[]): Promise<OwnedProcess> => spawnOwned("haproxy", ["-db", "-f", config, ...args]);
  let current = await run();
  const older: OwnedProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all([current, ...older].map((process) => process.stop()));
  };
  await waitFor(answers, 10_000, `HAProxy ${name}`).catch(async (error) => {
    await stop();
    throw new Error(`HAProxy ${name} did not start:\n${current.output()}`, { cause: error });
  });

  return {
    socket: `unix:${api}`,
    tcpSocket: statsPort === undefined ? null : `tcp:127.0.0.1:${statsPort}`,
    url: `http://127.0.0.1:${frontendPort}/`,
    metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
    metricsTarget: `127.0.0.1:${metricsPort}`,
    ask,
    status: async (server) => {
      const row = (await ask(`show stat ${backend} 4 -1`)).split("\n").find((line) => line.split(",")[1] === server);
      return row?.split(",")[17] ?? "";
    },
    reload: async () => {
      if (options.keepState === true) await writeFile(stateFile, await ask("show servers state"));
      older.push(current);
      current = await run("-sf", String(current.pid));
      const pid = `Pid: ${current.pid}`;
      await waitFor(async () => (await ask("show info")).includes(pid), 10_000, `the reload of HAProxy ${name}`);
    },
    stop,
  };
}

interface Places {
  readonly api: string;
  readonly admin: string;
  readonly stateFile: string;
  readonly frontendPort: number;
  readonly metricsPort: number;
}

function configuration(options: HaproxyOptions, at: Places): string {
  const { servers, backend = "web", statsPort, level = "admin", maxconn, keepState = false } = options;
  const limit = maxconn === undefined ? "" : ` maxconn ${maxconn}`;
  return `
global
  stats socket ${at.api} level ${level}
  stats socket ${at.admin} level admin
${statsPort === undefined ? "" : `  stats socket ipv4@127.0.0.1:${statsPort} level ${level}`}
  hard-stop-after 5s
${keepState ? `  server-state-file ${at.stateFile}` : ""}
defaults
  mode http
  timeout connect 2s
  timeout client 30s
  timeout server 30s
  timeout queue 30s
  # Without it a check must end within its 200 ms interval, which a busy computer misses.
  timeout check 2s
  timeout check 5s
${keepState ? "  load-server-state-from-file global" : ""}
frontend metrics
  bind 127.0.0.1:${at.metricsPort}
  http-request use-service prometheus-exporter if { path /metrics }
  http-request deny
frontend www
  bind 127.0.0.1:${at.frontendPort}
  default_backend ${backend}
backend ${backend}
  balance leastconn
  option httpchk GET /
  default-server check inter 200ms fall 3 rise 2${limit}
${servers.map(({ name, address, port }) => `  server ${name} ${address}:${port}`).join("\n")}
`;
}

/** All that the socket answers to one line; rejects when nobody listens. */
function askSocket(path: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const connection = connect(path, () => connection.write(`${line}\n`));
    let text = "";
    connection.on("data", (chunk) => {
      text += chunk.toString("latin1");
    });
    connection.once("end", () => resolve(text));
    connection.once("error", reject);
  });
}

export interface WebServer {
  readonly port: number;
  /** Requests answered so far, HAProxy's health checks included. */
  readonly served: () => number;
  /** Stops at once, as a machine that loses power: open requests break. */
  readonly stop: () => Promise<void>;
}

/** A machine's web server. It answers `/` after `delayMs`, and `/?ms=4000` after 4 s. */
export async function startWebServer(address: string, port = 0, delayMs = 20): Promise<WebServer> {
  let served = 0;
  const server = createServer((request, response) => {
    const ms = new URL(request.url ?? "/", "http://machine").searchParams.get("ms");
    setTimeout(
      () => {
        served++;
        response.end("served\n");
      },
      ms === null ? delayMs : Number(ms),
    );
  });
  server.listen(port, address);
  await once(server, "listening");
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("no address");
  return {
    port: bound.port,
    served: () => served,
    stop: async () => {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export interface WebLoad {
  readonly counts: () => { readonly ok: number; readonly failed: number; readonly firstFailure: string | null };
  /** Waits for the requests under way. */
  readonly stop: () => Promise<void>;
}

/** `clients` clients that send one request after the other over kept-alive connections, until stopped. */
export function startWebLoad(url: string, clients: number): WebLoad {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  let [ok, failed, running] = [0, 0, true];
  let firstFailure: string | null = null;
  const client = async (): Promise<void> => {
    while (running) {
      const outcome = await requestOnce(url, agent);
      if (outcome === "200") ok++;
      else {
        failed++;
        firstFailure ??= outcome;
      }
    }
  };
  const all = Promise.all(Array.from({ length: clients }, client));
  return {
    counts: () => ({ ok, failed, firstFailure }),
    stop: async () => {
      running = false;
      await all;
      agent.destroy();
    },
  };
}

/** The status as text, or the error's code. */
export function requestOnce(url: string, agent?: Agent): Promise<string> {
  return new Promise((resolve) => {
    const request = get(url, { ...(agent ? { agent } : {}), timeout: 20_000 }, (response) => {
      response.resume();
      response.once("end", () => resolve(String(response.statusCode)));
      response.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
    request.once("timeout", () => request.destroy(new Error("timeout")));
    request.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}
