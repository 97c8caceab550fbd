/** When a time stamp may stand for a file's content. */
import { expect, test } from "vitest";
import { stampFrom } from "../../../src/world/boot-links/listing.ts";

const found = { ino: 1, size: 2, mtimeMs: 10_000, ctimeMs: 10_000 };

test("a file that changed just now may change again within the same time stamp, and is read again", () => {
  expect(stampFrom(found, 10_000)).toBeNull();
  expect(stampFrom(found, 11_999)).toBeNull();
  expect(stampFrom({ ...found, mtimeMs: 0 }, 11_999)).toBeNull();
});

test("a file dated in the future is never trusted", () => {
  expect(stampFrom({ ...found, mtimeMs: 99_000 }, 20_000)).toBeNull();
});

test("an older file's stamp changes with any of its marks, even where its modification time was set back", () => {
  const stamp = stampFrom(found, 20_000);
  expect(stamp).not.toBeNull();
  for (const change of [{ ino: 2 }, { size: 3 }, { mtimeMs: 9_000 }, { ctimeMs: 10_001 }])
    expect(stampFrom({ ...found, ...change }, 20_000)).not.toBe(stamp);
});
