/** Health queries, asked of a real Prometheus: of the machines named and no others, and never a number out of nothing. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { machineName } from "../../src/core/domain/names.ts";
import { describeReading } from "../../src/core/domain/reading.ts";
import { aboutMachines, prometheusHealth } from "../../src/world/load/prometheus-health.ts";
import { temporaryDirectory, waitFor } from "./support/ports.ts";
import { type Exporter, type Prometheus, startExporter, startPrometheus } from "./support/prometheus.ts";

const ERRORS = ["m1 1", "m2 2", "m10 40"]
  .map((line) => line.split(" "))
  .map(([machine, value]) => `http_errors{machine="${machine}"} ${value}\n`)
  .join("");
const SUM = 'sum(http_errors{machine=~"{machines}"})';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let exporter: Exporter;
let prometheus: Prometheus;

beforeAll(async () => {
  directory = await temporaryDirectory();
  exporter = await startExporter(ERRORS);
  prometheus = await startPrometheus(directory.path, { targets: [exporter.target] });
  await waitFor(async () => (await said(SUM, "m1")) === "1", 20_000, "the first scrape");
});
afterAll(async () => {
  await prometheus?.process.stop();
  await exporter?.stop();
  await directory?.remove();
});

async function said(query: string, ...names: string[]): Promise<string> {
  const meter = prometheusHealth({ url: prometheus.url, deadlineMs: 10_000 });
  const machines = names.map((name) => machineName(name));
  return describeReading(await meter.read(query, machines, AbortSignal.timeout(20_000)));
}

test("the answer is of the machines that were named, whole names alone", async () => {
  expect(await said(SUM, "m1")).toBe("1");
  expect(await said(SUM, "m2", "m10")).toBe("42");
});

test("a machine without a series is unknown, and 0 only where the query says so; nobody is not everybody", async () => {
  expect(await said(SUM, "m7")).toMatch(/^unknown \(no series/);
  expect(await said(`${SUM} or vector(0)`, "m7")).toBe("0");
  expect(await said(SUM)).toBe("unknown (there is no machine to ask about)");
});

test("what is no single number is unknown", async () => {
  expect(await said('http_errors{machine=~"{machines}"}', "m1", "m2")).toMatch(/^unknown/);
  expect(await said("sum(", "m1")).toMatch(/^unknown/);
  expect(await said(`${SUM} / 0 * 0`, "m1")).toMatch(/^unknown/);
});

test("a name is a name, and no pattern", () => {
  expect(aboutMachines(SUM, ["a.b" as never, "m-2" as never])).toBe('sum(http_errors{machine=~"a\\\\.b|m-2"})');
});
