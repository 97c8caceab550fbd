/** HTTP bodies that mean harm, at every door for changes: a clear refusal or an order that is understood, and never an error of our own. */
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Bench, FOR_AN_HOUR, startBench, WRITE_TOKEN } from "../http/support/bench.ts";

let bench: Bench;
// A new one for each door: a token may change so much in ten seconds, and no more.
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.api.close());

const DOORS: readonly (readonly ["POST" | "PUT" | "DELETE", string, object])[] = [
  ["POST", "/v1/pause", { ...FOR_AN_HOUR, scope: "pool" }],
  ["PUT", "/v1/overrides/machines/m01", { ...FOR_AN_HOUR, to: "compile" }],
  ["PUT", "/v1/overrides/roles/web", { ...FOR_AN_HOUR, count: 9 }],
  ["DELETE", "/v1/pause", { author: "ada", reason: "enough", scope: "pool" }],
];
const headers = {
  host: "127.0.0.1:9420",
  authorization: `Bearer ${WRITE_TOKEN}`,
  "content-type": "application/json",
};

const poison = fc.constantFrom<unknown>(
  null,
  true,
  -1,
  1e308,
  0.5,
  "",
  "../../etc/passwd",
  "\u001b[2J",
  "a\r\nb: c",
  "\0",
  "\ud800",
  "x".repeat(5_000),
  "1e400",
  "99999h",
  [],
  [[[[]]]],
  {},
  { pool: true },
  { machine: "m01\u0000" },
);
const key = fc.constantFrom(
  "author",
  "reason",
  "for",
  "scope",
  "to",
  "count",
  "until",
  "overrideFloor",
  "__proto__",
  "toString",
);

test.each(DOORS)("%s %s", async (method, url, good) => {
  let refused = 0;
  const asked = fc.asyncProperty(fc.array(fc.tuple(key, poison), { minLength: 1, maxLength: 4 }), async (changes) => {
    // As text: __proto__ is a key like any other then.
    const entries = [
      ...Object.entries(good).filter(([name]) => !changes.some(([other]) => other === name)),
      ...changes,
    ];
    const payload = `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`;
    const { status, text } = await bench.inject({ method, url, payload, headers });
    expect([200, 201, 400, 404, 409, 422], `${status}: ${payload}`).toContain(status);
    if (status >= 400) refused += 1;
    // What was sent comes back escaped, where it comes back at all.
    expect(
      [...text].every((char) => char >= " " && char !== "\u007f"),
      payload,
    ).toBe(true);
  });
  await fc.assert(asked, { numRuns: 60 });
  expect(refused).toBeGreaterThan(0);
  expect(({} as Record<string, unknown>).author).toBeUndefined();
});
