/** What every store promises of state, journal and the small things. */
import { describe, expect, test } from "vitest";
import { m01, m02, operationId, sampleFinished, sampleIntent, sampleState, sampleTick } from "./sample-records.ts";
import { KINDS } from "./store-kinds.ts";
import { DAY_MS } from "./temporary-store.ts";

const DONE = { ok: true, code: null, detail: null, atMs: 2_000 };

describe.each(KINDS)("the $name store", ({ open }) => {
  test("is empty when new, and keeps its id", async () => {
    const { store, again } = await open();
    expect(await store.loadState()).toBeNull();
    expect(await store.acceptedConfiguration()).toBeNull();
    expect(await store.setting("series")).toBeNull();
    const id = await store.storeId();
    expect(id).not.toBe("");
    expect(await (await again(store)).storeId()).toBe(id);
  });

  test("gives the whole state back after a restart, Maps and Infinity included", async () => {
    const { store, again } = await open();
    await store.saveTick(sampleTick({}));
    expect(await (await again(store)).loadState()).toEqual(sampleState());
  });

  test("a state that lost machines, operations and overrides comes back without them", async () => {
    const { store, again } = await open();
    await store.saveTick(sampleTick({}));
    const less = { ...sampleState(), machines: new Map(), operations: new Map(), overrides: [], recoveringMs: 900_000 };
    await store.saveTick(sampleTick({ state: less }));
    expect(await (await again(store)).loadState()).toEqual(less);
  });

  test("after a restart, rows that the first new state no longer has are gone as well", async () => {
    const { store, again } = await open();
    await store.saveTick(sampleTick({}));
    const second = await again(store);
    const less = { ...sampleState(), machines: new Map() };
    await second.saveTick(sampleTick({ state: less }));
    expect(await (await again(second)).loadState()).toEqual(less);
  });

  test("an intent is open, without a result, until its operation ends; then it is history", async () => {
    const { store, again } = await open();
    const first = await store.beginIntent(sampleIntent("op-1"));
    const other = await store.beginIntent(sampleIntent("op-2"));
    const second = await store.beginIntent(sampleIntent("op-1"));
    await store.settleIntent(first, DONE);

    const restarted = await again(store);
    expect((await restarted.openIntents()).map(({ id, result }) => [id, result])).toEqual([
      [first, DONE],
      [other, null],
      [second, null],
    ]);
    await restarted.saveTick(sampleTick({ finished: [sampleFinished("op-1", 5_000)] }));
    expect((await restarted.openIntents()).map(({ id }) => id)).toEqual([other]);
    expect(await restarted.intentsOf(operationId("op-1"))).toEqual([
      { ...sampleIntent("op-1"), id: first, result: DONE },
      { ...sampleIntent("op-1"), id: second, result: null },
    ]);
  });

  test("intent ids only grow, also after a restart and after all intents were pruned", async () => {
    const { store, again } = await open();
    const first = await store.beginIntent(sampleIntent("op-1"));
    await store.saveTick(sampleTick({ finished: [sampleFinished("op-1", 5_000)] }));
    await store.prune(200 * DAY_MS);
    expect(await store.intentsOf(operationId("op-1"))).toEqual([]);
    const restarted = await again(store);
    expect(await restarted.beginIntent(sampleIntent("op-2"))).toBeGreaterThan(first);
  });

  test("nothing may act for an operation that has ended", async () => {
    const { store } = await open();
    await store.saveTick(sampleTick({ finished: [sampleFinished("op-1", 5_000)] }));
    await expect(store.beginIntent(sampleIntent("op-1"))).rejects.toThrow("has ended");
  });

  test("an intent's first result stands, and an unknown intent has none", async () => {
    const { store } = await open();
    const id = await store.beginIntent(sampleIntent("op-1"));
    await store.settleIntent(id, DONE);
    await expect(store.settleIntent(id, { ...DONE, ok: false })).rejects.toThrow("first one stands");
    await expect(store.settleIntent(id + 1, DONE)).rejects.toThrow("no intent");
    expect((await store.openIntents())[0]?.result).toEqual(DONE);
  });

  test("of an operation that ends twice the first end stands", async () => {
    const { store } = await open();
    await store.saveTick(sampleTick({ finished: [sampleFinished("op-1", 5_000)] }));
    await store.saveTick(sampleTick({ finished: [{ ...sampleFinished("op-1", 6_000), outcome: "undone" }] }));
    expect(await store.finishedOperations({ limit: 10 })).toEqual([sampleFinished("op-1", 5_000)]);
  });

  test("the audit log is read backwards, page by page", async () => {
    const { store, again } = await open();
    const entry = { atMs: 1, who: "ann", from: "cli", action: "pause", why: "test", before: null, after: { a: [1] } };
    for (const refused of ["no token", null, null]) await store.audit({ ...entry, refused });
    const restarted = await again(store);
    const newest = await restarted.auditLog({ limit: 2 });
    expect(newest).toHaveLength(2);
    const oldest = await restarted.auditLog({ limit: 2, beforeId: newest[1]?.id });
    expect(oldest).toEqual([{ ...entry, refused: "no token", id: (newest[1]?.id ?? 0) - 1 }]);
  });

  test("enrolments, settings and the accepted configuration survive a restart", async () => {
    const { store, again } = await open();
    await store.saveEnrolment(m01, { guid: "0-1-2", cipherSuite: 17 });
    await store.saveSetting("series", new Map([["web", 2]]));
    const accepted = { digest: "d1", acceptedMs: 5, files: new Map([["policies/web.yaml", "role: web\n"]]) };
    await store.saveAcceptedConfiguration(accepted);
    const restarted = await again(store);
    expect(await restarted.enrolment(m01)).toEqual({ guid: "0-1-2", cipherSuite: 17 });
    expect(await restarted.enrolment(m02)).toBeNull();
    expect(await restarted.setting("series")).toEqual(new Map([["web", 2]]));
    expect(await restarted.acceptedConfiguration()).toEqual(accepted);
  });

  test("tokens are kept as hashes, replaced by name, and revoked", async () => {
    const { store, again } = await open();
    const token = { name: "cli", hash: "0".repeat(64), scope: "write", createdMs: 1, expiresMs: null } as const;
    await store.saveToken(token);
    await store.saveToken({ ...token, hash: "1".repeat(64) });
    await expect(store.saveToken({ ...token, hash: "the token itself" })).rejects.toThrow("SHA-256");
    const restarted = await again(store);
    expect(await restarted.tokens()).toEqual([{ ...token, hash: "1".repeat(64) }]);
    expect(await restarted.revokeToken("cli")).toBe(true);
    expect(await restarted.revokeToken("cli")).toBe(false);
    expect(await (await again(restarted)).tokens()).toEqual([]);
  });

  test("intents of a live operation are never pruned, however old; those of an operation that no state holds are", async () => {
    const { store } = await open();
    await store.saveTick(sampleTick({}));
    await store.beginIntent(sampleIntent("op-1"));
    await store.beginIntent(sampleIntent("of no state"));
    expect(await store.openIntents()).toHaveLength(2);
    await store.prune(1_000 * DAY_MS);
    expect((await store.openIntents()).map(({ operation }) => operation)).toEqual(["op-1"]);
  });
});
