/** What counts as one number from Prometheus, and what never does. */
import { describe, expect, test } from "vitest";
import { parseAnswer } from "../../../src/world/load/prometheus-answer.ts";

const success = (resultType: string, result: unknown, more: object = {}): string =>
  JSON.stringify({ status: "success", data: { resultType, result }, ...more });
const vector = (...values: string[]): string =>
  success(
    "vector",
    values.map((value) => ({ metric: {}, value: [1_795_354_187.9, value] })),
  );

describe("one number", () => {
  test.for([
    ["a vector of one", vector("531"), 531],
    ["zero", vector("0"), 0],
    ["a negative number", vector("-2.5"), -2.5],
    ["an exponent", vector("1.5e+06"), 1_500_000],
    ["a scalar", success("scalar", [1.5, "5"]), 5],
    ["an empty list of warnings", success("scalar", [1.5, "5"], { warnings: [] }), 5],
    ["infos, which are advice", success("scalar", [1.5, "5"], { infos: ["metric might not be a counter"] }), 5],
  ] as const)("%s is read", ([, body, value]) => {
    expect(parseAnswer(200, body)).toEqual({ ok: true, value });
  });
});

describe("anything else", () => {
  test.for([
    ["an empty result", 200, vector(), "no series matched"],
    ["NaN", 200, vector("NaN"), "the value is NaN"],
    ["+Inf", 200, vector("+Inf"), "the value is +Inf"],
    ["-Inf", 200, success("scalar", [1.5, "-Inf"]), "the value is -Inf"],
    ["a number beyond doubles", 200, vector("1e400"), "the value is 1e400"],
    ["hexadecimal", 200, vector("0x10"), "the value is 0x10"],
    ["an empty value", 200, vector(""), "the value is "],
    ["two series", 200, vector("1", "2"), "expected one value, got 2 series"],
    ["a matrix", 200, success("matrix", []), "expected one value, got a matrix"],
    ["a string", 200, success("string", [1.5, "abc"]), "expected one value, got a string"],
    ["a histogram", 200, success("vector", [{ metric: {}, histogram: [1, {}] }]), "vector is malformed"],
    ["a number that is not in quotes", 200, success("vector", [{ metric: {}, value: [1, 5] }]), "vector is malformed"],
    ["a malformed scalar", 200, success("scalar", ["5"]), "scalar is malformed"],
    ["warnings", 200, success("scalar", [1, "5"], { warnings: ["store down"] }), "bears a warning: store down"],
    ["an error in a success", 200, '{"status":"error","errorType":"execution","error":"boom"}', "execution: boom"],
    ["an error with 422", 422, '{"status":"error","errorType":"execution","error":"boom"}', "execution: boom"],
    ["an error without a text", 503, '{"status":"error"}', "Prometheus says error: "],
    ["success with 500", 500, vector("5"), "HTTP 500"],
    ["plain text", 404, "404 page not found\n", "HTTP 404"],
    ["401", 401, "Unauthorized", "refused the credentials (HTTP 401)"],
    ["a redirect", 302, "", "a redirect (HTTP 302)"],
    ["another program's JSON", 200, '{"ok":true}', "not one of Prometheus' API"],
    ["half of an answer", 200, vector("5").slice(0, 40), "not one of Prometheus' API"],
    ["nothing", 200, "", "not one of Prometheus' API"],
    ["a list", 200, "[]", "not one of Prometheus' API"],
  ] as const)("%s is refused", ([, status, body, why]) => {
    expect(parseAnswer(status, body)).toEqual({ ok: false, why: expect.stringContaining(why) });
  });

  test("foreign text is made harmless and short", () => {
    const error = `\u001b[2J\r\nforged line ${"x".repeat(1_000)}`;
    const answer = parseAnswer(400, JSON.stringify({ status: "error", errorType: "bad_data", error }));
    if (answer.ok) throw new Error("accepted");
    expect(answer.why).toMatch(/^Prometheus says bad_data: \?\[2J\?\?forged line x+…$/);
    expect(answer.why.length).toBeLessThan(250);
  });
});
