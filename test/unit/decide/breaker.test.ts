/** Repeated failures stop what they have in common. */
import { describe, expect, test } from "vitest";
import { breakerOpen } from "../../../src/core/decide/breaker.ts";
import { defaultLimits } from "../../../src/core/domain/limits.ts";
import { imageName, machineName } from "../../../src/core/domain/names.ts";
import type { Failure } from "../../../src/core/domain/pool-state.ts";

const failure = (name: string, rack: string | null, image: string, given: Partial<Failure> = {}): Failure => ({
  machine: machineName(name),
  image: imageName(image),
  rack,
  effect: null,
  why: "did not come up in time",
  ageMs: 60_000,
  ...given,
});
const limits = defaultLimits();
const open = (...failures: Failure[]) => {
  const { pool, racks, images } = breakerOpen(failures, limits);
  return { pool: pool !== null, racks: [...racks.keys()], images: [...images.keys()] };
};

describe("the breaker", () => {
  test("stays closed below the limit", () => {
    expect(open(failure("m01", "r1", "web.1"), failure("m02", "r2", "web.1"))).toEqual({
      pool: false,
      racks: [],
      images: [],
    });
  });

  test("of a rack opens for a rack that lost its power, and leaves the healthy rest alone", () => {
    const lost = ["m01", "m02", "m03"].map((name) => failure(name, "r1", "web.1"));
    expect(open(...lost)).toEqual({ pool: false, racks: ["r1"], images: [] });
  });

  test("of an image opens once it fails in more than one rack", () => {
    const bad = [failure("m01", "r1", "web.2"), failure("m02", "r1", "web.2"), failure("m03", "r2", "web.2")];
    expect(open(...bad)).toEqual({ pool: false, racks: [], images: ["web.2"] });
  });

  test("of an image opens where nothing is known of racks", () => {
    const bad = ["m01", "m02", "m03"].map((name) => failure(name, null, "web.2"));
    expect(open(...bad)).toEqual({ pool: false, racks: [], images: ["web.2"] });
  });

  test("does not blame an image for a machine that never switched off", () => {
    const stuck = ["m01", "m02", "m03"].map((name) => failure(name, null, "web.2", { effect: "hardOff" }));
    expect(open(...stuck)).toEqual({ pool: true, racks: [], images: [] });
  });

  test("of the pool opens for failures with nothing in common", () => {
    const odd = [failure("m01", "r1", "web.1"), failure("m02", "r2", "compile.1"), failure("m03", "r3", "api.1")];
    expect(open(...odd)).toEqual({ pool: true, racks: [], images: [] });
  });

  test("of the pool opens for twice as many, however well explained", () => {
    const racks = ["r1", "r2"].flatMap((rack) => ["a", "b", "c"].map((name) => failure(`${name}-${rack}`, rack, rack)));
    expect(open(...racks)).toMatchObject({ pool: true, racks: ["r1", "r2"] });
    expect(breakerOpen(racks, limits).pool).toContain("6 failures, the last: ");
  });

  test("forgets failures that are older than its time", () => {
    const old = ["m01", "m02", "m03"].map((name) => failure(name, "r1", "web.1", { ageMs: 3_600_000 }));
    expect(open(...old)).toEqual({ pool: false, racks: [], images: [] });
  });
});
