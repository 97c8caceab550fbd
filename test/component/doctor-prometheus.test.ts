/** The doctor on a real Prometheus with a past: a series that was there this morning and is gone is missed. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prometheusCheck } from "../../src/cli/doctor/check-prometheus.ts";
import { demandSchema } from "../../src/core/domain/policy.ts";
import { freePort, spawnOwned, temporaryDirectory, waitFor } from "./support/ports.ts";
import { type Exporter, startExporter } from "./support/prometheus.ts";

const HOUR_S = 3_600;
const ends: (() => Promise<unknown>)[] = [];
let url: string;
let exporter: Exporter;

/** Two proxies' series from five to four hours ago; newer blocks would overlap with what Prometheus is scraping. */
async function backfill(directory: string): Promise<void> {
  const nowS = Math.floor(Date.now() / 1_000);
  const lines = ["# TYPE sessions gauge"];
  for (const proxy of ["a", "b"])
    for (let atS = nowS - 5 * HOUR_S; atS <= nowS - 4 * HOUR_S; atS += 30)
      lines.push(`sessions{proxy="${proxy}"} 7 ${atS}`);
  await writeFile(join(directory, "history.txt"), `${lines.join("\n")}\n# EOF\n`);
  const args = ["tsdb", "create-blocks-from", "openmetrics", join(directory, "history.txt"), join(directory, "data")];
  await promisify(execFile)("promtool", args);
}

beforeAll(async () => {
  const directory = await temporaryDirectory();
  ends.push(directory.remove);
  await backfill(directory.path);
  exporter = await startExporter('sessions{proxy="a"} 5\n');
  ends.push(exporter.stop);
  const config = join(directory.path, "prometheus.yml");
  const job = `{ job_name: test, scrape_interval: 200ms, scrape_timeout: 200ms, static_configs: [{ targets: ["${exporter.target}"] }] }`;
  await writeFile(config, `scrape_configs: [${job}]\n`);
  const listen = `127.0.0.1:${await freePort()}`;
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${directory.path}/data`,
    `--web.listen-address=${listen}`,
  ];
  const prometheus = await spawnOwned("prometheus", [...args, "--log.level=warn"]);
  ends.push(() => prometheus.stop());
  url = `http://${listen}`;
  await waitFor(async () => (await valuesOf("sessions")) > 0, 30_000, "a first scrape");
}, 60_000);
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

async function valuesOf(query: string): Promise<number> {
  const answer = await fetch(`${url}/api/v1/query`, { method: "POST", body: new URLSearchParams({ query }) });
  return ((await answer.json()) as { data: { result: unknown[] } }).data.result.length;
}

/** What the check of one role finds. */
async function faults(policy: object) {
  const demand = demandSchema.parse({ series: "sessions", perMachine: 5, ...policy });
  const settings = { prometheus: { url, deadline: 5_000 } };
  const site = { policies: new Map([["web", { role: "web", demand }]]) };
  const outcome = await prometheusCheck.run(
    { configuration: { settings, site } } as never,
    AbortSignal.timeout(20_000),
    () => undefined,
  );
  return outcome.kind === "looked" ? outcome.faults : outcome;
}

test("fewer series than in the last 24 hours are told, with both numbers", async () => {
  expect(await faults({})).toMatchObject([{ name: "prometheus-count", why: expect.stringContaining("1 of 2 series") }]);
});

test("where the policy says how many there are, the past does not count", async () => {
  expect(await faults({ expectSeries: 1 })).toEqual([]);
});

test("as many as ever are well", async () => {
  exporter.serve('sessions{proxy="a"} 5\nsessions{proxy="b"} 5\n');
  await waitFor(async () => (await valuesOf("sessions")) === 2, 10_000, "the second series");
  expect(await faults({})).toEqual([]);
});
