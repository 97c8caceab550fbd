/** Every answer of every route against the published document: real HTTP, a real configuration and boot links, a simulated farm. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { machineName } from "../../src/core/domain/names.ts";
import { type SimulatedDaemon, startSimulatedDaemon } from "./support/cli-bench.ts";
import { Contract } from "./support/contract.ts";
import { testPreparing, testProcedures } from "./support/contract-procedures.ts";
import { followEvents } from "./support/follow-events.ts";
import { retire } from "./support/retire.ts";
import { tellStorage } from "./support/storage-told.ts";

const BY = { author: "ada", reason: "the contract" };
const FOR = { ...BY, for: "1h" };
let daemon: SimulatedDaemon;
let contract: Contract;

beforeAll(async () => {
  daemon = await startSimulatedDaemon("advise");
  const token = (await readFile(join(daemon.site, "../var/token"), "utf8")).trim();
  contract = await Contract.of(daemon.url, token);
});
afterAll(() => daemon.stop());

const call = (...args: Parameters<Contract["call"]>) => contract.call(...args);
const read = (path: string) => call("GET", path);

test("the document is OpenAPI 3.1, and each route has an id of its own, a summary, and a documented answer", () => {
  expect(contract.document.openapi).toBe("3.1.0");
  expect(contract.operations().length).toBeGreaterThan(35);
  for (const { name, operation } of contract.operations()) {
    expect(operation.operationId, name).toBeDefined();
    expect(operation.summary, name).toBeDefined();
    const good = Object.entries(operation.responses).filter(([status]) => status.startsWith("2"));
    expect(good.length, name).toBeGreaterThan(0);
    for (const [, answer] of good) expect(Object.keys(answer.content ?? {}), name).not.toEqual([]);
    expect(operation.responses.default?.content, name).toHaveProperty(["application/problem+json"]);
  }
  const ids = contract.operations().map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

test("reads before anything is adopted", async () => {
  for (const path of ["/v1/status", "/v1/machines", "/v1/machines/m01", "/v1/roles", "/v1/plan", "/v1/links"]) {
    expect((await read(path)).status, path).toBe(200);
  }
  expect((await call("POST", "/v1/plan/0123456789abcdef/apply", BY)).body.code).toBe("RTK_NOT_ADOPTED");
});

testPreparing(() => ({ daemon, contract }));

test("adoption", async () => {
  expect((await call("POST", "/v1/adoption", BY)).body).toMatchObject({ adopted: null });
  const changed = await call("POST", "/v1/adoption", { ...BY, confirm: true, expect: 5 });
  expect(changed.body.code).toBe("RTK_ADOPTION_CHANGED");
  const adopted = await call("POST", "/v1/adoption", { ...BY, confirm: true });
  expect(adopted.body).toMatchObject({ adopted: { adopted: 24 } });
});

test("a plan that is applied, its operations, and the events that tell of them", async () => {
  const { simulation } = daemon;
  const events = await followEvents(daemon.url, contract);
  const plan = () => simulation.controller.last?.plan;
  for (let i = 0; i < 300 && (plan()?.moves.length ?? 0) === 0; i++) await simulation.turn();
  expect((await call("POST", "/v1/plan/0123456789abcdef/apply", BY)).body.code).toBe("RTK_PLAN_MOVED");
  const applied = await call("POST", `/v1/plan/${plan()?.id}/apply`, BY);
  expect(applied.status).toBe(202);
  const [operation] = applied.body.operations as { id: string; machine: string }[];
  await simulation.runFor(30_000, 1_000);
  for (const path of ["/v1/status", "/v1/operations", `/v1/operations/${operation?.id}`, "/v1/machines"])
    await read(path);
  await simulation.runFor(900_000, 5_000);
  expect((await read(`/v1/operations/${operation?.id}`)).body).toMatchObject({ outcome: "done" });
  expect((await read(`/v1/machines/${operation?.machine}`)).body.history).toHaveLength(1);

  await vi.waitFor(() => expect(events.map(({ event }) => event)).toContain("operation"));
  for (const { event, data } of events) {
    const name = event === "operation" ? ("outcome" in data ? "FinishedOperation" : "Operation") : EVENT_SCHEMAS[event];
    expect(contract.misfitsOf(String(name), data), event).toEqual([]);
  }
  expect(new Set(events.map(({ event }) => event))).toEqual(new Set(["tick", "operation"]));
});

const EVENT_SCHEMAS: Readonly<Record<string, string>> = {
  tick: "TickEvent",
  change: "ChangeEvent",
  reset: "ResetEvent",
};

test("every override is set, shown and ended, and what was not seen is not replaced", async () => {
  for (const scope of ["pool", { role: "web" }, { machine: "m07" }]) {
    expect((await call("POST", "/v1/pause", { ...FOR, scope })).status).toBe(201);
    await read("/v1/status");
    expect((await call("DELETE", "/v1/pause", { ...BY, scope })).status).toBe(200);
  }
  expect((await call("POST", "/v1/pause", { ...BY, scope: "pool", untilResumed: true })).body.expiresMs).toBeNull();
  await read("/v1/overrides");
  expect((await call("DELETE", "/v1/pause", { ...BY, scope: "pool" })).status).toBe(200);
  const tag = (await read("/v1/overrides")).headers.get("etag") ?? "";
  const seen = await call("PUT", "/v1/overrides/pins/m07", FOR, { "if-match": tag });
  expect(seen.status).toBe(201);
  expect((await call("DELETE", "/v1/overrides/pins/m07", BY, { "if-match": tag })).body.code).toBe("RTK_CHANGED");
  expect((await read("/v1/overrides")).body.overrides).toHaveLength(1);
  for (const [path, body] of [
    ["/v1/overrides/machines/m06", { to: "spare" }],
    ["/v1/overrides/maintenance/m06", { power: "on" }],
    ["/v1/overrides/roles/web", { count: 7 }],
    ["/v1/overrides/roles/web", { range: { min: 5, max: 24 } }],
    ["/v1/overrides/roles/web", { floor: 7 }],
  ] as const) {
    expect((await call("PUT", path, { ...FOR, ...body })).status).toBe(201);
    await read("/v1/overrides");
    expect((await call("DELETE", path, BY)).status).toBe(200);
  }
  expect((await call("DELETE", "/v1/overrides/pins/m07", BY)).status).toBe(200);
  expect((await call("DELETE", "/v1/overrides/pins/m07", BY)).body.code).toBe("RTK_UNKNOWN_OVERRIDE");
  expect((await call("PUT", "/v1/overrides/pins/m99", FOR)).body.code).toBe("RTK_UNKNOWN_MACHINE");
  expect((await call("PUT", "/v1/overrides/roles/mail", { ...FOR, count: 1 })).body.code).toBe("RTK_UNKNOWN_ROLE");
  expect((await call("PUT", "/v1/overrides/roles/web", { ...FOR, count: 90 })).body.code).toBe("RTK_BAD_COUNT");
  expect((await call("PUT", "/v1/overrides/roles/web", { ...FOR, count: 1 })).body.code).toBe("RTK_BELOW_FLOOR");
  expect((await call("POST", "/v1/pause", { ...BY, for: "900d", scope: "pool" })).body.code).toBe("RTK_BAD_EXPIRY");
});

test("a preview tells what a change would do", async () => {
  const preview = (act: object, more = {}) => call("POST", "/v1/overrides/preview", { act, ...more });
  const forced = await preview({ kind: "forceCount", role: "web", count: 3 }, { overrideFloor: true });
  expect(forced.body).toMatchObject({ severe: true, confirm: "web" });
  for (const act of [
    { kind: "pause", scope: "pool" },
    { kind: "maintain", machine: "m07", power: "off" },
  ])
    expect((await preview(act)).status).toBe(200);
  expect((await preview({ kind: "forceRange", role: "web", min: 1, max: 2 })).body.code).toBe("RTK_BELOW_FLOOR");
  expect((await preview({ kind: "unpin", machine: "m07" })).body.code).toBe("RTK_UNKNOWN_OVERRIDE");
});

test("file servers: their status, and orders to fail over and back", async () => {
  const order = async (path: string) => {
    const { body } = await call("POST", `/v1/storage/${path}`, BY);
    return body.code ?? body.state;
  };
  expect(await order("nfs-z/fail-over")).toBe("RTK_UNKNOWN_STORAGE");
  expect(await order("nfs-a/fail-over")).toBe("RTK_STORAGE_STATE");
  await tellStorage(daemon.simulation.controller, "nfs-a", "dead");
  const preview = await call("POST", "/v1/overrides/preview", { act: { kind: "failOver", server: "nfs-a" } });
  expect(preview.body).toMatchObject({ severe: true, confirm: "nfs-a" });
  expect([await order("nfs-a/fail-over"), await order("nfs-a/fail-back")]).toEqual(["failedOver", "RTK_STORAGE_UNFIT"]);
  await tellStorage(daemon.simulation.controller, "nfs-a", "recovered");
  expect((await read("/v1/storage")).body).toMatchObject({ servers: [{ state: "recovered", away: 1 }, {}] });
  expect(await order("nfs-a/fail-back")).toBe("failingBack");
});

test("quarantine, configuration and boot links", async () => {
  expect((await call("POST", "/v1/machines/m20/unquarantine", BY)).body.code).toBe("RTK_NOT_QUARANTINED");
  const { controller } = daemon.simulation;
  const record = controller.state.machines.get(machineName("m20"));
  if (record === undefined) throw new Error("m20 is not recorded");
  const quarantine = { why: "it did not come back", sinceMs: 1, operation: null, expected: null };
  const machines = new Map(controller.state.machines).set(machineName("m20"), { ...record, quarantine });
  controller.state = { ...controller.state, machines };
  await read("/v1/status");
  expect((await call("POST", "/v1/machines/m20/unquarantine", BY)).status).toBe(200);

  await daemon.rewrite("policies/web.yaml", (text) => text.replace("floor: 4", "floor: many"));
  await read("/v1/configuration");
  await daemon.rewrite("policies/web.yaml", (text) => text.replace("floor: many", "floor: 3"));
  const waiting = await read("/v1/configuration");
  const { digest } = waiting.body.pending as { digest: string };
  const accept = { author: "ada", digest };
  const changed = await call("POST", "/v1/configuration/accept", accept, { "if-match": '"another"' });
  expect(changed.body.code).toBe("RTK_CHANGED");
  expect((await call("POST", "/v1/configuration/accept", accept)).status).toBe(200);
  expect((await call("POST", "/v1/configuration/accept", accept)).body.code).toBe("RTK_NOTHING_WAITS");

  expect((await call("POST", "/v1/machines/m01/prepare", BY)).body.code).toBe("RTK_ADOPTED");
  expect((await call("DELETE", "/v1/machines/m20/boot-link", BY)).body.code).toBe("RTK_NOT_RETIRED");
  await retire(daemon, "m20");
  expect((await call("DELETE", "/v1/machines/m20/boot-link", BY)).body).toEqual({ removed: true });

  await read("/v1/links");
  await read("/v1/enrolments");
  expect((await call("POST", "/v1/links/repair", { ...BY, machines: ["m01", "m99"] })).status).toBe(200);
});

testProcedures(() => ({ daemon, contract }));

test("tokens, and the record page by page", async () => {
  const made = await call("POST", "/v1/tokens", { ...BY, name: "ci", scope: "read", for: "1h" });
  expect(made.status).toBe(201);
  expect((await call("POST", "/v1/tokens", { ...BY, name: "ci", scope: "read" })).body.code).toBe("RTK_TOKEN_EXISTS");
  expect((await read("/v1/tokens")).body.tokens).toHaveLength(2);
  const { token } = made.body as { token: string };
  const own = await call("GET", "/v1/token", undefined, { authorization: `Bearer ${token}` });
  expect(own.body).toMatchObject({ name: "ci", scope: "read" });
  const denied = await call("POST", "/v1/pause", { ...FOR, scope: "pool" }, { authorization: `Bearer ${token}` });
  expect(denied.body.code).toBe("RTK_WRONG_SCOPE");
  expect((await call("DELETE", "/v1/tokens/ci", BY)).status).toBe(200);
  expect((await call("DELETE", "/v1/tokens/ci", BY)).body.code).toBe("RTK_UNKNOWN_TOKEN");
  expect((await call("DELETE", "/v1/tokens/first", BY)).body.code).toBe("RTK_LAST_TOKEN");

  const lists = {
    audit: ["entries", 7],
    decisions: ["decisions", 20],
    machines: ["machines", 7],
    operations: ["finished", 1],
  };
  for (const [name, [field, limit]] of Object.entries(lists)) {
    const all = (await read(`/v1/${name}?limit=200`)).body[field as string] as unknown[];
    const paged: unknown[] = [];
    let path: string | null = `/v1/${name}?limit=${limit}`;
    while (path !== null) {
      const { body } = await read(path);
      paged.push(...(body[field as string] as unknown[]));
      path = body.next as string | null;
    }
    expect(all.length, name).toBeGreaterThan(1);
    expect(paged.slice(0, 200), name).toEqual(all);
  }
  expect((await read("/v1/machines?limit=5&after=m99")).body.code).toBe("RTK_NOT_FOUND");
});

test("all else that can be read, and what is not there", async () => {
  const [decision] = (await read("/v1/decisions?limit=1")).body.decisions as { id: string }[];
  const found =
    "/livez /readyz /metrics /v1/sd /v1/rota /v1/report /v1/grid /v1/timeline /v1/roles/web /v1/openapi.json".split(
      " ",
    );
  found.push(`/v1/decisions/${decision?.id}`);
  for (const path of found) expect((await read(path)).status, path).toBe(200);
  for (const path of ["/v1/machines/m99", "/v1/roles/mail", "/v1/operations/m01-x", "/v1/decisions/1"]) {
    expect((await read(path)).body.code, path).toBe("RTK_NOT_FOUND");
  }
  expect((await read("/v1/audit?limit=0")).body.code).toBe("RTK_INVALID_REQUEST");
  const tag = (await read("/v1/machines")).headers.get("etag") ?? "";
  expect((await call("GET", "/v1/machines", undefined, { "if-none-match": tag })).status).toBe(304);
});

test("no route was left out: each has answered what it promises", () => {
  expect(contract.unasked()).toEqual([]);
});
