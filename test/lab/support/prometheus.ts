/** The lab's Prometheus: scrapes HAProxy, retask, and the beacons of the machines that retask names through /v1/sd. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type OwnedProcess, spawnOwned, waitFor } from "../../component/support/ports.ts";
import type { FarmPrometheus } from "../../component/support/real-farm/prometheus.ts";

export interface ScrapedPlaces {
  /** `address:port` of each HAProxy's exporter. */
  readonly proxies: readonly string[];
  /** `address:port` of retask's API. */
  readonly retask: string;
}

export async function startLabPrometheus(dir: string, listen: string, scraped: ScrapedPlaces): Promise<FarmPrometheus> {
  const home = join(dir, "prometheus");
  await mkdir(home);
  const config = join(home, "prometheus.yml");
  await writeFile(config, configuration(scraped));
  const url = `http://${listen}`;
  let running: OwnedProcess | null = null;
  const start = async (): Promise<void> => {
    const args = [`--config.file=${config}`, `--storage.tsdb.path=${home}/data`, `--web.listen-address=${listen}`];
    running = await spawnOwned("prometheus", [...args, "--log.level=warn"]);
    await waitFor(async () => (await fetch(`${url}/-/ready`)).ok, 60_000, "Prometheus to be ready");
  };
  await start();
  return {
    url,
    start,
    stop: async () => {
      await running?.stop(10_000);
      running = null;
    },
  };
}

const configuration = ({ proxies, retask }: ScrapedPlaces): string => `global:
  scrape_interval: 1s
  scrape_timeout: 1s
scrape_configs:
  - job_name: haproxy
    static_configs: [{ targets: [${proxies.map((target) => `"${target}"`).join(", ")}] }]
  - job_name: retask
    static_configs: [{ targets: ["${retask}"] }]
  - job_name: beacons
    honor_labels: true
    # An emulated machine takes its time to answer.
    scrape_interval: 5s
    scrape_timeout: 5s
    http_sd_configs: [{ url: "http://${retask}/v1/sd", refresh_interval: 5s }]
`;
