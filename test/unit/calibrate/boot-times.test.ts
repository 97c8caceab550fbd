/** Quantiles of boots. */
import { expect, test } from "vitest";
import { bootTimes } from "../../../src/core/calibrate/boot-times.ts";

test("half of the boots, nine of ten and 99 of 100 took no longer", () => {
  const hundred = Array.from({ length: 100 }, (_, at) => (100 - at) * 1_000);
  expect(bootTimes(hundred)).toMatchObject({
    ok: true,
    value: { count: 100, p50Ms: 50_000, p90Ms: 90_000, p99Ms: 99_000 },
  });
  expect(bootTimes([7_000])).toMatchObject({ ok: true, value: { count: 1, p50Ms: 7_000, p99Ms: 7_000 } });
});

test("without a boot there is no figure, and none is zero", () => {
  expect(bootTimes([])).toEqual({ ok: false, why: "no boot has been learned yet" });
});
