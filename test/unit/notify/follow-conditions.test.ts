/** Told once when it begins, once when it is over, and never for what comes and goes. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Condition } from "../../../src/core/notify/condition.ts";
import {
  type Followed,
  followConditions,
  followFrom,
  type Notification,
} from "../../../src/core/notify/follow-conditions.ts";

const TICK_MS = 10_000;
const START_MS = Date.UTC(2026, 10, 23);

const condition = (key: string, more: Partial<Condition> = {}): Condition => ({
  key,
  kind: "hold",
  subject: "pool",
  severity: "warning",
  summary: `the matter of ${key}`,
  next: "do something",
  afterMs: 0,
  goneMs: 0,
  ...more,
});

/** Ten seconds each; what was said at which tick, as `7 begun a`. */
function run(ticks: readonly (readonly Condition[])[], from: Followed = followFrom([], [])) {
  let followed = from;
  const said: Notification[] = [];
  const log: string[] = [];
  for (const [index, conditions] of ticks.entries()) {
    const passed = { nowMs: START_MS + index * TICK_MS, deltaMs: TICK_MS };
    const next = followConditions(followed, conditions, passed);
    followed = next.followed;
    said.push(...next.notifications);
    log.push(...next.notifications.map(({ status, key }) => `${index} ${status} ${key}`));
  }
  return { followed, said, log };
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const quarantine = condition("quarantine");
/** Told after half a minute, over after a minute. */
const measured = condition("measured", { afterMs: 30_000, goneMs: 60_000 });

test("what is recorded is told at once, and at once when it is over", () => {
  expect(run([[], [quarantine], ...times(5, [quarantine]), [], []]).log).toEqual([
    "1 begun quarantine",
    "7 over quarantine",
  ]);
});

test("what is measured is told once it has lasted, with the time at which it began", () => {
  const { log, said } = run(times(10, [measured]));
  expect(log).toEqual(["3 begun measured"]);
  expect(said[0]).toMatchObject({ sinceMs: START_MS, atMs: START_MS + 30_000, status: "begun" });
});

test("what comes and goes faster than it must last is never told", () => {
  expect(run(times(20, [[measured], [measured], []]).flat()).log).toEqual([]);
});

test("what was told and comes and goes faster than it must be gone is one condition all night long", () => {
  const night = times(50, [[measured], [], [], []]).flat();
  expect(run([...times(4, [measured]), ...night, ...times(8, [])]).log).toEqual([
    "3 begun measured",
    "207 over measured",
  ]);
});

test("a day later it is told once more, and so each day", () => {
  const twoDaysAndMore = Math.ceil((2.5 * 86_400_000) / TICK_MS);
  const { log, said } = run(times(twoDaysAndMore, [quarantine]));
  expect(log).toEqual(["0 begun quarantine", "8640 lasts quarantine", "17280 lasts quarantine"]);
  expect(new Set(said.map(({ id }) => id)).size).toBe(3);
});

test("after a restart nothing is told twice, and what ended meanwhile is told to be over", () => {
  const before = run([...times(4, [measured, quarantine])]).followed;
  const stored = JSON.parse(JSON.stringify([...before.told.values()]));
  const restarted = followFrom(stored, []);
  expect(run(times(20, [measured, quarantine]), restarted).log).toEqual([]);
  expect(run(times(20, []), restarted).log).toEqual(["0 over quarantine", "6 over measured"]);
});

test("downtime adds nothing to how long it has lasted: what was not told begins anew", () => {
  const before = run([[measured], [measured], [measured]]).followed;
  const restarted = followFrom([...before.told.values()], before.over);
  expect(run(times(5, [measured]), restarted).log).toEqual(["3 begun measured"]);
});

test("what is over is remembered for a quarter of an hour, for an Alertmanager that missed it", () => {
  const over = (ticks: number) => run([[quarantine], ...times(ticks, [])]).followed.over.map(({ key }) => key);
  expect(over(90)).toEqual(["quarantine"]);
  expect(over(92)).toEqual([]);
});

test("law: of each condition the messages are begun, over, begun, over …, no two with the same id", () => {
  const present = fc.array(fc.subarray([quarantine, measured, condition("other", { goneMs: 20_000 })]), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(present, (ticks) => {
      const { said } = run(ticks);
      expect(new Set(said.map(({ id }) => id)).size).toBe(said.length);
      for (const key of new Set(said.map((one) => one.key))) {
        const statuses = said.filter((one) => one.key === key).map(({ status }) => status);
        expect(statuses).toEqual(statuses.map((_, index) => (index % 2 === 0 ? "begun" : "over")));
      }
    }),
    { numRuns: 100 },
  );
});
