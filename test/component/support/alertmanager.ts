/** A real Alertmanager, which sends what it is told on to a receiver of the test's. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort, type OwnedProcess, spawnOwned, waitFor } from "./ports.ts";

export interface ShownAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
}

export interface Alertmanager {
  readonly url: string;
  readonly process: OwnedProcess;
  /** Those that it takes for active. */
  readonly active: () => Promise<readonly ShownAlert[]>;
}

/** Below a path prefix, as behind a proxy. Groups wait for nothing, so that a test need not. `port`: that of an earlier one. */
export async function startAlertmanager(directory: string, webhook: string, port?: number): Promise<Alertmanager> {
  const home = await mkdtemp(join(directory, "alertmanager-"));
  const config = `
route: { receiver: team, group_by: [condition], group_wait: 0s, group_interval: 1s, repeat_interval: 1h }
receivers: [{ name: team, webhook_configs: [{ url: "${webhook}", send_resolved: true }] }]
`;
  const file = join(home, "alertmanager.yml");
  await writeFile(file, config);
  const listen = `127.0.0.1:${port ?? (await freePort())}`;
  const process = await spawnOwned("prometheus-alertmanager", [
    `--config.file=${file}`,
    `--storage.path=${home}/data`,
    `--web.listen-address=${listen}`,
    `--web.external-url=http://${listen}/am`,
    "--cluster.listen-address=",
    "--log.level=warn",
  ]);
  const url = `http://${listen}/am`;
  await waitFor(async () => (await fetch(`${url}/-/ready`)).ok, 30_000, "Alertmanager to be ready");
  const active = async () => (await (await fetch(`${url}/api/v2/alerts?active=true`)).json()) as ShownAlert[];
  return { url, process, active };
}
