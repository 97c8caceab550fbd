/** Alive, ready, measured, discovered. */
import { isIPv4 } from "node:net";
import { expect, test } from "vitest";
import { machineName } from "../../../src/core/domain/names.ts";
import { FOR_AN_HOUR, startBench } from "./support/bench.ts";

test("it is alive while its loop turns, and no longer when it hangs for six ticks", async () => {
  const { get, simulation } = await startBench();
  expect(await get("/livez")).toMatchObject({ status: 200, body: { live: true } });
  const { clock } = simulation.world;
  clock.advance(45_000);
  expect((await get("/livez")).status).toBe(200);
  clock.advance(16_000);
  expect(await get("/livez")).toMatchObject({ status: 503, body: { live: false } });
  const old = { health: "degraded", reasons: [expect.stringContaining("the last tick ended")] };
  expect((await get("/v1/status")).body).toMatchObject(old);
  await simulation.turn();
  expect((await get("/livez")).status).toBe(200);
});

test("a hold never makes it look dead or unready", async () => {
  const { get, send, simulation } = await startBench();
  await send("POST", "/v1/pause", { ...FOR_AN_HOUR, for: "2h", scope: "pool" });
  await simulation.runFor(600_000);
  expect((await get("/v1/status")).body).toMatchObject({ health: "holding", modes: { pause: "paused" } });
  expect((await get("/livez")).status).toBe(200);
  expect((await get("/readyz")).status).toBe(200);
});

test("a machine that died in its role is named, though no floor is touched", async () => {
  const { get, simulation } = await startBench();
  simulation.world.machines.get(machineName("m20"))?.die();
  await simulation.runFor(180_000, 10_000);
  expect((await get("/v1/status")).body).toMatchObject({ health: "degraded", reasons: ["unknown: m20"] });
});

test("a wall clock that jumps makes nothing look dead, in either direction", async () => {
  const { get, simulation } = await startBench();
  for (const jumpMs of [3_600_000, -7_200_000]) {
    simulation.world.clock.jumpWall(jumpMs);
    expect((await get("/livez")).status).toBe(200);
  }
});

test("ticks that fail are a metric, not a hang: a restart mends no disk", async () => {
  const { get, simulation, store, controller } = await startBench();
  store.saveTick = async () => {
    throw new Error("disk full");
  };
  for (let i = 0; i < 10; i++) {
    await simulation.turn().catch(() => (controller.failedTicks += 1));
    simulation.world.clock.advance(10_000);
  }
  expect((await get("/livez")).status).toBe(200);
  expect((await get("/metrics")).text).toContain("retask_ticks_failed_total 10");
});

test("a first tick that never ends is a hang too", async () => {
  const { get, simulation } = await startBench({ adopted: false });
  expect((await get("/livez")).status).toBe(200);
  expect((await get("/readyz")).status).toBe(503);
  simulation.world.clock.advance(61_000);
  expect((await get("/livez")).status).toBe(503);
});

test("the metrics are Prometheus text", async () => {
  const { get } = await startBench();
  const { status, headers, text } = await get("/metrics");
  expect(status).toBe(200);
  expect(headers["content-type"]).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(text).toContain('retask_role_desired{role="web"} 8');
  expect(text).toContain('retask_mode{mode="auto"} 1');
});

test("/v1/sd is what Prometheus' http_sd takes: JSON, an array, targets with ports, labels that are texts with legal names", async () => {
  const { get } = await startBench();
  const { headers, text } = await get("/v1/sd");
  // The very pattern that Prometheus holds the content type against.
  expect(headers["content-type"]).toMatch(/^application\/json(;\s*charset=("utf-8"|utf-8))?$/i);
  const groups = JSON.parse(text) as { targets: string[]; labels: Record<string, unknown> }[];
  expect(groups).toHaveLength(24);
  for (const group of groups) {
    expect(Object.keys(group).sort()).toEqual(["labels", "targets"]);
    for (const target of group.targets) {
      const [address, port] = target.split(":");
      expect([isIPv4(address ?? ""), port]).toEqual([true, "9421"]);
    }
    for (const [name, value] of Object.entries(group.labels)) {
      expect(name).toMatch(/^[a-zA-Z_][a-zA-Z0-9_]*$/);
      expect(typeof value).toBe("string");
    }
  }
  expect(groups[0]?.labels).toEqual({ machine: "m01", rack: "r1", pdu: "p1", storage: "nfs-a" });
});
