/** Bearer tokens: made once, kept nowhere but in their file, compared by their hash. */
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bearerOf, hashToken, makeFirstToken } from "../../../src/http/tokens.ts";
import { openMemoryStore } from "../../../src/store/memory-store.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "retask-token-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test("the first token is in a file that only its owner reads, and its hash alone in the store", async () => {
  const store = openMemoryStore();
  const file = join(directory, "var", "token");
  expect(await makeFirstToken(store, file, 5)).toBe(true);
  const token = (await readFile(file, "utf8")).trim();
  expect(token).toMatch(/^rtk_[\w-]{43}$/);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(directory, "var"))).mode & 0o077).toBe(0);
  expect(await store.tokens()).toEqual([
    { name: "first", hash: hashToken(token), scope: "write", createdMs: 5, expiresMs: null },
  ]);
  expect(await bearerOf(store, `Bearer ${token}`, 10)).toMatchObject({ name: "first" });
});

test("a second start makes none, and leaves the file alone", async () => {
  const store = openMemoryStore();
  const file = join(directory, "token");
  await makeFirstToken(store, file, 0);
  const before = await readFile(file, "utf8");
  expect(await makeFirstToken(store, file, 0)).toBe(false);
  expect(await readFile(file, "utf8")).toBe(before);
});

test("what a crash left half-written does not get in the way, nor does its wider mode stay", async () => {
  const file = join(directory, "token");
  await writeFile(`${file}.new`, "half", { mode: 0o644 });
  await writeFile(file, "old\n", { mode: 0o644 });
  expect(await makeFirstToken(openMemoryStore(), file, 0)).toBe(true);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test("among several tokens each is told by its own", async () => {
  const store = openMemoryStore();
  const tokens = ["one", "two", "three"].map((name) => ({ name, token: `rtk_${name}-0123456789-0123456789` }));
  for (const { name, token } of tokens)
    await store.saveToken({ name, hash: hashToken(token), scope: "read", createdMs: 0, expiresMs: null });
  for (const { name, token } of tokens) expect((await bearerOf(store, `Bearer ${token}`, 10))?.name).toBe(name);
});

test.each([undefined, "", "Bearer", "Bearer  ", "Bearer a b", `Bearer ${"x".repeat(30)}\n`, `Basic ${"x".repeat(30)}`])(
  "%j bears nothing",
  async (header) => {
    const store = openMemoryStore();
    await store.saveToken({
      name: "x",
      hash: hashToken("x".repeat(30)),
      scope: "write",
      createdMs: 0,
      expiresMs: null,
    });
    expect(await bearerOf(store, header, 10)).toBeNull();
  },
);
