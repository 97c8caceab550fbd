/** What of its ranges a role's plan does not hold, and how it is told. */
import { expect, test } from "vitest";
import { summaryOf } from "../../../../src/core/decide/rota/rota-words.ts";
import { unmetOf } from "../../../../src/core/decide/rota/unmet.ts";
import { roleName } from "../../../../src/core/domain/names.ts";

const role = {
  role: roleName("web"),
  use: { kind: "measured", shortageCost: 20, needs: [] },
  ...{ present: 1, arriving: [{ machines: 2, inMinutes: 60 }], able: 9 },
  ranges: [{ keep: 3, floor: 3, min: 3, max: 4 }],
} as const;

test("machines on their way count for what a role keeps, and not for its floor", () => {
  expect(unmetOf(role, [1, 1, 3, 3], 30)).toEqual([{ what: "floor", from: 0, to: 1, asked: 3, given: 1 }]);
});

test("neighbouring slots are one span, told by the widest gap; a maximum is broken upwards", () => {
  expect(unmetOf({ ...role, arriving: [] }, [3, 2, 1, 2, 3, 5], 30)).toEqual([
    ...["keep", "floor", "min"].map((what) => ({ what, from: 1, to: 3, asked: 3, given: 1 })),
    { what: "max", from: 5, to: 5, asked: 4, given: 5 },
  ]);
});

test("the sentence says from when until when", () => {
  const gap = { what: "floor", from: 1, to: 2, asked: 3, given: 1 } as const;
  expect(summaryOf([3, 1, 2, 3], 3, [gap], 90)).toBe(
    "3 now, 3 at the most now, 1 at the least in 90 min; its floor of 3 can't be held in 90 min until in 4.5 h: 1 there",
  );
  expect(summaryOf([2, 2], 2, [], 30)).toBe("2 now, 2 all along");
});
