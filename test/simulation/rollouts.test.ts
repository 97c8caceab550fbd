/** Roll-outs by the real loop over the simulated farm: what is good reaches all, what is not is caught and taken back. */
import { describe, expect, test } from "vitest";
import { DEAD, FLOOR, GOOD, MINUTE_MS, OLD, RolloutFarm, SICK } from "./support/rollout-farm.ts";

test("a good image reaches all in its phases, over a restart, and production means it in the end", async () => {
  const farm = await RolloutFarm.start();
  await farm.begin(GOOD);
  await farm.until(() => farm.state === "soaking");
  expect(farm.count(GOOD)).toBe(1);
  await farm.until(() => farm.state === "wave");
  await farm.restart();
  await farm.until(() => farm.state === "soaking");
  expect(farm.count(GOOD)).toBe(3);
  await farm.until(() => farm.state === "done");
  expect(farm.count(GOOD)).toBe(6);
  expect(farm.controller.last?.observation.channels.get(OLD)).toBeDefined();
  expect(farm.fewest).toBeGreaterThanOrEqual(FLOOR);
});

describe("a bad image", () => {
  test("that does not boot costs one machine, whose link is pointed back", async () => {
    const farm = await RolloutFarm.start();
    await farm.begin(DEAD);
    await farm.until(() => farm.state === "rolledBack");
    const [failed] = farm.finished.filter(({ outcome }) => outcome === "quarantined");
    expect(farm.finished.filter(({ outcome }) => outcome === "quarantined")).toHaveLength(1);
    expect(farm.linkOf(failed?.operation.machine as never)).toBe(OLD);
    expect(farm.count(DEAD)).toBe(0);
    expect(farm.fewest).toBeGreaterThanOrEqual(FLOOR);
  });

  test("that boots and serves errors is caught at the canary, which gets its old image back", async () => {
    const farm = await RolloutFarm.start();
    await farm.begin(SICK);
    await farm.until(() => farm.state === "rolledBack");
    expect(farm.finished.map(({ operation, outcome }) => [operation.toImage, outcome])).toEqual([
      [SICK, "done"],
      [OLD, "done"],
    ]);
    expect(farm.count(OLD)).toBe(6);
    expect(farm.fewest).toBeGreaterThanOrEqual(FLOOR);
  });
});

test("errors that the old image has too pause the roll-out after a while, and turn nothing back", async () => {
  const farm = await RolloutFarm.start();
  farm.faults.set(OLD, 20);
  farm.faults.set(GOOD, 20);
  await farm.begin(GOOD);
  await farm.until(() => farm.state === "paused", 60 * MINUTE_MS);
  expect(farm.count(GOOD)).toBe(1);
});
