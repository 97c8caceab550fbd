/** Who gets in: tokens, scopes, names that this server has, and pages of other sites. */
import { describe, expect, test } from "vitest";
import { type Answer, FOR_AN_HOUR, READ_TOKEN, startUnticked, WRITE_TOKEN } from "./support/bench.ts";

const PAUSE = { ...FOR_AN_HOUR, scope: "pool" };
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const audited = async (store: { auditLog(page: { limit: number }): Promise<readonly unknown[]> }) =>
  (await store.auditLog({ limit: 100 })) as readonly { action: string; who: string; from: string; refused: string }[];

function expectProblem(answer: Answer, status: number, code: string): void {
  expect(answer.status).toBe(status);
  expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({ status, code, type: `urn:retask:problem:${code}` });
  expect(answer.text).toContain('"title"');
  expect(answer.text).toContain('"detail"');
}

describe("tokens", () => {
  test.each([
    ["none", {}],
    ["an unknown one", bearer("rtk_wrong-0123456789-0123456789-0123456789")],
    ["one that is cut short", bearer(WRITE_TOKEN.slice(0, -1))],
    ["one that is too long", bearer(WRITE_TOKEN.padEnd(5_000, "x"))],
    ["one under another scheme", { authorization: `Basic ${WRITE_TOKEN}` }],
    ["the hash that is stored", bearer("0".repeat(64))],
    ["an empty one", { authorization: "Bearer " }],
  ])("a change with %s is 401, changes nothing and is audited", async (_, headers) => {
    const { send, controller, store } = await startUnticked();
    const answer = await send("POST", "/v1/pause", PAUSE, headers);
    expectProblem(answer, 401, "RTK_NO_TOKEN");
    expect(answer.headers["www-authenticate"]).toMatch(/^Bearer/);
    expect(controller.state.overrides).toEqual([]);
    expect((await audited(store))[0]).toMatchObject({
      action: "POST /v1/pause",
      refused: "RTK_NO_TOKEN: token required",
    });
  });

  test("a reading token may look and change nothing: 403, audited with the token's name", async () => {
    const { send, get, controller, store } = await startUnticked({ host: "10.0.1.5" });
    expectProblem(await send("POST", "/v1/pause", PAUSE, bearer(READ_TOKEN)), 403, "RTK_WRONG_SCOPE");
    expect(controller.state.overrides).toEqual([]);
    expect((await audited(store))[0]).toMatchObject({ who: "token reader", from: "http 127.0.0.1" });
    expect((await get("/v1/status", bearer(READ_TOKEN))).status).toBe(200);
  });

  test("the scheme's letters may be of any case, as RFC 9110 has it", async () => {
    const { send } = await startUnticked();
    expect((await send("POST", "/v1/pause", PAUSE, { authorization: `bearer ${WRITE_TOKEN}` })).status).toBe(201);
  });

  test("a revoked token opens nothing any more", async () => {
    const { send, store } = await startUnticked();
    await store.revokeToken("writer");
    expectProblem(await send("POST", "/v1/pause", PAUSE), 401, "RTK_NO_TOKEN");
  });

  test("no token shows up in a log line, an audit entry or an answer, wherever it was put", async () => {
    const { inject, send, store, logged, get } = await startUnticked();
    const given = "rtk_mistaken-0123456789-0123456789-012345";
    const answers = [
      await inject({ method: "POST", url: `/v1/pause?token=${given}`, payload: PAUSE, headers: { host: "localhost" } }),
      await send("POST", "/v1/pause", PAUSE, bearer(given)),
      await send("POST", "/v1/pause", PAUSE),
      await get("/v1/audit"),
    ];
    const all = [...logged, ...answers.map(({ text }) => text), JSON.stringify(await audited(store))].join("\n");
    for (const secret of [given, WRITE_TOKEN, READ_TOKEN]) expect(all).not.toContain(secret);
  });
});

describe("names of this server", () => {
  test.each(["127.0.0.1:9420", "127.0.0.1", "localhost:9420", "LOCALHOST", "[::1]:9420", "[::1]", "127.3.2.1"])(
    "%s is its own",
    async (host) => {
      const { get } = await startUnticked();
      expect((await get("/v1/status", { host })).status).toBe(200);
    },
  );

  test.each([
    "evil.example",
    "127.evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example:9420",
    "10.0.1.5:9420",
    "[::2]",
    "[::1].evil.example",
    "user@127.0.0.1",
    "127.0.0.1:9420:1",
  ])("%s is not: a page that rebinds its name gets 421", async (host) => {
    const { get, send } = await startUnticked();
    const answer = await get("/v1/status", { host });
    expectProblem(answer, 421, "RTK_WRONG_HOST");
    expect(answer.text).not.toContain(host);
    expectProblem(await send("POST", "/v1/pause", PAUSE, { ...bearer(WRITE_TOKEN), host }), 421, "RTK_WRONG_HOST");
  });

  test("one name that the operator gave it to listen on is its own too, though it only begins like loopback", async () => {
    const { get } = await startUnticked({ host: "127.evil.example" });
    // Such a name may be anybody's: reads need a token.
    expectProblem(await get("/v1/status", { host: "127.evil.example" }), 401, "RTK_NO_TOKEN");
  });
});

describe("where it listens", () => {
  test.each(["127.0.0.1", "localhost", "::1", "127.8.8.8"])("on %s nobody needs a token to look", async (host) => {
    const { get } = await startUnticked({ host });
    expect((await get("/v1/status")).status).toBe(200);
  });

  test.each(["0.0.0.0", "::", "10.0.1.5", "retask.example", "::ffff:127.0.0.1"])(
    "on %s looking needs a token, whatever the Host; the probes do not",
    async (host) => {
      const { get } = await startUnticked({ host });
      for (const path of ["/v1/status", "/metrics", "/v1/sd", "/nothing"]) {
        expectProblem(await get(path, { host: "127.0.0.1" }), 401, "RTK_NO_TOKEN");
      }
      expect((await get("/v1/status", { host: "retask.example", ...bearer(READ_TOKEN) })).status).toBe(200);
      expect((await get("/livez")).status).toBe(200);
      expect((await get("/readyz")).status).toBe(503);
    },
  );

  test.each(["x-forwarded-for", "forwarded", "via", "x-real-ip"])(
    "what a proxy passed on (%s) came from elsewhere, so looking needs a token there too",
    async (header) => {
      const { get } = await startUnticked();
      expectProblem(await get("/v1/status", { [header]: "203.0.113.9" }), 401, "RTK_NO_TOKEN");
      const proxied = { [header]: "203.0.113.9", host: "retask.example", ...bearer(READ_TOKEN) };
      expect((await get("/v1/status", proxied)).status).toBe(200);
    },
  );
});

describe("pages of other sites", () => {
  test.each(["https://evil.example", "null", "http://127.0.0.1:9999", "http://127.0.0.1:9420.evil.example"])(
    "a change that a page of %s makes is 403 even with a token",
    async (origin) => {
      const { send, controller } = await startUnticked();
      const answer = await send("POST", "/v1/pause", PAUSE, { ...bearer(WRITE_TOKEN), origin });
      expectProblem(answer, 403, "RTK_FOREIGN_ORIGIN");
      expect(controller.state.overrides).toEqual([]);
    },
  );

  test("our own page may, with its token", async () => {
    const { send } = await startUnticked();
    const headers = { ...bearer(WRITE_TOKEN), origin: "http://127.0.0.1:9420" };
    expect((await send("POST", "/v1/pause", PAUSE, headers)).status).toBe(201);
  });

  test("a preflight gets no leave: no answer carries an access-control header", async () => {
    const { inject } = await startUnticked();
    const headers = { host: "127.0.0.1:9420", origin: "https://evil.example", "access-control-request-method": "POST" };
    const answer = await inject({ method: "OPTIONS", url: "/v1/pause", headers });
    expect(answer.status).toBe(401);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test.each(["/v1/status", "/livez", "/nothing", "/v1/machines/%zz"])(
    "%s is kept by no cache, guessed at by no browser and framed by no page",
    async (path) => {
      const { get } = await startUnticked();
      expect((await get(path)).headers).toMatchObject({
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "content-security-policy": expect.stringContaining("frame-ancestors 'none'"),
      });
    },
  );
});

test("what is refused at the door is refused before its body is read", async () => {
  const { inject } = await startUnticked();
  const payload = "x".repeat(1_000_000);
  const headers = { host: "127.0.0.1", "content-type": "application/json" };
  expectProblem(await inject({ method: "POST", url: "/v1/pause", payload, headers }), 401, "RTK_NO_TOKEN");
});
