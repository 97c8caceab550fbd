/** `perMachine` from a signal of saturation whose law is known; and no proposal where the history can't tell. */
import { describe, expect, test } from "vitest";
import {
  bentLine,
  mediansByLoad,
  proposePerMachine,
  saturationPoints,
} from "../../../src/core/calibrate/per-machine.ts";
import { seededRandom } from "../../../src/simulation/random.ts";

const random = seededRandom(11);
const seen = (most: number, signalOf: (load: number) => number) =>
  Array.from({ length: 4_000 }, () => {
    const load = random.between(8, most);
    return { load, signal: signalOf(load) };
  });
const noise = (share: number): number => 1 + random.between(-share, share);

describe("a signal that bends", () => {
  test.each([
    [
      "a latency, flat up to 55 and 10 ms more for each beyond",
      80,
      (load: number) => (90 + 10 * Math.max(0, load - 55)) * noise(0.2),
      55,
    ],
    [
      "one that rises slowly and then fast",
      60,
      (load: number) => (20 + load + 8 * Math.max(0, load - 30)) * noise(0.1),
      30,
    ],
    [
      "one minute in fifty being an outlier",
      80,
      (load: number) => (random.next() < 0.02 ? 5_000 : (90 + 10 * Math.max(0, load - 55)) * noise(0.1)),
      55,
    ],
  ])("%s", (_, most, signalOf, knee) => {
    const proposal = proposePerMachine(seen(most, signalOf));
    expect(proposal).toMatchObject({ ok: true });
    expect(proposal.ok && Math.abs(proposal.value - knee) / knee).toBeLessThan(0.06);
  });

  test("the line through it has the slopes that made it", () => {
    const line = bentLine(mediansByLoad(seen(80, (load) => 90 + 2 * load + 8 * Math.max(0, load - 50))));
    expect(line?.before).toBeCloseTo(2, 0);
    expect(line?.after).toBeCloseTo(8, 0);
    expect(line?.from).toBeGreaterThan(85);
    expect(line?.from).toBeLessThan(95);
  });
});

describe("there is no proposal, and it says why", () => {
  test.each([
    [
      "a machine that was never pressed",
      40,
      (load: number) => (90 + 10 * Math.max(0, load - 55)) * noise(0.2),
      "up to 39",
    ],
    ["CPU busy, which rises evenly", 70, (load: number) => load * 1.2 * noise(0.05), "does not bend"],
    ["a signal that flattens", 70, (load: number) => Math.min(load, 40) * noise(0.02), "does not bend"],
    ["one that rises by half as fast again", 70, (load: number) => 2 * load + Math.max(0, load - 40), "does not bend"],
    ["a constant signal", 70, () => 3, "does not bend"],
  ])("%s", (_, most, signalOf, why) => {
    expect(proposePerMachine(seen(most, signalOf))).toEqual({ ok: false, why: expect.stringContaining(why) });
  });

  test("a load that never changed", () => {
    const still = Array.from({ length: 500 }, () => ({ load: 10, signal: random.between(1, 2) }));
    expect(proposePerMachine(still)).toEqual({
      ok: false,
      why: expect.stringContaining("too few levels (500 readings)"),
    });
  });
});

test("a minute tells only with all three figures, and with machines", () => {
  const points = saturationPoints([100, null, 100, 100, 90], [2, 2, null, 0, 3], [7, 7, 7, 7, null]);
  expect(points).toEqual([{ load: 50, signal: 7 }]);
});
