/** What a request must look like: every mistake has its status, its stable code and its place. */
import { describe, expect, test } from "vitest";
import { type Bench, BY, FOR_AN_HOUR, startUnticked, WRITE_TOKEN } from "./support/bench.ts";

const HEADERS = { host: "127.0.0.1", authorization: `Bearer ${WRITE_TOKEN}` };
const JSON_HEADERS = { ...HEADERS, "content-type": "application/json" };
const PAUSE = { ...FOR_AN_HOUR, scope: "pool" };
const raw = (bench: Bench, payload: string, headers: Record<string, string> = JSON_HEADERS, url = "/v1/pause") =>
  bench.inject({ method: "POST", url, payload, headers });

/** The pointers of all mistakes, in their order. */
const pointers = (body: unknown): string[] =>
  (body as { errors: { pointer: string }[] }).errors.map((one) => one.pointer);

describe("content", () => {
  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/json",
    "nonsense",
  ])("a body of type %s is 415: a page of another site could send it without asking", async (type) => {
    const bench = await startUnticked();
    const answer = await raw(bench, JSON.stringify(PAUSE), { ...HEADERS, "content-type": type });
    expect(answer).toMatchObject({ status: 415, body: { code: "RTK_NOT_JSON" } });
    expect(bench.controller.state.overrides).toEqual([]);
  });

  test("a body that does not say what it is, is 415", async () => {
    const bench = await startUnticked();
    const answer = await raw(bench, JSON.stringify(PAUSE), { ...HEADERS, "content-type": "" });
    expect(answer).toMatchObject({ status: 415, body: { code: "RTK_NOT_JSON" } });
  });

  test.each(["{", "", "{'a':1}", "\u0000", '{"__proto__": {"scope": "pool"}}', '{"constructor": {"prototype": {}}}'])(
    "%j is no JSON: 400",
    async (text) => {
      const answer = await raw(await startUnticked(), text);
      expect(answer).toMatchObject({
        status: 400,
        headers: { "content-type": expect.stringContaining("problem+json") },
      });
    },
  );

  test("a body of over 64 KiB is 413", async () => {
    const answer = await raw(await startUnticked(), JSON.stringify({ ...PAUSE, reason: "x".repeat(70_000) }));
    expect(answer).toMatchObject({ status: 413, body: { code: "RTK_BODY_TOO_LARGE" } });
  });

  test("a deeply nested body is refused like any other", async () => {
    const answer = await raw(await startUnticked(), `{"scope":${"[".repeat(30_000)}${"]".repeat(30_000)}}`);
    expect(answer.status).toBe(422);
  });

  test("no body at all is told that an object is expected", async () => {
    const answer = await (await startUnticked()).inject({ method: "POST", url: "/v1/pause", headers: HEADERS });
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "#", detail: "a JSON object is expected" }] },
    });
  });
});

describe("keys", () => {
  test("all mistakes are told at once, each with its place and what to do", async () => {
    const bench = await startUnticked();
    const answer = await bench.send("POST", "/v1/pause", { autor: "ada", scope: { rack: "r1" }, overrideFloor: 1 });
    expect(answer).toMatchObject({ status: 422, body: { code: "RTK_INVALID_REQUEST" } });
    expect(pointers(answer.body).sort()).toEqual([
      "#/author",
      "#/autor",
      "#/for",
      "#/overrideFloor",
      "#/reason",
      "#/scope",
    ]);
    expect(answer.text).toContain("unknown key; did you mean author?");
    expect(answer.text).toContain("expected true or false");
    expect(answer.text).toContain(String.raw`expected \"pool\", {\"role\": \"web\"} or {\"machine\": \"m07\"}`);
    expect(bench.controller.state.overrides).toEqual([]);
  });

  test.each([
    ["POST", "/v1/pause", { ...BY, scope: "pool" }],
    ["PUT", "/v1/overrides/pins/m01", BY],
    ["PUT", "/v1/overrides/machines/m01", { ...BY, to: "compile" }],
    ["PUT", "/v1/overrides/roles/web", { ...BY, count: 5 }],
  ] as const)("%s %s needs an end, and says how to give one", async (method, path, body) => {
    const bench = await startUnticked();
    const neither = await bench.send(method, path, body);
    expect(neither.status).toBe(422);
    expect(pointers(neither.body)).toEqual(["#/for"]);
    expect(neither.text).toContain(String.raw`say how long it holds: \"for\": \"2h\"`);

    const both = await bench.send(method, path, { ...body, for: "1h", until: "2026-11-24T00:00:00Z" });
    expect(both.status).toBe(422);
    expect(pointers(both.body)).toEqual(["#/until"]);
    expect(bench.controller.state.overrides).toEqual([]);
  });

  test.each([
    ["in the past", { until: "2026-11-22T00:00:00Z" }],
    ["over at once", { for: "0s" }],
    ["after more than a year", { for: "400d" }],
  ])("an end %s is RTK_BAD_EXPIRY", async (_, end) => {
    const bench = await startUnticked();
    const answer = await bench.send("POST", "/v1/pause", { ...BY, scope: "pool", ...end });
    expect(answer).toMatchObject({ status: 422, body: { code: "RTK_BAD_EXPIRY" } });
  });

  test("an end may be a moment with its time zone", async () => {
    const bench = await startUnticked();
    const answer = await bench.send("POST", "/v1/pause", { ...BY, scope: "pool", until: "2026-11-23T12:00:00+01:00" });
    expect(answer).toMatchObject({ status: 201, body: { expiresMs: Date.UTC(2026, 10, 23, 11) } });
  });

  test.each(["2026-11-23", "2026-11-23T12:00:00", "tomorrow", "1h30m", "-1h", "1e9h", "99999999d"])(
    "%s is no end",
    async (text) => {
      const bench = await startUnticked();
      for (const key of ["for", "until"]) {
        const answer = await bench.send("POST", "/v1/pause", { ...BY, scope: "pool", [key]: text });
        expect(answer.status, `${key}: ${text}`).toBe(422);
      }
    },
  );

  test.each(["author", "reason"])(
    "%s is one readable line: nothing that a terminal, a log or a page would obey",
    async (key) => {
      const bench = await startUnticked();
      const bad = [
        "",
        "   ",
        "a\nb",
        "a\r\nb",
        "\u001b[31mred",
        "nul\u0000",
        "\u202eeman",
        "a\u2028b",
        "\u0085x",
        "\ud800",
        "x".repeat(501),
        7,
        null,
        ["a"],
      ];
      for (const value of bad) {
        const answer = await bench.send("POST", "/v1/pause", { ...PAUSE, [key]: value });
        expect(answer.status, JSON.stringify(value)).toBe(422);
        expect(pointers(answer.body)).toEqual([`#/${key}`]);
      }
      expect(bench.controller.state.overrides).toEqual([]);
      const good = await bench.send("POST", "/v1/pause", { ...PAUSE, [key]: "  Ada Łovelace <b>& co.</b>  " });
      expect(good).toMatchObject({ status: 201, body: { [key]: "Ada Łovelace <b>& co.</b>" } });
    },
  );

  test("a key that a terminal would obey comes back escaped", async () => {
    const answer = await (await startUnticked()).send("POST", "/v1/pause", { ...PAUSE, "\u001b[2J\ud800": 1 });
    expect(pointers(answer.body)).toEqual(["#/%1B%5B2J%EF%BF%BD"]);
  });

  test("nothing is ever all by being empty: no machines, no scope, no name", async () => {
    const bench = await startUnticked();
    for (const [method, path, body] of [
      ["POST", "/v1/links/repair", { ...BY, machines: [] }],
      ["POST", "/v1/pause", FOR_AN_HOUR],
      ["POST", "/v1/pause", { ...FOR_AN_HOUR, scope: "" }],
      ["POST", "/v1/pause", { ...FOR_AN_HOUR, scope: {} }],
      ["POST", "/v1/pause", { ...FOR_AN_HOUR, scope: { role: "" } }],
      ["POST", "/v1/pause", { ...FOR_AN_HOUR, scope: { role: "web", machine: "m01" } }],
      ["DELETE", "/v1/pause", BY],
      ["PUT", "/v1/overrides/pins/", FOR_AN_HOUR],
    ] as const) {
      const answer = await bench.send(method, path, body);
      expect([404, 422], `${method} ${path} ${JSON.stringify(body)}`).toContain(answer.status);
    }
    expect(bench.controller.state.overrides).toEqual([]);
  });
});

test("an internal error tells the caller nothing and the log its message", async () => {
  const bench = await startUnticked();
  bench.store.decisions = async () => {
    throw new Error("a secret of the inside");
  };
  const answer = await bench.get("/v1/decisions");
  expect(answer).toMatchObject({ status: 500, body: { code: "RTK_INTERNAL" } });
  expect(answer.text).not.toContain("secret");
  expect(bench.logged.join("")).toContain("a secret of the inside");
});
