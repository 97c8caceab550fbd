/** A back-test on a real Prometheus with three weeks of backfilled history: read in pieces, with its gaps and half-covered hours. */
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Forecasts } from "../../src/control/forecasts.ts";
import { roleName } from "../../src/core/domain/names.ts";
import { seriesDemandSchema } from "../../src/core/domain/policy.ts";
import { known } from "../../src/core/domain/reading.ts";
import { demandQuantile } from "../../src/core/forecast/role-forecast.ts";
import { prometheusHistory } from "../../src/world/load/prometheus-history.ts";
import { buildPool } from "../unit/support/pool.ts";
import { cliFor } from "./support/cli-bench.ts";
import { freePort, type OwnedProcess, spawnOwned, waitFor } from "./support/ports.ts";

const DAY_S = 86_400;
/** Yesterday's noon: at midnight the load falls from its greatest to nothing, and nobody foretells that to the minute. */
const END_S = Math.floor(Date.now() / 1_000 / DAY_S) * DAY_S - DAY_S / 2;
const START_S = END_S - 21 * DAY_S;
/** One of the two proxies was not scraped in these hours; in those neither was. */
const HALF = [START_S + 5 * DAY_S, START_S + 5 * DAY_S + 7_200] as const;
const GAP = [START_S + 9 * DAY_S, START_S + 9 * DAY_S + 36_000] as const;
const isIn = (atS: number, [from, to]: readonly [number, number]): boolean => atS >= from && atS < to;
const sessionsAt = (atS: number): number => Math.floor(atS / 3_600) % 24;

let home: string;
let url: string;
let prometheus: OwnedProcess;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "retask-test-history-"));
  const lines = ["# TYPE sessions gauge"];
  for (const proxy of ["a", "b"])
    for (let atS = START_S; atS <= END_S; atS += 60)
      if (!isIn(atS, GAP) && !(proxy === "b" && isIn(atS, HALF)))
        lines.push(`sessions{proxy="${proxy}"} ${sessionsAt(atS)} ${atS}`);
  await writeFile(join(home, "history.txt"), `${lines.join("\n")}\n# EOF\n`);
  const args = ["tsdb", "create-blocks-from", "openmetrics", join(home, "history.txt"), join(home, "data")];
  await promisify(execFile)("promtool", args, { maxBuffer: 10_000_000 });
  const port = await freePort();
  await writeFile(join(home, "prometheus.yml"), "scrape_configs: []\n");
  url = `http://127.0.0.1:${port}`;
  prometheus = await spawnOwned("prometheus", [
    `--config.file=${home}/prometheus.yml`,
    `--storage.tsdb.path=${home}/data`,
    "--storage.tsdb.retention.time=60d",
    `--web.listen-address=127.0.0.1:${port}`,
    "--log.level=warn",
  ]);
  await waitFor(async () => (await fetch(`${url}/-/ready`)).ok, 30_000, "Prometheus to be ready");
});
afterAll(async () => {
  await prometheus?.stop();
  await rm(home, { recursive: true, force: true });
});

const demand = (given: object = {}) => seriesDemandSchema.parse({ series: "sessions", perMachine: 10, ...given });
const read = (given?: object) =>
  prometheusHistory({ url, deadlineMs: 60_000 }).read(demand(given), START_S * 1_000, END_S * 1_000);

test("30,000 minutes come whole, though Prometheus gives 11,000 at once; gaps stay gaps, and half the truth is none", async () => {
  const history = await read();
  if (!history.ok) throw new Error(history.why);
  const at = new Map(history.points.map(({ atMs, value }) => [atMs / 1_000, value]));
  expect(history.points.length).toBeGreaterThan(29_000);
  for (const day of [0, 3, 8, 15, 20]) {
    const atS = Math.ceil((START_S + day * DAY_S + 3_600) / 60) * 60;
    expect(at.get(atS), `day ${day}`).toBe(2 * sessionsAt(atS));
  }
  expect(at.get(HALF[0] + 3_600)).toBeNull();
  expect(at.has(GAP[0] + 3_600)).toBe(false);
});

test("with expectSeries: 1, one of two proxies is enough", async () => {
  const history = await read({ expectSeries: 1 });
  if (!history.ok) throw new Error(history.why);
  const atS = HALF[0] + 3_600;
  expect(history.points.find(({ atMs }) => atMs === atS * 1_000)?.value).toBe(sessionsAt(atS));
});

test("a daemon without any record of its own forecasts from it, two days ahead", async () => {
  const pool = buildPool({
    machines: { m01: { in: "web" } },
    policies: { web: { demand: { series: "sessions", perMachine: 10 }, forecast: "seasonal" } },
  });
  const WEB = roleName("web");
  const past = prometheusHistory({ url, deadlineMs: 60_000 });
  const sources = { store: { demandHistory: async () => [] }, pastLoad: past };
  const forecasts = new Forecasts(sources, pino({ level: "silent" }));
  const demandNow = new Map([[WEB, { demand: known(2 * sessionsAt(END_S)), confirm: null }]]);
  const tick = () => forecasts.follow(pool.site, { ...pool.observation, demand: demandNow, wallMs: END_S * 1_000 });
  await waitFor(async () => tick().size === 1, 60_000, "a forecast");
  const ahead = forecasts.ahead(WEB);
  for (const hours of [2, 6, 26, 30]) {
    const expected = 2 * sessionsAt(END_S + hours * 3_600 + 60);
    const median = ahead && demandQuantile(ahead, hours * 60 + 30, 0.5);
    expect(Math.abs((median ?? Number.NaN) - expected), `in ${hours} hours`).toBeLessThan(8);
  }
});

test("a Prometheus that is not there is an error with its address", async () => {
  const nobody = prometheusHistory({ url: "http://127.0.0.1:9", deadlineMs: 5_000 });
  expect(await nobody.read(demand(), 0, 60_000)).toEqual({
    ok: false,
    why: "connection refused: is Prometheus running? (http://127.0.0.1:9/api/v1/query_range)",
  });
});

test("simulate and calibrate read it too: a page with the back-test, and figures from the demand and from two more queries", async () => {
  const site = join(home, "site");
  await cp("policies/example", site, { recursive: true });
  const policy = join(site, "policies/web.yaml");
  const text = await readFile(policy, "utf8");
  await writeFile(policy, text.replace(/series: \S+/, "series: sessions").replace("perMachine: 55", "perMachine: 4"));
  const retask = await cliFor(site);

  // Of which at least a day and a half is on record, whatever the time of day is.
  const source = ["--from-prometheus", url, "--since", "3d"];
  const page = join(home, "back-test.html");
  const replayed = await retask(["simulate", ...source, "--report", page, "--json"]);
  expect(replayed).toMatchObject({ code: 0, stderr: expect.stringContaining(`the report is in ${page}`) });
  const [web] = JSON.parse(replayed.stdout).hours.filter(({ role }: { role: string }) => role === "web");
  expect(Math.max(...web.measured.demand)).toBe(46);
  expect(await readFile(page, "utf8")).toContain("Demand of web");

  // Four machines, and a signal that bends at 20 sessions in all: five a machine.
  const asked = [
    "--machines",
    "web=4 + 0 * count(sessions)",
    "--signal",
    "web=1 + 3 * clamp_min(sum(sessions) - 20, 0)",
  ];
  const calibrated = await retask(["calibrate", ...source, ...asked, "--json"]);
  expect(calibrated).toMatchObject({ code: 0, stderr: expect.stringContaining("boot times are not known") });
  const [role] = JSON.parse(calibrated.stdout).roles;
  expect(role.perMachine.ok && Math.abs(role.perMachine.value - 5)).toBeLessThan(0.5);
  expect(role.headroom).toMatchObject({ ok: true });

  const refused = await retask(["calibrate", ...source, "--signal", "web=sessions"]);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("expected one series, got 2") });
});
