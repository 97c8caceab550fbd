/** The daemon's metrics: what the alert rules ask for is there, and what is unknown is a gap, not a zero. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { Telemetry } from "../../../src/control/telemetry.ts";
import { machineName } from "../../../src/core/domain/names.ts";
import { unknown } from "../../../src/core/domain/reading.ts";
import { BY, COMPILE, FOR_AN_HOUR, startBench, WEB } from "../http/support/bench.ts";

/** `name{labels}` → value, of everything that starts with `retask_`. */
async function scrape(telemetry: Telemetry): Promise<ReadonlyMap<string, number>> {
  const lines = (await telemetry.registry.metrics()).split("\n").filter((line) => line.startsWith("retask_"));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]),
  );
}

async function namesInRules(): Promise<Set<string>> {
  const file = await readFile("deploy/prometheus/retask.rules.yml", "utf8");
  const { groups } = parse(file) as { groups: { rules: { expr: string }[] }[] };
  const exprs = groups.flatMap(({ rules }) => rules.map(({ expr }) => expr));
  return new Set(exprs.flatMap((expr) => expr.match(/\bretask_\w+/g) ?? []));
}

test("every metric that the alert rules name is exported, and they name some", async () => {
  const { telemetry, simulation, send } = await startBench();
  await send("POST", "/v1/rollouts", { ...BY, role: "web", image: null, confirm: "web" });
  await send("PUT", "/v1/overrides/maintenance/m24", FOR_AN_HOUR);
  await simulation.turn();
  telemetry.noteConfiguration({ valid: true, pending: false });
  telemetry.notifications.begin("chat.example");
  const exported = new Set([...(await scrape(telemetry)).keys()].map((series) => series.replace(/\{.*$/, "")));
  const named = await namesInRules();
  expect(named.size).toBeGreaterThanOrEqual(10);
  for (const name of named) expect(exported, name).toContain(name);
});

test("a healthy farm in numbers", async () => {
  const { telemetry } = await startBench();
  const metrics = await scrape(telemetry);
  const expected = {
    retask_held: 0,
    retask_breaker_open: 0,
    retask_drift: 0,
    retask_quarantined: 0,
    retask_unmanageable: 0,
    retask_operations_in_flight: 0,
    retask_ticks_failed_total: 0,
    'retask_operations_total{outcome="done"}': 0,
    'retask_operations_total{outcome="quarantined"}': 0,
    'retask_mode{mode="auto"}': 1,
    'retask_mode{mode="advise"}': 0,
    'retask_machines{standing="serving"}': 24,
    'retask_role_desired{role="web"}': 8,
    'retask_role_capacity{role="compile"}': 16,
    'retask_role_floor{role="web"}': 4,
    'retask_role_demand{role="web"}': 380,
    'retask_role_demand_known{role="web"}': 1,
    // A role that takes the rest measures nothing, so nothing about it is unknown: no alert.
    'retask_role_demand_known{role="compile"}': 1,
  };
  for (const [series, value] of Object.entries(expected))
    expect([series, metrics.get(series)]).toEqual([series, value]);
});

test("a demand that becomes unknown leaves a gap, and so does what it wanted", async () => {
  const { telemetry, simulation, controller } = await startBench();
  controller.world.load.read = async () => ({ demand: unknown("connection refused"), confirm: null });
  await simulation.runFor(20_000);
  const metrics = await scrape(telemetry);
  expect(metrics.get('retask_role_demand_known{role="web"}')).toBe(0);
  expect(metrics.has('retask_role_demand{role="web"}')).toBe(false);
  expect(metrics.has('retask_role_wanted{role="web"}')).toBe(false);
  expect(metrics.get('retask_role_desired{role="web"}')).toBe(8);
});

test("a standing that no machine has any more is gone, not frozen at its last value", async () => {
  const { telemetry, simulation, controller } = await startBench();
  const [name, record] = [...controller.state.machines][0] ?? [];
  const quarantine = { why: "gone", sinceMs: 0, operation: null, expected: null };
  if (name === undefined || record === undefined) throw new Error("the farm is empty");
  const machines = (of: typeof record) => ({
    ...controller.state,
    machines: new Map(controller.state.machines).set(name, of),
  });
  controller.state = machines({ ...record, quarantine });
  await simulation.turn();
  expect((await scrape(telemetry)).get("retask_quarantined")).toBe(1);
  expect((await scrape(telemetry)).get('retask_machines{standing="quarantined"}')).toBe(1);
  controller.state = machines(record);
  await simulation.turn();
  expect((await scrape(telemetry)).has('retask_machines{standing="quarantined"}')).toBe(false);
});

test("a machine that is silent counts as unknown, unless somebody works on it", async () => {
  const { telemetry, simulation, send } = await startBench();
  const m24 = machineName("m24");
  simulation.world.machines.get(m24)?.switchOff();
  await simulation.runFor(120_000);
  expect((await scrape(telemetry)).get("retask_unknown")).toBe(1);
  await send("PUT", "/v1/overrides/maintenance/m24", FOR_AN_HOUR);
  await simulation.turn();
  expect((await scrape(telemetry)).get("retask_unknown")).toBe(0);
});

test("each open breaker counts, not the pool's alone: the alert is about racks and images too", async () => {
  const { telemetry, simulation, controller } = await startBench();
  const failure = (machine: string, rack: string) => ({
    machine: machineName(machine),
    image: null,
    rack,
    effect: null,
    why: "no beacon came",
    ageMs: 0,
    overcome: false,
  });
  controller.state = {
    ...controller.state,
    failures: [failure("m01", "r1"), failure("m02", "r1"), failure("m03", "r1")],
  };
  await simulation.turn();
  const metrics = await scrape(telemetry);
  expect(metrics.get("retask_breaker_open")).toBe(1);
  expect(metrics.get("retask_held")).toBe(0);
});

test("operations and effects are counted as they end", async () => {
  const { telemetry, simulation, send } = await startBench();
  await send("PUT", "/v1/overrides/machines/m01", { author: "ada", reason: "a try", for: "1h", to: "compile" });
  await simulation.runFor(420_000, 5_000);
  const metrics = await scrape(telemetry);
  expect(metrics.get('retask_operations_total{outcome="done"}')).toBeGreaterThanOrEqual(1);
  expect(metrics.get('retask_effects_total{effect="softOff",result="ok"}')).toBeGreaterThanOrEqual(1);
});

test("overrides are counted, with their age and their end; one without an end has none", async () => {
  const { telemetry, simulation, send } = await startBench();
  const by = { author: "ada", reason: "a try" };
  await send("POST", "/v1/pause", { ...by, scope: "pool", untilResumed: true });
  await send("PUT", "/v1/overrides/pins/m01", { ...by, for: "1h" });
  await simulation.turn();
  const metrics = await scrape(telemetry);
  expect(metrics.get('retask_overrides{kind="pause"}')).toBe(1);
  const created = metrics.get('retask_override_created_timestamp_seconds{aim="pin machine m01"}') ?? 0;
  expect(metrics.get('retask_override_expires_timestamp_seconds{aim="pin machine m01"}')).toBe(created + 3_600);
  expect(metrics.has('retask_override_created_timestamp_seconds{aim="pause pool"}')).toBe(true);
  expect(metrics.has('retask_override_expires_timestamp_seconds{aim="pause pool"}')).toBe(false);
});

test("a role that leaves the policies leaves the metrics", async () => {
  const { telemetry, simulation, controller } = await startBench();
  const site = controller.configured.site();
  const policies = new Map([...site.policies].filter(([role]) => role !== COMPILE));
  Object.assign(controller.configured, { site: () => ({ ...site, policies }) });
  await simulation.turn();
  const series = [...(await scrape(telemetry)).keys()].filter((name) => name.startsWith("retask_role_"));
  expect(series.some((name) => name.includes(WEB))).toBe(true);
  expect(series.some((name) => name.includes(COMPILE))).toBe(false);
});

test("a scrape before the first tick works", async () => {
  expect(await new Telemetry().registry.metrics()).toContain("retask_operations_total");
});
