/** Repeated failures stop what they have in common. */
import { describe, expect, test } from "vitest";
import { breakerOpen, isForgotten, type Trial } from "../../../src/core/decide/breaker.ts";
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
  overcome: true,
  ...given,
});
const limits = defaultLimits();
const open = (...failures: Failure[]) => {
  const { pool, racks, images } = breakerOpen(failures, limits, []);
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

  test("of an image opens for it and its copies on other file servers together", () => {
    const copies = ["web.2", "web.2@nfs-b", "web.2@nfs-b"];
    const bad = copies.map((image, at) => failure(`m0${at + 1}`, null, image));
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
    expect(breakerOpen(racks, limits, []).pool).toContain("6 failures, the last: ");
  });

  test("forgets failures that are older than its time", () => {
    const old = ["m01", "m02", "m03"].map((name) => failure(name, "r1", "web.1", { ageMs: 3_600_000 }));
    expect(open(...old)).toEqual({ pool: false, racks: [], images: [] });
  });
});

describe("what nothing has overcome since", () => {
  const HOUR_MS = 3_600_000;
  /** Failures of one image in two racks; the youngest is so old. */
  const lasting = (count: number, ageMs: number, overcome = false): Failure[] =>
    Array.from({ length: count }, (_, at) =>
      failure(`m0${at}`, at % 2 === 0 ? "r1" : "r2", "web.2", {
        overcome,
        ageMs: ageMs + (count - 1 - at) * 3 * HOUR_MS,
      }),
    );
  const ofImage = (failures: Failure[], underWay: Trial[] = []): string | undefined =>
    breakerOpen(failures, limits, underWay).images.get(imageName("web.2"));

  test.each([
    [3, 1],
    [4, 2],
    [5, 4],
    [8, 24],
    [20, 24],
  ])("pauses after failure %i for %i h, counted from the last", (count, hours) => {
    expect(ofImage(lasting(count, hours * HOUR_MS - 1))).toContain(
      `${count} failures of image web.2, the last: m0${count - 1} did not come up in time; one is tried again`,
    );
    expect(ofImage(lasting(count, hours * HOUR_MS))).toBeUndefined();
  });

  test("is then tried one machine at a time", () => {
    const trial = { image: imageName("web.2"), rack: "r3" };
    expect(ofImage(lasting(4, 2 * HOUR_MS), [trial])).toContain("; one is being tried");
    expect(ofImage(lasting(4, 2 * HOUR_MS), [{ ...trial, image: imageName("web.1") }])).toBeUndefined();
    const odd = ["a.1", "b.1", "c.1"].map((image) => failure("m01", null, image, { overcome: false, ageMs: HOUR_MS }));
    expect(breakerOpen(odd, limits, []).pool).toBeNull();
    expect(breakerOpen(odd, limits, [trial]).pool).toBe(
      "3 failures, the last: m01 did not come up in time; one is being tried",
    );
  });

  test("once overcome counts for its hour alone", () => {
    expect(ofImage(lasting(4, HOUR_MS, true))).toBeUndefined();
    expect(isForgotten(failure("m01", null, "web.2", { ageMs: HOUR_MS }), limits)).toBe(true);
    expect(isForgotten(failure("m01", null, "web.2", { ageMs: HOUR_MS, overcome: false }), limits)).toBe(false);
    expect(isForgotten(failure("m01", null, "web.2", { ageMs: 168 * HOUR_MS, overcome: false }), limits)).toBe(true);
  });
});
