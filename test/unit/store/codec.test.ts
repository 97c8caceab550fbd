/** The text form of stored values. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checksum, decode, encode } from "../../../src/store/codec.ts";

const { value: anyValue } = fc.letrec((again) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    fc.double().map((number) => number + 0),
    fc.array(again("value"), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("$map", "$number", "$plain")), again("value"), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
    fc.array(fc.tuple(fc.string(), again("value")), { maxLength: 4 }).map((entries) => new Map(entries)),
  ),
}));

describe("the codec", () => {
  test("gives back what it was given: Maps, Infinity, NaN, and objects that look like its own marks", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(decode(encode(value))).toEqual(withoutMinusZero(value));
      }),
    );
  });

  test("a field that is undefined reads as absent", () => {
    expect(decode(encode({ a: undefined, b: 1 }))).toEqual({ b: 1 });
  });

  test("the checksum tells one flipped bit", () => {
    expect(checksum('{"count":3}')).not.toBe(checksum('{"count":7}'));
  });
});

/** JSON knows no -0, and nothing here could tell it from 0. */
function withoutMinusZero(value: unknown): unknown {
  if (typeof value === "number") return value === 0 ? 0 : value;
  if (Array.isArray(value)) return value.map(withoutMinusZero);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, withoutMinusZero(item)]));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutMinusZero(item)]));
}
