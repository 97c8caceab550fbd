/** How many series there should be outlives the daemon, also one that is killed. */
import pino from "pino";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { rememberLearned } from "../../../src/control/learned.ts";
import { roleName } from "../../../src/core/domain/names.ts";
import { openMemoryStore } from "../../../src/store/memory-store.ts";
import type { Store } from "../../../src/store/store.ts";
import { type PrometheusLoadMeter, prometheusLoadMeter } from "../../../src/world/load/prometheus.ts";

const web = roleName("web");
const silent = pino({ level: "silent" });
const seen = (most: number, ageMs = 0) => new Map([[web, { selector: "sessions", seen: [{ ageMs, most }] }]]);
const newMeter = (): PrometheusLoadMeter =>
  prometheusLoadMeter({
    url: "http://127.0.0.1:9",
    deadlineMs: 1_000,
    clock: { monotonicMs: () => performance.now() },
  });
const mostOf = (meter: PrometheusLoadMeter) =>
  meter
    .expectedSeries()
    .get(web)
    ?.seen.map(({ most }) => most);

let store: Store;
let saves: number;

beforeEach(() => {
  vi.useFakeTimers();
  store = openMemoryStore();
  saves = 0;
  const { saveSetting } = store;
  store.saveSetting = (key, value) => {
    saves += 1;
    return saveSetting.call(store, key, value);
  };
});
afterEach(() => {
  vi.useRealTimers();
});

test("what was learned is stored within seconds, so that a killed daemon still knows of both proxies", async () => {
  const killed = newMeter();
  await rememberLearned(store, killed, silent);
  killed.restoreExpectedSeries(seen(2));
  await vi.advanceTimersByTimeAsync(6_000);

  const next = newMeter();
  await rememberLearned(store, next, silent);
  expect(mostOf(next)).toEqual([2]);
});

test("while nothing changes but the ages, it is stored every ten minutes alone", async () => {
  const meter = newMeter();
  meter.restoreExpectedSeries(seen(2));
  await rememberLearned(store, meter, silent);
  await vi.advanceTimersByTimeAsync(599_000);
  expect(saves).toBe(0);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(saves).toBe(1);
});

test("what could not be stored is tried again", async () => {
  const meter = newMeter();
  const { saveSetting } = store;
  store.saveSetting = () => Promise.reject(new Error("disk full"));
  await rememberLearned(store, meter, silent);
  meter.restoreExpectedSeries(seen(2));
  await vi.advanceTimersByTimeAsync(6_000);
  store.saveSetting = saveSetting;
  await vi.advanceTimersByTimeAsync(6_000);
  expect(saves).toBe(1);
});
