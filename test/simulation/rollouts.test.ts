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
  expect(farm.production).toBe(GOOD);
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

test("a role that has no more than its floor gets one more machine for as long as its roll-out lasts", async () => {
  const farm = await RolloutFarm.start();
  farm.wants = 4;
  await farm.run(30 * MINUTE_MS);
  expect(farm.images.size).toBe(FLOOR);
  await farm.begin(GOOD, { soakMs: MINUTE_MS, wavesPercent: [100] });
  await farm.until(() => farm.state === "done");
  expect(farm.fewest).toBeGreaterThanOrEqual(FLOOR);
  expect(new Set(farm.images.values())).toEqual(new Set([GOOD]));
  await farm.run(30 * MINUTE_MS);
  expect(farm.images.size).toBe(FLOOR);
});

test("who joins the role before the last wave boots the previous image, whatever production means, and is renewed in it", async () => {
  const farm = await RolloutFarm.start();
  await farm.promote(GOOD);
  farm.wants = 4.5;
  await farm.run(30 * MINUTE_MS);
  await farm.begin(GOOD);
  await farm.until(() => farm.state === "soaking");
  const before = new Set(farm.images.keys());
  farm.wants = 7;
  await farm.until(() => farm.images.size === 7);
  const joined = [...farm.images].filter(([name]) => !before.has(name));
  expect(joined.map(([, image]) => image)).toEqual([OLD, OLD]);
  await farm.until(() => farm.state === "done");
  expect(new Set(farm.images.values())).toEqual(new Set([GOOD]));
});

test("a pause lets nothing more boot, and an abort takes all of it back, the channel too", async () => {
  const farm = await RolloutFarm.start();
  await farm.promote(GOOD);
  await farm.run(MINUTE_MS);
  await farm.begin(GOOD);
  await farm.until(() => farm.count(GOOD) === 3);
  await farm.tell({ type: "PAUSE", why: "lunch" });
  await farm.run(60 * MINUTE_MS);
  expect([farm.state, farm.count(GOOD)]).toEqual(["paused", 3]);
  await farm.tell({ type: "ABORT", why: "wrong image", keeps: false });
  await farm.until(() => farm.state === "rolledBack");
  expect([farm.count(OLD), farm.production]).toEqual([6, OLD]);
  expect(farm.fewest).toBeGreaterThanOrEqual(FLOOR);
});

test("a rolling reboot boots each machine once more, and stops at the first that does not come back", async () => {
  const farm = await RolloutFarm.start();
  await farm.begin(null, { canaries: 0, soakMs: 0, wavesPercent: [100] });
  await farm.until(() => farm.state === "done");
  const renewed = farm.finished.filter(({ operation: { from, to } }) => from === to).map(({ operation }) => operation);
  expect(new Set(renewed.map(({ machine }) => machine)).size).toBe(6);
  expect(renewed.map(({ toImage }) => toImage)).toEqual(Array(6).fill(OLD));

  farm.isOldDead = true;
  await farm.begin(null, { canaries: 1, soakMs: 0, wavesPercent: [100] });
  await farm.until(() => farm.state === "stopped");
  expect(farm.finished.filter(({ outcome }) => outcome === "quarantined")).toHaveLength(1);
});

describe("a role under load", () => {
  test("reboots as many as its headroom has, though the limits allow two at once", async () => {
    const farm = await RolloutFarm.start();
    await farm.begin(null, { canaries: 0, soakMs: 0, wavesPercent: [100] });
    await farm.until(() => farm.state === "done");
    expect(farm.fewest).toBe(5);
  });

  test("gets one more for as long as it lasts, where it has no headroom", async () => {
    const farm = await RolloutFarm.start("", 0);
    await farm.begin(GOOD);
    await farm.until(() => farm.state === "done");
    expect(farm.fewest).toBe(6);
    await farm.run(30 * MINUTE_MS);
    expect(farm.images.size).toBe(6);
  });

  test("reboots them one by one, where no further machine can join it", async () => {
    const farm = await RolloutFarm.start("", 0);
    farm.wants = 7;
    await farm.run(30 * MINUTE_MS);
    expect(farm.images.size).toBe(7);
    farm.fewest = Number.POSITIVE_INFINITY;
    await farm.begin(null, { canaries: 0, soakMs: 0, wavesPercent: [100] });
    await farm.until(() => farm.state === "done");
    expect(farm.fewest).toBe(6);
  });
});

test("as many machines as the policy says are kept on the prototype, and only they", async () => {
  const farm = await RolloutFarm.start("prototypeMachines: 2\n");
  await farm.run(60 * MINUTE_MS);
  const first = [...farm.images].filter(([, image]) => image === GOOD).map(([name]) => name);
  expect(first).toHaveLength(2);
  await farm.run(60 * MINUTE_MS);
  expect([...farm.images].filter(([, image]) => image === GOOD).map(([name]) => name)).toEqual(first);
  expect(farm.fewest).toBeGreaterThanOrEqual(FLOOR);
});
