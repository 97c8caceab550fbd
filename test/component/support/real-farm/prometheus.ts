/** The farm's Prometheus: scrapes every HAProxy once a second, and can be stopped and started again on its own port. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort, type OwnedProcess, spawnOwned, waitFor } from "../ports.ts";

export interface FarmPrometheus {
  readonly url: string;
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
}

export async function startFarmPrometheus(dir: string, targets: readonly string[]): Promise<FarmPrometheus> {
  const list = targets.map((target) => `"${target}"`).join(", ");
  const configuration = `global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - { job_name: haproxy, static_configs: [{ targets: [${list}] }] }
`;
  return runPrometheus(dir, `127.0.0.1:${await freePort()}`, configuration);
}

/** A Prometheus with its files in `dir`, on `address:port`. */
export async function runPrometheus(dir: string, listen: string, configuration: string): Promise<FarmPrometheus> {
  const home = join(dir, "prometheus");
  await mkdir(home);
  const config = join(home, "prometheus.yml");
  await writeFile(config, configuration);
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
