/** Every route over a farm in the middle of things: operations under way, overrides, a quarantined machine, a history. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { machineName } from "../../../src/core/domain/names.ts";
import { type Bench, BY, FOR_AN_HOUR, READ_TOKEN, startBench, WRITE_TOKEN } from "./support/bench.ts";

const QUARANTINED = machineName("m24");
const BROKEN_BMC = machineName("m20");
let bench: Bench;
let operation: string;

beforeAll(async () => {
  bench = await startBench();
  const { send, simulation, controller } = bench;
  const { power } = simulation.world;
  const { status } = power;
  power.status = async (machine, enrolment, signal) =>
    machine.name === BROKEN_BMC
      ? { ok: false, code: "RTK_BMC_AUTH", why: "refused" }
      : status(machine, enrolment, signal);
  await send("PUT", "/v1/overrides/machines/m01", { ...FOR_AN_HOUR, to: "compile" });
  await simulation.runFor(420_000, 5_000);
  const machines = new Map(controller.state.machines);
  for (const [name, record] of machines) {
    const quarantine = { why: "it did not come back", sinceMs: 1, operation: null, expected: null };
    if (name === QUARANTINED) machines.set(name, { ...record, quarantine });
  }
  controller.state = { ...controller.state, machines };
  await send("PUT", "/v1/overrides/pins/m02", FOR_AN_HOUR);
  await send("POST", "/v1/pause", { ...FOR_AN_HOUR, scope: { role: "compile" } });
  await send("DELETE", "/v1/pause", { ...BY, scope: { role: "compile" } });
  await send("PUT", "/v1/overrides/roles/web", { ...FOR_AN_HOUR, count: 10 });
  await simulation.runFor(20_000, 1_000);
  operation = [...controller.state.operations.keys()][0] ?? "";
});
afterAll(() => bench.api.close());

/** Places where an object is empty: a Map or a Set that JSON lost, unless it is meant to be empty there. */
function emptied(value: unknown, place = ""): string[] {
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value);
  if (entries.length === 0 && !Array.isArray(value)) return [place];
  return entries.flatMap(([key, inner]) => emptied(inner, `${place}/${key}`));
}

const paths = (): string[] => [
  "/v1/status",
  "/v1/machines",
  "/v1/machines/m01",
  `/v1/machines/${QUARANTINED}`,
  "/v1/roles",
  "/v1/roles/web",
  "/v1/plan",
  "/v1/rota",
  "/v1/decisions",
  "/v1/operations",
  `/v1/operations/${operation}`,
  "/v1/overrides",
  "/v1/audit",
  "/v1/sd",
];

test("every route answers with JSON that no Map was lost in, and that holds no token", async () => {
  expect(operation).not.toBe("");
  for (const path of paths()) {
    const { status, headers, text } = await bench.get(path);
    expect(status, path).toBe(200);
    expect(headers["content-type"], path).toMatch(/^application\/json/);
    expect(emptied(JSON.parse(text)), path).toEqual([]);
    expect(text).not.toContain(READ_TOKEN);
    expect(text).not.toContain(WRITE_TOKEN);
    expect(text, path).not.toContain('"hash"');
  }
});

test("HEAD is answered like GET, without a body", async () => {
  for (const path of [...paths(), "/livez", "/metrics"]) {
    const answer = await bench.inject({ method: "HEAD", url: path, headers: { host: "localhost" } });
    expect([answer.status, answer.text], path).toEqual([200, ""]);
  }
});

test("the status says what is going on, in words", async () => {
  const { body } = await bench.get("/v1/status");
  expect(body).toMatchObject({
    health: "degraded",
    reasons: ["in quarantine: m24", "their BMC can't be used: m20"],
    mode: "auto",
    adopted: true,
    dryRun: false,
    machines: { quarantined: 1, unmanageable: 1 },
    quarantined: [{ machine: "m24", why: "it did not come back" }],
    unmanageable: [{ machine: "m20", why: "RTK_BMC_AUTH: refused" }],
    configuration: null,
  });
  expect(body.roles).toHaveLength(2);
  expect((body.overrides as { id: string }[]).map(({ id }) => id.replace(/-[^-]*$/, ""))).toEqual([
    "force-machine-m01",
    "pin-machine-m02",
    "force-role-web",
  ]);
});

describe("machines", () => {
  test("all of them, in the fleet's order, with what is recorded, what was seen and how each counts", async () => {
    const { body } = await bench.get("/v1/machines");
    const machines = body.machines as { name: string }[];
    expect(machines.map(({ name }) => name).slice(0, 3)).toEqual(["m01", "m02", "m03"]);
    expect(machines).toHaveLength(24);
    expect(machines[1]).toMatchObject({
      standing: { kind: "serving", placement: "web", forFloor: true },
      recorded: { adopted: true, placement: "web" },
      observed: { beacon: { kind: "heard" }, link: { kind: "image", image: "web.production-1@nfs-b" } },
      operation: null,
    });
  });

  test("one of them, with the way that it came", async () => {
    const { body } = await bench.get("/v1/machines/m01");
    expect(body).toMatchObject({
      standing: { placement: "compile" },
      history: [{ from: "web", to: "compile", outcome: "done", reason: "forced by ada: a disk is changed" }],
    });
  });

  test("one in operation names it, and the operation tells its phase, its effects and what it waits for", async () => {
    const shown = (await bench.get(`/v1/operations/${operation}`)).body;
    expect(shown).toMatchObject({ id: operation, phase: expect.any(String), waitsFor: expect.any(String) });
    expect((shown.intents as unknown[]).length).toBeGreaterThan(0);
    expect(Object.keys(shown.effects as object)).toContain("preflight");
    expect((await bench.get(`/v1/machines/${shown.machine}`)).body.operation).toBe(operation);
  });
});

test("a finished operation is found by its id, with all that was done for it", async () => {
  const { body } = await bench.get("/v1/operations");
  const [finished] = (body.finished as { id: string; machine: string }[]).slice(-1);
  const shown = (await bench.get(`/v1/operations/${finished?.id}`)).body;
  expect(shown).toMatchObject({ outcome: "done", machine: "m01" });
  const effects = (shown.intents as { effect: string; result: { ok: boolean } }[]).map(({ effect }) => effect);
  expect(effects).toEqual(
    expect.arrayContaining(["preflight", "trafficOff", "relink", "softOff", "powerOn", "trafficOn"]),
  );
});

test("decisions come back newest first, page by page, with roles and without charts", async () => {
  const first = (await bench.get("/v1/decisions?limit=2")).body.decisions as { atMs: number; decision: object }[];
  const roles = { roles: [{ role: "compile" }, { role: "web", reasons: expect.any(Array) }] };
  expect(first[0]?.decision).toMatchObject(roles);
  expect(JSON.stringify(first)).not.toContain("charts");
  const last = first.at(-1)?.atMs ?? 0;
  const second = (await bench.get(`/v1/decisions?limit=2&before=${last}`)).body.decisions as { atMs: number }[];
  expect(second[0]?.atMs).toBeLessThan(last);
});

test("a decision is found again by its time, and only by that", async () => {
  const [, older] = (await bench.get("/v1/decisions?limit=2")).body.decisions as { id: string; atMs: number }[];
  expect((await bench.get(`/v1/decisions/${older?.id}`)).body).toEqual(older);
  const missing = await bench.get(`/v1/decisions/${(older?.atMs ?? 0) + 1}`);
  expect(missing).toMatchObject({ status: 404, body: { code: "RTK_NOT_FOUND" } });
  expect((await bench.get("/v1/decisions/latest")).status).toBe(422);
});

describe("the audit log", () => {
  test("says who, from where, by which token, what and why, and what was before and after", async () => {
    const { body } = await bench.get("/v1/audit?limit=4");
    const [force, resume, pause] = body.entries as object[];
    const from = "http 127.0.0.1 token writer";
    expect(force).toMatchObject({
      who: "ada",
      from,
      action: "set force role web",
      why: BY.reason,
      before: [],
      refused: null,
    });
    expect(force).toMatchObject({
      after: [{ act: { kind: "forceCount", role: "web", count: 10 }, overrideFloor: false }],
    });
    expect(pause).toMatchObject({ action: "set pause role compile", before: [], after: [{ author: "ada" }] });
    expect(resume).toMatchObject({ action: "end pause role compile", before: [{ author: "ada" }], after: [] });
  });

  test("keeps what was refused and why", async () => {
    await bench.send("DELETE", "/v1/overrides/pins/m05", BY);
    const { body } = await bench.get("/v1/audit?limit=1");
    expect(body.entries).toMatchObject([
      {
        who: "ada",
        action: "end pin machine m05",
        refused: "RTK_UNKNOWN_OVERRIDE: there is no pin machine m05 in force",
      },
    ]);
  });

  test("is read page by page", async () => {
    const [newest] = (await bench.get("/v1/audit?limit=1")).body.entries as { id: number }[];
    const [next] = (await bench.get(`/v1/audit?limit=1&before=${newest?.id}`)).body.entries as { id: number }[];
    expect(next?.id).toBe((newest?.id ?? 0) - 1);
  });
});

test("before the first tick nothing is made up: the status says starting, the rest is 503", async () => {
  const { get } = await startBench({ adopted: false });
  expect((await get("/v1/status")).body).toMatchObject({ health: "starting" });
  for (const path of ["/v1/plan", "/v1/roles", "/v1/roles/web", "/readyz"]) {
    expect((await get(path)).status, path).toBe(503);
  }
  expect((await get("/v1/plan")).body).toMatchObject({ code: "RTK_STARTING" });
  expect((await get("/v1/machines/m01")).body).toMatchObject({ standing: null, observed: null, recorded: null });
});

test("what was enrolled is told by machine, with the store's own id", async () => {
  const { status, body } = await bench.get("/v1/enrolments");
  const { guid, cipherSuite } = (await bench.store.enrolment(machineName("m01"))) ?? {};
  expect({ status, body }).toMatchObject({
    status: 200,
    body: {
      storeId: await bench.store.storeId(),
      enrolments: expect.arrayContaining([{ machine: "m01", guid, cipherSuite }]),
    },
  });
  expect(cipherSuite).toBeDefined();
});

test("where the boot links are not on a disk, it says so", async () => {
  expect(await bench.get("/v1/links")).toMatchObject({ status: 409, body: { code: "RTK_NO_LINKS" } });
  const repair = await bench.send("POST", "/v1/links/repair", { ...BY, machines: ["m01"] });
  expect(repair).toMatchObject({ status: 409, body: { code: "RTK_NO_LINKS" } });
});
