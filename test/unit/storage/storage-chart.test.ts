/** One file server's chart: dead is what two sources say for long, and nothing moves back by itself. */
import { describe, expect, test } from "vitest";
import { getShortestPaths } from "xstate/graph";
import { checkSnapshot } from "../../../src/core/domain/chart.ts";
import type { ChartSnapshot } from "../../../src/core/domain/operation.ts";
import { type Sign, type StorageFacts, storageServerSchema } from "../../../src/core/domain/storage.ts";
import {
  ITSELF,
  newStorage,
  orderStorage,
  storageChart,
  storageContextOf,
  storageMachine,
  storageStateOf,
  tickStorage,
} from "../../../src/core/storage/storage.statechart.ts";
import type { StorageTick } from "../../../src/core/storage/storage-guards.ts";

const TICK_MS = 10_000;
const UP: Sign = { kind: "up" };
const DOWN: Sign = { kind: "down", why: "ECONNREFUSED" };
const UNKNOWN: Sign = { kind: "unknown", why: "no answer" };
const [WELL, DEAD]: StorageFacts[] = [
  { port: UP, monitoring: UP },
  { port: DOWN, monitoring: DOWN },
] as const;
const ORDER = { by: "ada", why: "its fans stopped", atMs: 5 };

const server = (failOver: string) =>
  storageServerSchema.parse({ name: "nfs-a", address: "10.0.1.20", mirror: "nfs-b", failOver });

const tick = (facts: StorageFacts, given: Partial<StorageTick> = {}): StorageTick => ({
  type: "TICK",
  deltaMs: TICK_MS,
  atMs: 1_000,
  facts,
  server: server("ask"),
  mirrorIsFit: true,
  away: 1,
  ...given,
});

const run = (from: ChartSnapshot, ticks: readonly StorageTick[]): ChartSnapshot => ticks.reduce(tickStorage, from);
const times = (count: number, facts: StorageFacts, given: Partial<StorageTick> = {}): StorageTick[] =>
  Array.from({ length: count }, () => tick(facts, given));
const stateAfter = (ticks: readonly StorageTick[], from = newStorage()) => storageStateOf(run(from, ticks));
const dead = run(newStorage(), times(8, DEAD));
const failedOver = orderStorage(dead, "FAIL_OVER", ORDER);
const recovered = run(failedOver, times(60, WELL));

describe("dead", () => {
  test("is what both sources have said for deadAfter, not a tick sooner", () => {
    expect(stateAfter(times(6, DEAD))).toBe("suspect");
    expect(stateAfter(times(7, DEAD))).toBe("dead");
  });

  test("is nothing that the time before the first word adds to, however long nobody had watched", () => {
    const late = tick(DEAD, { deltaMs: 30_000 });
    expect(stateAfter([late, ...times(5, DEAD)])).toBe("suspect");
    expect(stateAfter([late, ...times(6, DEAD)])).toBe("dead");
  });

  test.each([
    ["its port alone", { port: DOWN, monitoring: UP }],
    ["Prometheus alone", { port: UP, monitoring: DOWN }],
    ["its port, while Prometheus is unknown", { port: DOWN, monitoring: UNKNOWN }],
    ["Prometheus, while its port is unknown", { port: UNKNOWN, monitoring: DOWN }],
  ])("is never what %s says", (_, facts) => {
    expect(stateAfter(times(100, facts))).toBe("suspect");
  });

  test("is never what nobody can tell", () => {
    expect(stateAfter(times(100, { port: UNKNOWN, monitoring: UNKNOWN }))).toBe("well");
  });

  test.each([
    ["one source flaps", { port: UP, monitoring: DOWN }],
    ["both flap", WELL],
    ["one is unknown for a moment", { port: DOWN, monitoring: UNKNOWN }],
  ])("is not what %s adds up to: the row begins anew", (_, between) => {
    const flapping = Array.from({ length: 50 }, () => [...times(6, DEAD), tick(between)]).flat();
    let chart = newStorage();
    const states = flapping.map((one) => {
      chart = tickStorage(chart, one);
      return storageStateOf(chart);
    });
    expect(states).not.toContain("dead");
  });

  test("stays so while nobody says anything, and is suspect once a source says up", () => {
    expect(stateAfter(times(9, { port: UNKNOWN, monitoring: UNKNOWN }), dead)).toBe("dead");
    expect(stateAfter([tick({ port: DOWN, monitoring: UP })], dead)).toBe("suspect");
  });
});

describe("a fail-over", () => {
  test("by itself is for auto alone, and waits for a mirror that is fit", () => {
    const auto = { server: server("auto") };
    expect(stateAfter(times(99, DEAD))).toBe("dead");
    expect(stateAfter(times(99, DEAD, { server: server("manual") }))).toBe("dead");
    expect(stateAfter(times(99, DEAD, { ...auto, mirrorIsFit: false }))).toBe("dead");
    const over = run(newStorage(), times(99, DEAD, auto));
    expect(storageStateOf(over)).toBe("failedOver");
    expect(storageContextOf(over).order?.by).toBe(ITSELF);
  });

  test("can be ordered while it is dead or suspect, and not while it is well", () => {
    expect(storageStateOf(failedOver)).toBe("failedOver");
    expect(storageStateOf(orderStorage(run(newStorage(), [tick(DEAD)]), "FAIL_OVER", ORDER))).toBe("failedOver");
    expect(storageStateOf(orderStorage(newStorage(), "FAIL_OVER", ORDER))).toBe("well");
  });

  test("stays in force though the server answers again, until it has been well for wellAfter without a break", () => {
    expect(stateAfter(times(59, WELL), failedOver)).toBe("failedOver");
    expect(stateAfter([...times(59, WELL), tick(DEAD), ...times(59, WELL)], failedOver)).toBe("failedOver");
    expect(storageStateOf(recovered)).toBe("recovered");
    expect(storageContextOf(recovered).order).toEqual(ORDER);
  });
});

describe("a fail-back", () => {
  test("is an operator's alone: machines stay away for ever unless one says so", () => {
    expect(stateAfter(times(1_000, WELL), recovered)).toBe("recovered");
    const back = orderStorage(recovered, "FAIL_BACK", ORDER);
    expect(storageStateOf(back)).toBe("failingBack");
    expect(stateAfter(times(9, WELL), back)).toBe("failingBack");
    expect(stateAfter([tick(WELL, { away: 0 })], back)).toBe("well");
  });

  test("is not for a server that was not proven well", () => {
    expect(storageStateOf(orderStorage(failedOver, "FAIL_BACK", ORDER))).toBe("failedOver");
  });

  test("no single bad probe ends it; a death does, and it takes a new order to move machines again", () => {
    const back = orderStorage(recovered, "FAIL_BACK", ORDER);
    expect(stateAfter([tick(DEAD)], back)).toBe("failingBack");
    const died = run(back, times(7, DEAD));
    expect(storageStateOf(died)).toBe("dead");
    expect(storageContextOf(died).order).toBeNull();
  });

  test("is not needed where nobody went: it is well again by itself", () => {
    expect(stateAfter([tick(WELL, { away: 0 })], recovered)).toBe("well");
  });
});

test("what it has counted survives as JSON; time in which nobody watched adds nothing", () => {
  const halfDead = run(newStorage(), times(6, DEAD));
  const stored = JSON.parse(JSON.stringify(halfDead)) as ChartSnapshot;
  expect(checkSnapshot(storageChart, stored)).toBeNull();
  expect(stateAfter([tick(DEAD, { deltaMs: 0, atMs: 9e12 })], stored)).toBe("suspect");
  expect(stateAfter([tick(DEAD)], stored)).toBe("dead");
});

test("every state of the chart can be reached and left", () => {
  const long = { deltaMs: 600_000, server: server("auto") };
  const paths = getShortestPaths(storageMachine, {
    events: [
      ...[WELL, DEAD].flatMap((facts) => [tick(facts, long), tick(facts, { ...long, away: 0 })]),
      { type: "FAIL_BACK", order: ORDER },
    ],
    serializeState: ({ value, context }) => `${value} ${context.downMs > 0}`,
  });
  expect([...new Set(paths.map(({ state }) => state.value))].sort()).toEqual(Object.keys(storageMachine.states).sort());
  for (const [name, node] of Object.entries(storageMachine.states)) {
    const targets = [...node.transitions.values()].flat().flatMap(({ target }) => target ?? []);
    expect(
      targets.some(({ key }) => key !== name),
      `${name} can be left`,
    ).toBe(true);
  }
});
