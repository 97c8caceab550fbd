/** Names and routes: what is not there, what can't be there, and what can't be done there. */
import { describe, expect, test } from "vitest";
import { BY, FOR_AN_HOUR, startUnticked, WRITE_TOKEN } from "./support/bench.ts";

const HEADERS = { host: "127.0.0.1", authorization: `Bearer ${WRITE_TOKEN}` };

describe("paths", () => {
  test.each([
    "..%2f..%2fetc%2fpasswd",
    "%00",
    "m01%00",
    "M01",
    "%1b[31m",
    "m01%0d%0aset-cookie:x",
    "-rf",
    "m01%2f",
    "%F0%9F%92%A9",
  ])("%s is no machine's name, in no route", async (name) => {
    const bench = await startUnticked();
    for (const answer of [
      await bench.get(`/v1/machines/${name}`),
      await bench.get(`/v1/roles/${name}`),
      await bench.get(`/v1/operations/${name}`),
      await bench.send("PUT", `/v1/overrides/pins/${name}`, FOR_AN_HOUR),
      await bench.send("POST", `/v1/machines/${name}/unquarantine`, BY),
    ]) {
      expect(answer.status).toBe(422);
      expect(answer.headers["set-cookie"]).toBeUndefined();
    }
  });

  test.each(["/v1/../../etc/passwd", "/v1//machines", "/v1", "/v1/machines/", "/V1/status", "/v1/status/"])(
    "%s is nothing: 404 or a name that does not fit",
    async (path) => {
      expect([404, 422]).toContain((await (await startUnticked()).get(path)).status);
    },
  );

  test("a path that can't be decoded is 400, one with an endless name 414", async () => {
    const { get } = await startUnticked();
    expect(await get("/v1/machines/%zz")).toMatchObject({ status: 400, body: { code: "RTK_BAD_REQUEST" } });
    expect((await get(`/v1/machines/${"a".repeat(300)}`)).status).toBe(414);
  });

  test("what is not there is 404 with its own code", async () => {
    const { get, send } = await startUnticked();
    expect(await get("/v1/nothing")).toMatchObject({ status: 404, body: { code: "RTK_NO_SUCH_ROUTE" } });
    expect(await get("/v1/machines/m99")).toMatchObject({ status: 404, body: { code: "RTK_NOT_FOUND" } });
    expect(await get("/v1/roles/mail")).toMatchObject({ status: 404, body: { code: "RTK_NOT_FOUND" } });
    expect(await get("/v1/operations/m01-abc")).toMatchObject({ status: 404, body: { code: "RTK_NOT_FOUND" } });
    const pin = await send("PUT", "/v1/overrides/pins/m99", FOR_AN_HOUR);
    expect(pin).toMatchObject({ status: 404, body: { code: "RTK_UNKNOWN_MACHINE" } });
    const count = await send("PUT", "/v1/overrides/roles/mail", { ...FOR_AN_HOUR, count: 3 });
    expect(count).toMatchObject({ status: 404, body: { code: "RTK_UNKNOWN_ROLE" } });
    const end = await send("DELETE", "/v1/overrides/pins/m01", BY);
    expect(end).toMatchObject({ status: 404, body: { code: "RTK_UNKNOWN_OVERRIDE" } });
  });

  test.each([
    ["POST", "/v1/status", "GET, HEAD"],
    ["DELETE", "/v1/machines/m01", "GET, HEAD"],
    ["GET", "/v1/pause", "DELETE, POST"],
    ["PATCH", "/v1/overrides/pins/m01", "DELETE, PUT"],
    ["POST", "/metrics", "GET, HEAD"],
  ] as const)("%s %s is 405, with what is possible", async (method, url, allow) => {
    const { inject } = await startUnticked();
    const answer = await inject({ method, url, headers: HEADERS });
    expect(answer).toMatchObject({ status: 405, body: { code: "RTK_WRONG_METHOD" } });
    expect(answer.headers.allow).toBe(allow);
  });

  test.each(["limit=0", "limit=1001", "limit=x", "limit=1.5", "before=-1", "beforeId=1", "limit=1&limit=2"])(
    "the query %s is 422",
    async (query) => {
      const { get } = await startUnticked();
      expect((await get(`/v1/operations?${query}`)).status).toBe(422);
    },
  );
});
