/** `GET /v1/report`: what may be asked of it. Its figures are held against the true course in test/simulation/report.test.ts. */
import { expect, test } from "vitest";
import { type Bench, MONDAY_MS, startUnticked } from "./support/bench.ts";

const DAY_MS = 86_400_000;
let bench: Bench | null = null;
const get = async (query: string) => {
  bench ??= await startUnticked();
  return bench.get(`/v1/report${query}`);
};

test("a week until now, unless told otherwise", async () => {
  const { status, body } = await get("");
  expect(status).toBe(200);
  expect(Number(body.toMs)).toBeGreaterThanOrEqual(MONDAY_MS);
  expect(Number(body.toMs) - Number(body.fromMs)).toBe(7 * DAY_MS);
});

test("an end in the future is now", async () => {
  const { body } = await get(`?from=${MONDAY_MS - DAY_MS}&to=${MONDAY_MS + DAY_MS}`);
  expect(Number(body.toMs)).toBeLessThan(MONDAY_MS + DAY_MS);
});

test.each([
  ["?from=2&to=1", 422, "RTK_BAD_PERIOD"],
  [`?from=${MONDAY_MS - 93 * DAY_MS}`, 422, "RTK_BAD_PERIOD"],
  ["?split=mail=3", 404, "RTK_UNKNOWN_ROLE"],
  ["?split=web", 422, "RTK_INVALID_REQUEST"],
  ["?split=web=many", 422, "RTK_INVALID_REQUEST"],
  ["?split=web=999999", 422, "RTK_INVALID_REQUEST"],
  ["?weeks=2", 422, "RTK_INVALID_REQUEST"],
])("%s is refused with %i %s", async (query, status, code) => {
  expect(await get(query)).toMatchObject({ status, body: { code } });
});

test("the split that was asked for is the one that is answered", async () => {
  expect((await get("?split=web=20,compile=4")).body.split).toEqual({
    from: "request",
    counts: { web: 20, compile: 4 },
  });
});
