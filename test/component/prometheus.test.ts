/** Demand from a real Prometheus that scrapes exporters under the test's control. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { roleName } from "../../src/core/domain/names.ts";
import { seriesDemandSchema } from "../../src/core/domain/policy.ts";
import { describeReading } from "../../src/core/domain/reading.ts";
import { type PrometheusLoadMeter, prometheusLoadMeter } from "../../src/world/load/prometheus.ts";
import { temporaryDirectory, waitFor } from "./support/ports.ts";
import { type Exporter, type Prometheus, startExporter, startPrometheus } from "./support/prometheus.ts";

const web = roleName("web");
const clock = { monotonicMs: () => performance.now() };
const patience = (): AbortSignal => AbortSignal.timeout(20_000);
const sessions = (value: string): string => `haproxy_backend_current_sessions{proxy="web"} ${value}\n`;

const demand = (more: object = {}) =>
  seriesDemandSchema.parse({ series: 'haproxy_backend_current_sessions{proxy="web"}', perMachine: 55, ...more });
const meterAt = (url: string, more: object = {}): PrometheusLoadMeter =>
  prometheusLoadMeter({ url, deadlineMs: 10_000, clock, ...more });
const demandText = async (meter: PrometheusLoadMeter, asked = demand()): Promise<string> =>
  describeReading((await meter.read(web, asked, patience())).demand);

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  directory = await temporaryDirectory();
});
afterAll(() => directory.remove());

describe("a real Prometheus over two proxies", () => {
  let first: Exporter;
  let second: Exporter;
  let prometheus: Prometheus;

  beforeAll(async () => {
    first = await startExporter(sessions("300"));
    second = await startExporter(sessions("231"));
    prometheus = await startPrometheus(directory.path, { targets: [first.target, second.target] });
  });
  beforeEach(async () => {
    first.serve(sessions("300"));
    second.serve(sessions("231"));
    await settled("531");
  });
  afterAll(async () => {
    await prometheus.process.stop();
    await first.stop();
    await second.stop();
  });

  async function settled(text: string, asked = demand({ expectSeries: 2 })): Promise<void> {
    let last = "";
    const meter = meterAt(prometheus.url);
    await waitFor(
      async () => {
        last = await demandText(meter, asked);
        return last === text;
      },
      20_000,
      `"${text}"`,
    ).catch((cause: unknown) => {
      throw new Error(`wanted "${text}", the last was "${last}"`, { cause });
    });
  }

  test("the sum, the maximum and the confirming signal are read", async () => {
    await settled("300", demand({ aggregate: "max" }));
    const meter = meterAt(prometheus.url);
    const facts = await meter.read(web, demand({ confirm: "sum(up)" }), patience());
    expect(facts.confirm).toEqual({ kind: "known", value: 2 });
    expect((await meter.read(web, demand(), patience())).confirm).toBeNull();
  });

  test("one proxy that goes away is partly covered, not half the load", async () => {
    const meter = meterAt(prometheus.url);
    expect(await demandText(meter)).toBe("531");
    second.serve(null);
    await waitFor(async () => (await prometheus.query("sum(up)")) === 1, 20_000, "one proxy to be down");
    expect(await demandText(meter)).toBe("unknown (partly covered: 1 of 2 series (the most seen in 24 h))");

    const restarted = meterAt(prometheus.url);
    restarted.restoreExpectedSeries(meter.expectedSeries());
    expect(await demandText(restarted)).toContain("partly covered: 1 of 2");
    expect(await demandText(meter, demand({ expectSeries: 1 }))).toBe("300");
  });

  test("a NaN of one proxy makes the sum unknown, and is not skipped by the maximum", async () => {
    first.serve(sessions("NaN"));
    await waitFor(
      async () => Number.isNaN(await prometheus.query(demandQuery("sum"))),
      20_000,
      "the NaN to be scraped",
    );
    const meter = meterAt(prometheus.url);
    expect(await demandText(meter)).toMatch(/^unknown \(value query: the value is NaN/);
    expect(await demandText(meter, demand({ aggregate: "max", expectSeries: 2 }))).toBe(
      "unknown (partly covered: 1 of 2 series (expectSeries))",
    );
  });

  test("+Inf and a negative load are unknown", async () => {
    const meter = meterAt(prometheus.url);
    const reads = (text: string) => waitFor(async () => (await demandText(meter)).includes(text), 20_000, text);
    first.serve(sessions("+Inf"));
    await reads("value query: the value is +Inf");
    first.serve(sessions("-900"));
    await reads("value query: a load can't be negative, got -669");
  });

  test("a selector that matches nothing is unknown, never 0", async () => {
    const nothing = demand({ series: "no_such_metric" });
    expect(await demandText(meterAt(prometheus.url), nothing)).toMatch(/^unknown \(value query: no series matched/);
  });

  test("samples that are too old are unknown, however often they are scraped", async () => {
    const stamped = (seconds: number): string => sessions(`300 ${Math.round(Date.now() + seconds * 1_000)}`).trimEnd();
    const age = demand({ expectSeries: 1, maxAge: "60s" });
    const lone = await startExporter(`${stamped(-120)}\n`);
    const other = await startPrometheus(directory.path, { targets: [lone.target] });
    try {
      const meter = meterAt(other.url);
      await waitFor(async () => (await other.query(demandQuery("sum"))) !== null, 20_000, "the old sample");
      expect(await demandText(meter, age)).toMatch(
        /^unknown \(age query: the samples are too old, \d (?:s|min) of at most 60 s/,
      );
    } finally {
      await other.process.stop();
      await lone.stop();
    }
  });

  test("an expression is vouched for by the age and count of its selector", async () => {
    const series = 'haproxy_backend_current_sessions{proxy="web"}';
    const { series: _, kind: __, ...measured } = demand();
    const expression = { ...measured, kind: "expression" as const, expression: `2 * sum(${series})` };
    const meter = meterAt(prometheus.url);
    const read = async (ageOf: string) =>
      describeReading((await meter.read(web, { ...expression, ageOf }, patience())).demand);
    expect(await read(series)).toBe("1062");
    expect(await read("no_such_metric")).toMatch(/count query: no series matched/);
    expect(await read(`sum(${series})`)).toMatch(/ageOf is an expression, not a selector/);
  });

  test("what Prometheus finds wrong with a query is quoted, each query by its part", async () => {
    const facts = await meterAt(prometheus.url).read(web, demand({ confirm: "sum(" }), patience());
    expect(facts.demand).toEqual({ kind: "known", value: 531 });
    expect(facts.confirm).toMatchObject({
      kind: "unknown",
      why: expect.stringMatching(/^confirm query: Prometheus says bad_data: .*parse error/),
    });
  });

  test("a stopped Prometheus is unknown", async () => {
    const lone = await startPrometheus(directory.path, { targets: [first.target, second.target] });
    const meter = meterAt(lone.url);
    await waitFor(async () => (await demandText(meter)) === "531", 20_000, "the first reading");
    await lone.process.stop();
    expect(await demandText(meter)).toMatch(/^unknown \(value query: connection refused/);
  });
});

const demandQuery = (aggregate: string): string => `${aggregate}(haproxy_backend_current_sessions{proxy="web"})`;
