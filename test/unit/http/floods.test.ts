/** Floods: what is too often is 429, cheap, and in nobody else's way. */
import { expect, test } from "vitest";
import { hashToken } from "../../../src/http/tokens.ts";
import { BY, FOR_AN_HOUR, startBench, WRITE_TOKEN } from "./support/bench.ts";

const PAUSE = { ...FOR_AN_HOUR, scope: "pool" };
const WRONG = { authorization: "Bearer rtk_wrong-0123456789-0123456789-0123456789" };
const ENTRIES = { limit: 1_000 };

test("a flood of wrong tokens is 429 after 30, and neither fills the audit log nor the log", async () => {
  const { send, store, logged } = await startBench();
  const before = (await store.auditLog(ENTRIES)).length;
  const statuses: number[] = [];
  for (let i = 0; i < 200; i++) statuses.push((await send("POST", "/v1/pause", PAUSE, WRONG)).status);
  expect(statuses.slice(0, 30)).toEqual(Array(30).fill(401));
  expect(new Set(statuses.slice(30))).toEqual(new Set([429]));
  expect((await store.auditLog(ENTRIES)).length - before).toBe(30);
  expect(logged.filter((line) => line.includes("refused with 429"))).toHaveLength(1);
});

test("whoever has a token gets through while others flood", async () => {
  const { send } = await startBench();
  for (let i = 0; i < 100; i++) await send("POST", "/v1/pause", PAUSE, WRONG);
  expect((await send("POST", "/v1/pause", PAUSE)).status).toBe(201);
  expect((await send("DELETE", "/v1/pause", { ...BY, scope: "pool" })).status).toBe(200);
});

test("a 429 says when to try again", async () => {
  const { send } = await startBench();
  for (let i = 0; i < 30; i++) await send("POST", "/v1/pause", PAUSE, WRONG);
  const answer = await send("POST", "/v1/pause", PAUSE, WRONG);
  expect(answer).toMatchObject({ status: 429, body: { code: "RTK_TOO_MANY" } });
  expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
  expect(answer.text).toMatch(/try again in \d+ s/);
});

test("a script that runs away with a token is stopped after 60 changes; another token is not", async () => {
  const { send, store, controller } = await startBench();
  const other = "rtk_other-0123456789-0123456789-0123456789";
  await store.saveToken({ name: "other", hash: hashToken(other), scope: "write", createdMs: 0, expiresMs: null });
  const statuses: number[] = [];
  for (let i = 0; i < 80; i++) statuses.push((await send("PUT", "/v1/overrides/pins/m01", FOR_AN_HOUR)).status);
  expect(statuses.filter((status) => status === 201)).toHaveLength(60);
  expect(statuses.filter((status) => status === 429)).toHaveLength(20);
  const answer = await send("PUT", "/v1/overrides/pins/m02", FOR_AN_HOUR, { authorization: `Bearer ${other}` });
  expect(answer.status).toBe(201);
  expect(controller.state.overrides).toHaveLength(2);
});

test("a flood of looks at one route leaves the others, the metrics and the probes alone", async () => {
  const { get, send } = await startBench();
  let tooMany = 0;
  for (let i = 0; i < 150; i++) tooMany += Number((await get("/v1/overrides")).status === 429);
  expect(tooMany).toBe(50);
  for (const path of ["/v1/status", "/metrics", "/livez", "/readyz", "/v1/sd"]) {
    expect((await get(path)).status, path).toBe(200);
  }
  expect((await send("POST", "/v1/pause", PAUSE)).status).toBe(201);
});

test("the probes are never refused", async () => {
  const { get } = await startBench();
  const statuses = new Set<number>();
  for (let i = 0; i < 300; i++) statuses.add((await get("/livez")).status);
  expect(statuses).toEqual(new Set([200]));
});

test("a refused look is as bounded as a refused change", async () => {
  const { get } = await startBench({ host: "10.0.1.5" });
  const statuses: number[] = [];
  for (let i = 0; i < 40; i++) statuses.push((await get("/v1/status")).status);
  expect(statuses.filter((status) => status === 401)).toHaveLength(30);
  expect(statuses.filter((status) => status === 429)).toHaveLength(10);
  expect((await get("/v1/status", { authorization: `Bearer ${WRITE_TOKEN}` })).status).toBe(200);
});

test("a page of another site that asks without end gets nothing, and the operator at the same address all", async () => {
  const { get } = await startBench();
  const foreign = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" };
  const statuses: number[] = [];
  for (let i = 0; i < 120; i++) statuses.push((await get("/v1/overrides", foreign)).status);
  expect(new Set(statuses)).toEqual(new Set([403]));
  expect((await get("/v1/overrides", { "sec-fetch-site": "same-origin" })).status).toBe(200);
  const followed = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
  expect((await get("/v1/overrides", followed)).status).toBe(200);
});
