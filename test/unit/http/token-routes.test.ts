/** Tokens by the API: made and shown once, listed without their secrets, revoked at once. */
import { expect, test } from "vitest";
import { hashToken } from "../../../src/http/tokens.ts";
import { type Bench, BY, MONDAY_MS, READ_TOKEN, startUnticked, WRITE_TOKEN } from "./support/bench.ts";

const HOUR_MS = 3_600_000;
const create = (bench: Bench, body: object) => bench.send("POST", "/v1/tokens", { ...BY, scope: "write", ...body });
const revoke = (bench: Bench, name: string) => bench.send("DELETE", `/v1/tokens/${name}`, BY);
const pause = (bench: Bench, token: string) =>
  bench.send("POST", "/v1/pause", { ...BY, for: "1h", scope: "pool" }, { authorization: `Bearer ${token}` });

test("a token is shown once, opens what its scope says, and is listed by its name alone", async () => {
  const bench = await startUnticked();
  const made = await create(bench, { name: "ci" });
  expect(made.status).toBe(201);
  const token = String(made.body.token);
  expect(token).toMatch(/^rtk_[\w-]{43}$/);
  expect((await pause(bench, token)).status).toBe(201);

  const list = await bench.get("/v1/tokens");
  expect(list.body.tokens).toMatchObject([{ name: "writer" }, { name: "reader", scope: "read" }, { name: "ci" }]);
  const shown = { name: "ci", scope: "write", createdMs: MONDAY_MS, expiresMs: null, lastUsedMs: MONDAY_MS };
  expect((list.body.tokens as object[])[2]).toEqual(shown);
  const everything = [list.text, JSON.stringify(await bench.store.auditLog({ limit: 9 })), ...bench.logged].join("\n");
  for (const secret of [token, hashToken(token), hashToken(WRITE_TOKEN)]) expect(everything).not.toContain(secret);
});

test("a reading token writes nothing, and makes no tokens", async () => {
  const bench = await startUnticked();
  const made = await create(bench, { name: "grafana", scope: "read" });
  expect(await pause(bench, String(made.body.token))).toMatchObject({ status: 403, body: { code: "RTK_WRONG_SCOPE" } });
  const headers = { authorization: `Bearer ${READ_TOKEN}` };
  const refused = await bench.send("POST", "/v1/tokens", { ...BY, name: "mine", scope: "write" }, headers);
  expect(refused).toMatchObject({ status: 403, body: { code: "RTK_WRONG_SCOPE" } });
});

test("a token may end by itself; from that moment it opens nothing, and its name can be revoked", async () => {
  const bench = await startUnticked();
  const made = await create(bench, { name: "visit", for: "1h" });
  expect(made.body).toMatchObject({ expiresMs: MONDAY_MS + HOUR_MS });
  expect((await pause(bench, String(made.body.token))).status).toBe(201);
  bench.simulation.world.clock.advance(HOUR_MS);
  expect(await pause(bench, String(made.body.token))).toMatchObject({ status: 401, body: { code: "RTK_NO_TOKEN" } });
  expect((await revoke(bench, "visit")).status).toBe(200);
});

test("a name is one token's: a second one is refused, and so is an end in the past", async () => {
  const bench = await startUnticked();
  const [before] = await bench.store.tokens();
  expect(await create(bench, { name: "writer" })).toMatchObject({ status: 409, body: { code: "RTK_TOKEN_EXISTS" } });
  expect((await bench.store.tokens())[0]).toEqual(before);
  const past = await create(bench, { name: "late", until: "2026-01-01T00:00:00Z" });
  expect(past).toMatchObject({ status: 422, body: { code: "RTK_BAD_EXPIRY" } });
  const [entry] = await bench.store.auditLog({ limit: 1 });
  expect(entry).toMatchObject({ action: "create token late", refused: expect.stringMatching(/^RTK_BAD_EXPIRY/) });
});

test.each(["", "Ci", "a b", "../x", "x".repeat(64), "-x", 7])("%j is no name", async (name) => {
  expect((await create(await startUnticked(), { name })).status).toBe(422);
});

test("the last token that may write can't be revoked, also where others can only read or have ended", async () => {
  const bench = await startUnticked();
  await create(bench, { name: "short", for: "1h" });
  bench.simulation.world.clock.advance(2 * HOUR_MS);
  expect(await revoke(bench, "writer")).toMatchObject({ status: 409, body: { code: "RTK_LAST_TOKEN" } });
  await create(bench, { name: "second" });
  expect((await revoke(bench, "writer")).status).toBe(200);
  expect((await create(bench, { name: "third" })).status).toBe(401);
});

test("what is revoked is gone at once, and a namesake inherits nothing", async () => {
  const bench = await startUnticked();
  const made = await create(bench, { name: "ci" });
  await pause(bench, String(made.body.token));
  const gone = await revoke(bench, "ci");
  expect(gone).toMatchObject({ status: 200, body: { name: "ci" } });
  expect((await pause(bench, String(made.body.token))).status).toBe(401);
  expect(await revoke(bench, "ci")).toMatchObject({ status: 404, body: { code: "RTK_UNKNOWN_TOKEN" } });
  expect((await create(bench, { name: "ci" })).body).toMatchObject({ lastUsedMs: null });
  expect((await bench.get("/v1/tokens")).body.tokens).toMatchObject([{}, {}, { name: "ci", lastUsedMs: null }]);
});

test("there are a hundred at most", async () => {
  const bench = await startUnticked();
  for (let i = 0; i < 98; i++) {
    const token = { hash: hashToken(String(i)), scope: "read", createdMs: 0, expiresMs: null } as const;
    await bench.store.saveToken({ name: `t${i}`, ...token });
  }
  expect(await create(bench, { name: "more" })).toMatchObject({ status: 409, body: { code: "RTK_TOO_MANY_TOKENS" } });
});

test("who bears a token can ask what it may, and one that is not known is said to be so, on loopback too", async () => {
  const bench = await startUnticked();
  const borne = (token: string) => bench.get("/v1/token", { authorization: `Bearer ${token}` });
  expect(await borne(READ_TOKEN)).toMatchObject({ status: 200, body: { name: "reader", scope: "read" } });
  expect(await borne(`${READ_TOKEN}x`)).toMatchObject({ status: 401, body: { code: "RTK_NO_TOKEN" } });
  expect(await bench.get("/v1/token")).toMatchObject({ status: 401, body: { code: "RTK_NO_TOKEN" } });
});
