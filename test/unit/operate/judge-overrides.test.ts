/** Overrides near their end: told of once, and gone by the clock on the wall. */
import { describe, expect, test } from "vitest";
import { machineName } from "../../../src/core/domain/names.ts";
import type { Override } from "../../../src/core/domain/override.ts";
import type { PoolEvent } from "../../../src/core/operate/events.ts";
import { judgeOverrides } from "../../../src/core/operate/judge-overrides.ts";
import { NOW_MS } from "../support/pool.ts";
import { order } from "../support/ticks.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const pin = (given: Partial<Override>) =>
  order({ kind: "pin", machine: machineName("m01") }, { createdMs: NOW_MS, ...given });

function judged(overrides: readonly Override[], wallMs: number) {
  const events: PoolEvent[] = [];
  const left = judgeOverrides(overrides, wallMs, events);
  return { left, told: events.map(({ kind }) => kind), events };
}

describe("an override is told of before it ends", () => {
  test.each([
    ["a quarter of an hour, of one for a day", 24 * HOUR_MS, 15 * MINUTE_MS],
    ["a tenth of its life, of one for an hour", HOUR_MS, 6 * MINUTE_MS],
  ])("%s", (_, lifeMs, warningMs) => {
    const one = pin({ expiresMs: NOW_MS + lifeMs });
    expect(judged([one], NOW_MS + lifeMs - warningMs - 1)).toMatchObject({ left: [one], told: [] });
    expect(judged([one], NOW_MS + lifeMs - warningMs).told).toEqual(["overrideEnding"]);
  });

  test("once, over a restart too", () => {
    const nearMs = NOW_MS + HOUR_MS - MINUTE_MS;
    const { left } = judged([pin({ expiresMs: NOW_MS + HOUR_MS })], nearMs);
    expect(judged(JSON.parse(JSON.stringify(left)), nearMs + 1).told).toEqual([]);
  });

  test("never, when it has no end", () => {
    const one = pin({ expiresMs: null });
    expect(judged([one], NOW_MS + 1_000 * HOUR_MS)).toMatchObject({ left: [one], told: [] });
  });
});

test("an override that is over is gone, and its end is told, though nobody warned of it", () => {
  const { left, events } = judged([pin({ expiresMs: NOW_MS + HOUR_MS })], NOW_MS + HOUR_MS);
  expect(left).toEqual([]);
  expect(events).toMatchObject([{ kind: "overrideEnded", what: "pin of m01", override: { author: "ada" } }]);
});

test("where nothing is to be told the list stays the very same", () => {
  const overrides = [pin({ expiresMs: NOW_MS + HOUR_MS })];
  expect(judged(overrides, NOW_MS).left).toBe(overrides);
});
