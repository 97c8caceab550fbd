/** What every store promises of decisions, finished operations and demand. */
import { describe, expect, test } from "vitest";
import { atLeast, known, unknown } from "../../../src/core/domain/reading.ts";
import type { Store } from "../../../src/store/store.ts";
import { compile, m01, m02, sampleDecision, sampleFinished, sampleTick, web } from "./sample-records.ts";
import { KINDS } from "./store-kinds.ts";
import { DAY_MS } from "./temporary-store.ts";

const MINUTE_MS = 60_000;

describe.each(KINDS)("the $name store", ({ open }) => {
  test("a decision comes back as it was made, its Maps and an endless range included", async () => {
    const { store, again } = await open();
    const made = sampleDecision(1_000, atLeast(72, "every slot is busy"));
    await store.saveTick(sampleTick({ decision: made, atMs: 1_000 }));
    expect(await (await again(store)).decisions({ limit: 10 })).toEqual([made]);
  });

  test("the same decision is recorded once in ten minutes, also over a restart; another one at once", async () => {
    const { store, again } = await open();
    const save = (to: Store, atMs: number, desired: number) =>
      to.saveTick(sampleTick({ decision: sampleDecision(atMs, known(200), desired), atMs }));
    await save(store, 0, 4);
    await save(store, 10_000, 4);
    const restarted = await again(store);
    await save(restarted, 20_000, 4);
    await save(restarted, 30_000, 5);
    await save(restarted, 629_999, 5);
    await save(restarted, 630_000, 5);
    const times = (await restarted.decisions({ limit: 10 })).map(({ atMs }) => atMs);
    expect(times).toEqual([630_000, 30_000, 0]);
  });

  test("decisions that differ in their numbers only go after two days, the others stay", async () => {
    const { store } = await open();
    const save = (atMs: number, load: number, desired: number) =>
      store.saveTick(sampleTick({ decision: sampleDecision(atMs, known(load), desired), atMs }));
    await save(0, 200, 4);
    await save(10_000, 201, 4);
    await save(20_000, 240, 5);
    expect(await store.decisions({ limit: 10 })).toHaveLength(3);
    await store.prune(3 * DAY_MS);
    expect((await store.decisions({ limit: 10 })).map(({ atMs }) => atMs)).toEqual([20_000, 0]);
    await store.prune(91 * DAY_MS);
    expect(await store.decisions({ limit: 10 })).toEqual([]);
  });

  test("pages of finished operations lose none, even where many end at once", async () => {
    const { store } = await open();
    const ends = [1_000, 2_000, 2_000, 2_000, 3_000];
    const finished = ends.map((endedMs, at) => sampleFinished(`op-${at}`, endedMs, at % 2 === 0 ? m01 : m02));
    await store.saveTick(sampleTick({ finished }));
    const first = await store.finishedOperations({ limit: 2 });
    expect(first.map(({ endedMs }) => endedMs)).toEqual([3_000, 2_000, 2_000, 2_000]);
    const second = await store.finishedOperations({ limit: 2, beforeMs: 2_000 });
    expect(second.map(({ endedMs }) => endedMs)).toEqual([1_000]);
    const ofMachine = await store.finishedOperations({ limit: 10, machine: m02 });
    expect(ofMachine.map(({ operation }) => operation.id).sort()).toEqual(["op-1", "op-3"]);
  });

  test("demand has one point a minute, the last one, and unknown stays unknown", async () => {
    const { store, again } = await open();
    const save = (atMs: number, demand: Parameters<Store["saveTick"]>[0]["demand"]) =>
      store.saveTick(sampleTick({ demand, atMs }));
    await save(10_000, new Map([[web, known(1)]]));
    await save(50_000, new Map([[web, known(0)]]));
    await save(MINUTE_MS, new Map([[web, unknown("no series")]]));
    await save(
      2 * MINUTE_MS,
      new Map([
        [web, atLeast(7, "busy")],
        [compile, known(9)],
      ]),
    );
    const history = await (await again(store)).demandHistory(web, 0, 2 * MINUTE_MS);
    expect(history).toEqual([
      { atMs: 50_000, reading: known(0) },
      { atMs: MINUTE_MS, reading: unknown("no series") },
      { atMs: 2 * MINUTE_MS, reading: atLeast(7, "busy") },
    ]);
  });

  test("demand ends at both ends asked for, and goes when its time is over", async () => {
    const { store } = await open();
    for (const minute of [0, 1, 2, 3]) {
      await store.saveTick(sampleTick({ demand: new Map([[web, known(minute)]]), atMs: minute * MINUTE_MS }));
    }
    const values = async (fromMs: number, toMs: number) =>
      (await store.demandHistory(web, fromMs, toMs)).map(({ reading }) => reading);
    expect(await values(MINUTE_MS, 2 * MINUTE_MS)).toEqual([known(1), known(2)]);
    await store.prune(400 * DAY_MS + 2 * MINUTE_MS);
    expect(await values(0, 10 * MINUTE_MS)).toEqual([known(2), known(3)]);
  });
});
