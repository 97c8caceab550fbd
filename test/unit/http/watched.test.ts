/** What somebody who watches is told of roll-outs and file servers: in the first line, in the status, and as events. */
import { beforeAll, beforeEach, expect, test } from "vitest";
import { imageName } from "../../../src/core/domain/names.ts";
import type { PoolState } from "../../../src/core/domain/pool-state.ts";
import type { Rollout } from "../../../src/core/domain/rollout.ts";
import { newRolloutChart, stepRollout } from "../../../src/core/rollout/rollout.statechart.ts";
import { newStorage, orderStorage, tickStorage } from "../../../src/core/storage/storage.statechart.ts";
import { EventRing } from "../../../src/http/event-ring.ts";
import { PoolEvents } from "../../../src/http/pool-events.ts";
import { type Bench, BY, startBench, WEB } from "./support/bench.ts";

const NEW = imageName("web.2026-11");
const OLD = imageName("web.production-1");
const HOUR_MS = 3_600_000;

let bench: Bench;
let before: PoolState;
beforeAll(async () => {
  bench = await startBench();
  before = bench.controller.state;
});
beforeEach(() => {
  bench.controller.state = before;
});

const canary = newRolloutChart({ stage: 0, lastStage: 1, soakMs: 60_000, hasWayBack: true });
const well = { kind: "healthy", why: "" } as const;
const failed = stepRollout(canary, {
  type: "OBSERVE",
  deltaMs: 10_000,
  evidence: {
    ...{ failed: "m01 did not come back: no beacon", health: well },
    ...{ isRenewed: false, isCallingOff: false, isBack: false, isPromoted: false, waits: null },
  },
});

function withRollout(change: Partial<Rollout>): void {
  const { controller } = bench;
  const rollout: Rollout = {
    ...{ role: WEB, aim: { kind: "image", image: NEW, previous: OLD }, canaries: 1, wavesPercent: [100] },
    ...{ soakMs: 60_000, order: [], left: [], author: "ada", reason: "updates", endedMs: null, chart: canary },
    ...{ startedMs: controller.world.clock.wallMs(), ...change },
  };
  controller.state = { ...controller.state, rollouts: [rollout] };
}

interface Shown {
  readonly health: string;
  readonly reasons: readonly string[];
  readonly rollouts: readonly { readonly stateText: string }[];
}
const status = async () => (await bench.get("/v1/status")).body as unknown as Shown;

test("a roll-out that stops by itself is in the first line, and in the status for a day; one that goes well is not", async () => {
  const reason = "the roll-out of web.2026-11 has stopped: m01 did not come back: no beacon";
  withRollout({});
  expect(await status()).toMatchObject({
    health: "healthy",
    reasons: [],
    rollouts: [{ stateText: expect.any(String) }],
  });
  withRollout({ chart: failed });
  expect(await status()).toMatchObject({
    health: "degraded",
    reasons: [reason],
    rollouts: [{ stateText: "stopping" }],
  });
  const nowMs = bench.controller.world.clock.wallMs();
  withRollout({ chart: failed, endedMs: nowMs - 23 * HOUR_MS });
  expect(await status()).toMatchObject({ health: "degraded", reasons: [reason], rollouts: [{}] });
  withRollout({ chart: failed, endedMs: nowMs - 25 * HOUR_MS });
  expect(await status()).toMatchObject({ health: "healthy", reasons: [], rollouts: [] });
});

test("what an order about a roll-out would do: an abort says how many machines go back, and wants the role typed", async () => {
  const preview = async (act: object) =>
    (await bench.send("POST", "/v1/overrides/preview", { act: { role: "web", ...act } }, {})).body;
  expect(await preview({ kind: "pauseRollout" })).toMatchObject({ code: "RTK_NO_ROLLOUT" });
  const machines = [...before.machines].map(
    ([name, record]) => [name, record.placement === WEB ? { ...record, image: NEW } : record] as const,
  );
  bench.controller.state = { ...before, machines: new Map(machines) };
  withRollout({});
  expect(await preview({ kind: "pauseRollout" })).toMatchObject({ severe: false, confirm: null });
  expect(await preview({ kind: "resumeRollout" })).toMatchObject({ code: "RTK_ROLLOUT_STATE" });
  expect(await preview({ kind: "abortRollout" })).toMatchObject({
    ...{ severe: true, confirm: "web", machines: 8, text: ["8 machines follow as limits and windows let them"] },
  });
  expect(await preview({ kind: "abortRollout", keep: true })).toMatchObject({ severe: false, machines: 0 });
  expect(bench.controller.state.rollouts[0]?.chart).toBe(canary);
});

test("the status says how the file servers are, and the stream that one of them changed", async () => {
  const { controller } = bench;
  expect((await bench.get("/v1/status")).body.storage).toMatchObject([
    { name: "nfs-a", state: "well", port: { kind: "up" } },
    { name: "nfs-b", state: "well" },
  ]);
  const ring = new EventRing("test");
  const events = new PoolEvents(ring, controller, null);
  const [server] = controller.configured.site().storage;
  if (server === undefined) throw new Error("the example site has no file server");
  const down = { kind: "down", why: "a test" } as const;
  const tick = { type: "TICK", deltaMs: 1, atMs: 1, server, mirrorIsFit: true, away: 0 } as const;
  const suspect = tickStorage(newStorage(), { ...tick, facts: { port: down, monitoring: down } });
  const order = { by: BY.author, why: BY.reason, atMs: 1 };
  controller.state = { ...before, storage: new Map([[server.name, orderStorage(suspect, "FAIL_OVER", order)]]) };
  events.onChange(controller);
  expect(ring.get(ring.newest)).toMatch(/^event: change\ndata: .*"what":"storage"/m);
  expect((await status()).reasons).toEqual([expect.stringMatching(/^file server nfs-a: failed over; /)]);
});
