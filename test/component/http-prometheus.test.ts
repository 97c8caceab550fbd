/** What the API gives Prometheus, taken by a real one: the pool through service discovery, and the daemon's own metrics. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Bench, READ_TOKEN, startBench } from "../unit/http/support/bench.ts";
import { freePort, temporaryDirectory, waitFor } from "./support/ports.ts";
import { type Prometheus, startPrometheus } from "./support/prometheus.ts";

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let prometheus: Prometheus | null = null;
let bench: Bench | null = null;

beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(async () => {
  await prometheus?.process.stop();
  await bench?.api.close();
  await directory.remove();
});

interface Target {
  readonly discoveredLabels: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

async function targetsOf({ url }: Prometheus, job: string): Promise<Target[]> {
  const answer = await fetch(`${url}/api/v1/targets?state=active&scrapePool=${job}`);
  return ((await answer.json()) as { data: { activeTargets: Target[] } }).data.activeTargets;
}

async function serve(host: string): Promise<string> {
  bench = await startBench({ host });
  const port = await freePort();
  await bench.api.listen({ host: "127.0.0.1", port });
  return `127.0.0.1:${port}`;
}

test("a real Prometheus discovers every machine by /v1/sd, with its name and domains, and scrapes /metrics", async () => {
  const address = await serve("127.0.0.1");
  prometheus = await startPrometheus(directory.path, {
    scrapeConfigs: `
      - { job_name: pool, honor_labels: true, scrape_interval: 1h, scrape_timeout: 1s, http_sd_configs: [{ url: "http://${address}/v1/sd" }] }
      - { job_name: retask, static_configs: [{ targets: ["${address}"] }] }
`,
  });
  const started = prometheus;
  const targets = await waitFor(
    async () => {
      const found = await targetsOf(started, "pool");
      return found.length === 24 ? found : null;
    },
    30_000,
    "24 targets",
  );
  const m01 = targets.find(({ labels }) => labels.machine === "m01");
  expect(m01?.discoveredLabels.__address__).toBe("10.0.3.11:9421");
  expect(m01?.labels).toMatchObject({ job: "pool", rack: "r1", pdu: "p1", storage: "nfs-a" });
  const desired = await waitFor(
    () => started.query('retask_role_desired{role="web"}'),
    30_000,
    "a scrape of the metrics",
  );
  expect(desired).toBe(8);
}, 90_000);

test("where reads need a token, Prometheus gets in with one, and not without", async () => {
  const address = await serve("10.0.1.5");
  const job = (name: string, more: string) => `
      - { job_name: ${name}, scrape_interval: 1h, scrape_timeout: 1s${more}, http_sd_configs: [{ url: "http://${address}/v1/sd"${more} }] }
`;
  // `type` is said: Prometheus 2.42 forgets its default in http_sd_configs, and sends the bare token.
  const withToken = `, authorization: { type: Bearer, credentials: "${READ_TOKEN}" }`;
  prometheus = await startPrometheus(directory.path, {
    scrapeConfigs: `${job("with", withToken)}${job("without", "")}`,
  });
  const started = prometheus;
  await waitFor(async () => (await targetsOf(started, "with")).length === 24, 30_000, "24 targets");
  expect(await targetsOf(started, "without")).toEqual([]);
}, 90_000);

test("promtool finds nothing wrong with the metrics", async () => {
  bench = await startBench();
  const { text } = await bench.get("/metrics");
  const own = text.split("\n").filter((line) => /^(?:# (?:HELP|TYPE) )?retask_/.test(line));
  const check = promisify(execFile)("promtool", ["check", "metrics"]);
  check.child.stdin?.end(`${own.join("\n")}\n`);
  const { stdout, stderr } = await check;
  expect(stdout + stderr).toBe("");
  expect(own.length).toBeGreaterThan(30);
}, 30_000);
