/** The effects of operations: no act without a durable intent, and nothing is kept of what has ended. */
import { expect, test } from "vitest";
import { EffectLog, type EffectOutcome } from "../../../src/control/effect-log.ts";
import type { Operation } from "../../../src/core/domain/operation.ts";
import { VirtualClock } from "../../../src/simulation/virtual-clock.ts";
import { openMemoryStore } from "../../../src/store/memory-store.ts";

const operation = { id: "m01-1", machine: "m01" } as Operation;
const DONE: EffectOutcome = { ok: true, code: null, detail: null };

test("an intent that can't be made durable starts nothing", async () => {
  const store = Object.assign(openMemoryStore(), { beginIntent: () => Promise.reject(new Error("disk full")) });
  const log = new EffectLog(store, new VirtualClock(0), []);
  let began = false;
  const run = async () => {
    began = true;
    return DONE;
  };
  await expect(log.start(operation, "softOff", run)).rejects.toThrow("disk full");
  expect(began).toBe(false);
  expect(log.facts().size).toBe(0);
});

test("an effect that ends after its operation leaves nothing behind", async () => {
  const log = new EffectLog(openMemoryStore(), new VirtualClock(0), []);
  let end: (outcome: EffectOutcome) => void = () => {};
  await log.start(
    operation,
    "preflight",
    () =>
      new Promise((resolve) => {
        end = resolve;
      }),
  );
  log.forget(operation.id);
  end(DONE);
  await log.idle();
  expect(log.facts().size).toBe(0);
});

test("an intent without a result comes back as lost, and its age counts from the new start", () => {
  const clock = new VirtualClock(0);
  clock.advance(5_000);
  const intent = {
    id: 1,
    operation: operation.id,
    machine: operation.machine,
    effect: "softOff",
    attempt: 1,
    atMs: 0,
    result: null,
  } as const;
  const log = new EffectLog(openMemoryStore(), clock, [intent]);
  clock.advance(1_000);
  expect(log.facts().get(operation.id)).toMatchObject([{ effect: "softOff", state: "lost", ageMs: 1_000 }]);
});
