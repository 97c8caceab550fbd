/** A real Prometheus, and small exporters whose answer a test can change at any time. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { freePort, type OwnedProcess, spawnOwned, waitFor } from "./ports.ts";

export interface Exporter {
  readonly target: string;
  /** What it answers from now on; `null`: HTTP 500, as a broken exporter. */
  serve(text: string | null): void;
  stop(): Promise<void>;
}

/** An exporter on a free loopback port. */
export async function startExporter(text: string): Promise<Exporter> {
  let body: string | null = text;
  const server = createServer((_, response) => {
    response.writeHead(body === null ? 500 : 200, { "content-type": "text/plain; version=0.0.4" });
    response.end(body ?? "broken\n");
  });
  await listen(server);
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("no port");
  return {
    target: `127.0.0.1:${bound.port}`,
    serve: (next) => {
      body = next;
    },
    stop: () => closeServer(server),
  };
}

export interface Prometheus {
  readonly url: string;
  readonly process: OwnedProcess;
  /** The value of a query that yields one series, or null. */
  readonly query: (promql: string) => Promise<number | null>;
}

export interface PrometheusOptions {
  /** Scraped every 200 ms. */
  readonly targets?: readonly string[];
  /** The whole `scrape_configs`, in YAML, instead. */
  readonly scrapeConfigs?: string;
}

/** Starts Prometheus with its data below `directory`, and waits until it is ready. */
export async function startPrometheus(directory: string, options: PrometheusOptions): Promise<Prometheus> {
  const home = await mkdtemp(join(directory, "prometheus-"));
  const port = await freePort();
  const scrapeConfigs = options.scrapeConfigs ?? staticConfig(options.targets ?? []);
  const file = join(home, "prometheus.yml");
  await writeFile(file, `global: { scrape_interval: 200ms, scrape_timeout: 200ms }\nscrape_configs:\n${scrapeConfigs}`);
  const args = [`--config.file=${file}`, `--storage.tsdb.path=${home}/data`, `--web.listen-address=127.0.0.1:${port}`];
  const process = await spawnOwned("prometheus", [...args, "--log.level=warn"]);
  const url = `http://127.0.0.1:${port}`;
  await waitFor(async () => (await fetch(`${url}/-/ready`)).ok, 30_000, "Prometheus to be ready");
  return { url, process, query: (promql) => queryValue(url, promql) };
}

function staticConfig(targets: readonly string[]): string {
  const list = targets.map((target) => `"${target}"`).join(", ");
  return `  - { job_name: test, static_configs: [{ targets: [${list}] }] }\n`;
}

async function queryValue(url: string, promql: string): Promise<number | null> {
  const answer = await fetch(`${url}/api/v1/query`, { method: "POST", body: new URLSearchParams({ query: promql }) });
  const body = (await answer.json()) as { data?: { result?: { value?: [number, string] }[] } };
  const text = body.data?.result?.[0]?.value?.[1];
  return text === undefined ? null : Number(text);
}

const listen = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
