/** Demand of a build role: known while a slot is free, at least that much once none is. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { distccDemand, jobsPerMachine } from "../../../src/core/domain/censored-demand.ts";
import type { DistccLoad } from "../../../src/core/domain/observation.ts";
import { describeReading } from "../../../src/core/domain/reading.ts";

const load = (inFlight: number, queue: number | null, slots: number): DistccLoad => ({ inFlight, queue, slots });

test.for([
  ["no machine", [], /^unknown \(no machine of the role serves/],
  ["one idle machine", [load(0, 0, 4)], /^0$/],
  ["free slots everywhere", [load(1, 0, 4), load(3, 0, 4)], /^4$/],
  ["one free slot beside a full machine and its queue", [load(4, 6, 4), load(3, 0, 4)], /^13$/],
  ["every slot busy", [load(4, 0, 4), load(4, 0, 4)], /^at least 8 \(every slot is busy\)$/],
  ["every slot busy, and queues", [load(4, 6, 4), load(4, 2, 4)], /^at least 16 \(every slot is busy\)$/],
  ["more in flight than slots", [load(5, 0, 4)], /^at least 5 \(every slot is busy\)$/],
  ["a queue unknown where a slot is free", [load(1, null, 4), load(4, 2, 4)], /^7$/],
  ["a queue unknown on a full machine", [load(4, null, 4), load(1, 0, 4)], /^at least 5 \(the queue of 1 machine /],
  [
    "queues unknown on two",
    [load(4, null, 4), load(4, null, 4), load(0, 0, 4)],
    /^at least 8 \(the queue of 2 machines /,
  ],
  [
    "one machine silent",
    [load(1, 0, 4), null, load(1, 0, 4)],
    /^unknown \(partly covered: 2 of 3 machines answered\)$/,
  ],
  ["all silent", [null, null], /^unknown \(partly covered: 0 of 2 machines answered\)$/],
  ["one silent, the rest full", [load(4, 6, 4), null], /^unknown \(partly covered: 1 of 2 machines answered\)$/],
] as const)("%s", ([, loads, text]) => {
  expect(describeReading(distccDemand(loads))).toMatch(text);
});

describe("laws", () => {
  const loads = fc.array(
    fc.record({ inFlight: fc.nat(20), queue: fc.option(fc.nat(50)), slots: fc.integer({ min: 1, max: 20 }) }),
    { minLength: 1 },
  );

  test("taking a full farm's machines away never makes its demand known", () => {
    fc.assert(
      fc.property(loads, (all) => {
        const full = all.map((one) => ({ ...one, inFlight: one.slots }));
        expect(distccDemand(full).kind).toBe("atLeast");
        expect(distccDemand(full.slice(0, -1)).kind).not.toBe("known");
      }),
    );
  });

  test("a machine that does not answer makes any demand unknown", () => {
    fc.assert(
      fc.property(loads, (all) => {
        expect(distccDemand([...all, null]).kind).toBe("unknown");
      }),
    );
  });
});

test("slots: a machine carries the mean slots of those that answered; a number is that number", () => {
  expect(jobsPerMachine("slots", [load(0, 0, 4), load(0, 0, 8), null])).toBe(6);
  expect(jobsPerMachine("slots", [null])).toBeNull();
  expect(jobsPerMachine("slots", [])).toBeNull();
  expect(jobsPerMachine(12, [])).toBe(12);
});
