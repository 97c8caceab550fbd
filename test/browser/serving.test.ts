/** How the page is served: to anybody, under a policy that lets nothing in from elsewhere, and only what was built. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Pool, startPool } from "./support/pool.ts";

let pool: Pool;
beforeAll(async () => {
  pool = await startPool();
});
afterAll(() => pool.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${pool.url}${path}`, { headers });

test("index.html is never kept, its files for ever: their names change with their content", async () => {
  const index = await get("/");
  expect(index.status).toBe(200);
  expect(index.headers.get("content-type")).toMatch(/^text\/html/);
  expect(index.headers.get("cache-control")).toBe("no-store");
  const html = await index.text();
  const files = [...html.matchAll(/(?:src|href)="\.(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? "");
  expect(files.length).toBeGreaterThanOrEqual(3);
  for (const file of files) {
    const answer = await get(file);
    expect(answer.status, file).toBe(200);
    expect(answer.headers.get("cache-control"), file).toBe("public, max-age=31536000, immutable");
  }
});

test("the policy is strict, and the page has nothing inline that it would forbid", async () => {
  const index = await get("/");
  expect(index.headers.get("content-security-policy")).toBe("default-src 'self'; frame-ancestors 'none'");
  const html = await index.text();
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|https?:\/\//);
});

test("a proxy's visitor gets the page without a token, and no data with it", async () => {
  const elsewhere = { "x-forwarded-for": "10.0.0.9" };
  expect((await get("/", elsewhere)).status).toBe(200);
  expect((await get("/v1/grid", elsewhere)).status).toBe(401);
  expect((await get("/v1/timeline", elsewhere)).status).toBe(401);
});

test("no path leads out of what was built", async () => {
  for (const path of [
    "/assets/../../../package.json",
    "/assets/%2e%2e/%2e%2e/package.json",
    "/dist/cli/main.js",
    "/assets/",
  ]) {
    expect((await get(path)).status, path).toBe(404);
  }
});
