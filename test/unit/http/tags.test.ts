/** Entity tags: what is known already is not sent again, and what was not seen is not replaced. */
import { describe, expect, test } from "vitest";
import { type Bench, BY, FOR_AN_HOUR, startUnticked, WRITE_TOKEN } from "./support/bench.ts";

const tagOf = async ({ get }: Bench, path: string): Promise<string> => String((await get(path)).headers.etag);
const pin = (bench: Bench, name: string, ifMatch?: string) =>
  bench.send("PUT", `/v1/overrides/pins/${name}`, FOR_AN_HOUR, {
    authorization: `Bearer ${WRITE_TOKEN}`,
    ...(ifMatch === undefined ? {} : { "if-match": ifMatch }),
  });

describe("reads", () => {
  test.each(["/v1/overrides", "/v1/machines", "/v1/machines?limit=3", "/v1/tokens", "/v1/openapi.json"])(
    "%s is 304 for who has it, until it changes",
    async (path) => {
      const bench = await startUnticked();
      const tag = await tagOf(bench, path);
      expect(tag).toMatch(/^"[\w-]{22}"$/);
      const known = await bench.get(path, { "if-none-match": `"other", W/${tag}` });
      expect(known).toMatchObject({ status: 304, text: "", headers: { etag: tag } });
      expect((await bench.get(path, { "if-none-match": '"other"' })).status).toBe(200);
    },
  );

  test("a change gives another tag", async () => {
    const bench = await startUnticked();
    const tag = await tagOf(bench, "/v1/overrides");
    await pin(bench, "m01");
    expect((await bench.get("/v1/overrides", { "if-none-match": tag })).status).toBe(200);
    expect(await tagOf(bench, "/v1/overrides")).not.toBe(tag);
  });

  test("HEAD has the tag of GET, and a refusal has none", async () => {
    const bench = await startUnticked();
    const head = await bench.inject({ method: "HEAD", url: "/v1/overrides", headers: { host: "localhost" } });
    expect(head.headers.etag).toBe(await tagOf(bench, "/v1/overrides"));
    expect((await bench.get("/v1/plan", { "if-none-match": "*" })).status).toBe(503);
    expect((await bench.get("/v1/plan")).headers.etag).toBeUndefined();
  });
});

describe("writes", () => {
  test("with the tag that was read they are done, with an older one refused and audited", async () => {
    const bench = await startUnticked();
    const tag = await tagOf(bench, "/v1/overrides");
    expect((await pin(bench, "m01", tag)).status).toBe(201);
    expect(await pin(bench, "m02", tag)).toMatchObject({ status: 412, body: { code: "RTK_CHANGED" } });
    expect(bench.controller.state.overrides).toHaveLength(1);
    const [entry] = await bench.store.auditLog({ limit: 1 });
    expect(entry).toMatchObject({ action: "set pin machine m02", refused: expect.stringMatching(/^RTK_CHANGED: /) });
    expect((await pin(bench, "m02", await tagOf(bench, "/v1/overrides"))).status).toBe(201);
  });

  test("of two at once with the same tag one is done", async () => {
    const bench = await startUnticked();
    const tag = await tagOf(bench, "/v1/overrides");
    const answers = await Promise.all([pin(bench, "m01", tag), pin(bench, "m02", tag)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 412]);
  });

  test.each(["*", '"other", *'])("%s is any", async (ifMatch) => {
    expect((await pin(await startUnticked(), "m01", ifMatch)).status).toBe(201);
  });

  test("where nothing has a tag to hold it against, a condition is refused, not ignored", async () => {
    const bench = await startUnticked();
    const headers = { authorization: `Bearer ${WRITE_TOKEN}`, "if-match": '"x"' };
    const body = { ...BY, name: "ci", scope: "read" };
    expect(await bench.send("POST", "/v1/tokens", body, headers)).toMatchObject({
      status: 412,
      body: { code: "RTK_CHANGED" },
    });
    expect(await bench.store.tokens()).toHaveLength(2);
  });
});
