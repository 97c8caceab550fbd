/** The memory of how many series there were. */
import { expect, test } from "vitest";
import { roleName } from "../../../src/core/domain/names.ts";
import { ExpectedSeries } from "../../../src/world/load/expected-series.ts";

const HOUR_MS = 3_600_000;
const web = roleName("web");

test("the most seen counts for 24 h, and is then forgotten", () => {
  let now = 0;
  const expected = new ExpectedSeries(() => now);
  expect(expected.learn(web, "up", 3)).toBe(3);
  for (let hour = 0; hour < 24; hour++) {
    expect(expected.learn(web, "up", 2)).toBe(3);
    now += HOUR_MS;
  }
  now += HOUR_MS;
  expect(expected.learn(web, "up", 2)).toBe(2);
});

test("another selector starts afresh", () => {
  const expected = new ExpectedSeries(() => 0);
  expected.learn(web, "up", 3);
  expect(expected.learn(web, 'up{job="x"}', 1)).toBe(1);
});

test("roles do not mix", () => {
  const expected = new ExpectedSeries(() => 0);
  expected.learn(web, "up", 3);
  expect(expected.learn(roleName("compile"), "up", 1)).toBe(1);
});

test("the state survives JSON and another process's clock, and stays small", () => {
  let now = 50 * HOUR_MS;
  const before = new ExpectedSeries(() => now);
  for (let tick = 0; tick < 40 * 360; tick++) {
    before.learn(web, "up", tick === 39 * 360 ? 5 : 2);
    now += 10_000;
  }
  const state = before.state();
  expect(state.get(web)?.seen.length).toBeLessThanOrEqual(26);

  let later = 7;
  const after = new ExpectedSeries(() => later);
  after.restore(new Map(JSON.parse(JSON.stringify([...state]))));
  expect(after.learn(web, "up", 2)).toBe(5);
  later += 25 * HOUR_MS;
  expect(after.learn(web, "up", 2)).toBe(2);
});
