/** Adoption, quarantine and the record of who did what, through the API as an operator would. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { imageName, machineName } from "../../../src/core/domain/names.ts";
import { StoreError } from "../../../src/store/store-error.ts";
import { type Bench, BY, COMPILE, FOR_AN_HOUR, startBench, startUnticked, WEB } from "../http/support/bench.ts";

const ADOPT = { ...BY, confirm: true };
const PAUSE = { ...FOR_AN_HOUR, scope: "pool" };

interface Row {
  readonly machine: string;
  readonly placement: string | null;
  readonly why: string;
  readonly guid: string | null;
}

/** As found on the first day: m23 and m24 off, m22 hung, m21 with another link than it runs. */
async function firstDay(): Promise<Bench> {
  const bench = await startBench({
    adopted: false,
    begin: new Map([
      [WEB, 8],
      [COMPILE, 14],
    ]),
  });
  const { machines } = bench.simulation.world;
  const hung = machines.get(machineName("m22"));
  const moved = machines.get(machineName("m21"));
  if (hung === undefined || moved === undefined) throw new Error("no such machine");
  hung.phase = "booting";
  await bench.simulation.world.links.point(moved.machine, imageName("web.production-1"), AbortSignal.timeout(1_000));
  await bench.simulation.turn();
  return bench;
}

describe("adoption", () => {
  test("the table names each machine, what it would be and which are strays, and looking changes nothing", async () => {
    const { send, controller } = await firstDay();
    const before = controller.state;
    const { status, body } = await send("POST", "/v1/adoption", BY);
    expect(status).toBe(200);
    expect(body.adopted).toBeNull();
    const rows = new Map((body.rows as Row[]).map((row) => [row.machine, row]));
    expect(rows.get("m01")).toMatchObject({
      placement: "web",
      image: "web.production-1",
      guid: expect.stringMatching(/^\w{32}$/),
    });
    expect(rows.get("m24")).toMatchObject({ placement: "spare", why: "off: a cold spare" });
    expect(rows.get("m22")).toMatchObject({ placement: null, why: expect.stringContaining("no beacon") });
    expect(rows.get("m21")).toMatchObject({
      placement: null,
      why: "runs compile.production-1, but would boot web.production-1",
    });
    expect(controller.state).toBe(before);
  });

  test("confirmed, all but the strays are retask's; the strays stay untouched and are counted", async () => {
    const { send, controller, simulation } = await firstDay();
    const { body } = await send("POST", "/v1/adoption", ADOPT);
    expect(body.adopted).toEqual({ adopted: 22, strays: 2 });
    expect(controller.state.adopted).toBe(true);
    expect(controller.state.machines.get(machineName("m21"))?.adopted).toBe(false);
    await simulation.turn();
    // A second time: nothing new, and that is no error.
    expect((await send("POST", "/v1/adoption", ADOPT)).body.adopted).toEqual({ adopted: 0, strays: 2 });
  });

  test("another number of machines than the operator saw is not adopted", async () => {
    const { send, controller } = await firstDay();
    const answer = await send("POST", "/v1/adoption", { ...ADOPT, expect: 24 });
    expect(answer).toMatchObject({ status: 409, body: { code: "RTK_ADOPTION_CHANGED" } });
    expect(controller.state.adopted).toBe(false);
    expect((await send("POST", "/v1/adoption", { ...ADOPT, expect: 22 })).status).toBe(200);
  });

  test("a fleet of strays alone is not adopted, for that would let retask act on nothing", async () => {
    const { send, controller, simulation } = await startBench({ adopted: false });
    for (const machine of simulation.world.machines.values()) machine.phase = "booting";
    await simulation.turn();
    const answer = await send("POST", "/v1/adoption", ADOPT);
    expect(answer).toMatchObject({ status: 409, body: { code: "RTK_NOTHING_TO_ADOPT" } });
    expect(controller.state.adopted).toBe(false);
  });

  test("two who look at once share one reading of every BMC", async () => {
    const { send, simulation } = await firstDay();
    const { power } = simulation.world;
    const { status } = power;
    let asked = 0;
    power.status = async (machine, enrolment, signal) => {
      asked += 1;
      await sleep(5);
      return status(machine, enrolment, signal);
    };
    const [one, other] = await Promise.all([send("POST", "/v1/adoption", BY), send("POST", "/v1/adoption", BY)]);
    expect(one.body).toEqual(other.body);
    // 22 that are on once, 2 that are off twice.
    expect(asked).toBe(26);
  });

  test("before the first tick it says so", async () => {
    const { send } = await startUnticked();
    expect(await send("POST", "/v1/adoption", ADOPT)).toMatchObject({
      status: 409,
      body: { code: "RTK_NOT_OBSERVED" },
    });
  });
});

describe("quarantine", () => {
  const M01 = machineName("m01");

  async function quarantined(): Promise<Bench> {
    const bench = await startBench();
    const { controller } = bench;
    const record = controller.state.machines.get(M01);
    if (record === undefined) throw new Error("no such machine");
    const quarantine = { why: "it did not come back", sinceMs: 1, operation: null, expected: null };
    const machines = new Map(controller.state.machines).set(M01, { ...record, quarantine, bootId: "an-earlier-boot" });
    controller.state = { ...controller.state, machines };
    return bench;
  }

  test("a machine that serves again is let out as what it is, gets its traffic back, and counts", async () => {
    const { send, controller, simulation, get } = await quarantined();
    await simulation.turn();
    expect((await get("/v1/machines/m01")).body).toMatchObject({ standing: { kind: "quarantined" } });
    const answer = await send("POST", "/v1/machines/m01/unquarantine", BY);
    expect(answer).toMatchObject({ status: 200, body: { machine: "m01", placement: "web" } });
    expect(controller.state.machines.get(M01)).toMatchObject({ quarantine: null, bootId: "m01-boot-1" });
    await simulation.turn();
    await simulation.turn();
    expect((await get("/v1/machines/m01")).body).toMatchObject({ standing: { kind: "serving" } });
  });

  test("one that has fallen silent stays in, with advice, whatever it said before", async () => {
    const { send, controller, simulation } = await quarantined();
    const machine = simulation.world.machines.get(M01);
    if (machine !== undefined) machine.phase = "booting";
    await simulation.runFor(40_000);
    const answer = await send("POST", "/v1/machines/m01/unquarantine", BY);
    expect(answer).toMatchObject({ status: 409, body: { code: "RTK_STILL_SICK" } });
    expect(answer.body.detail).toMatch(/^m01: no beacon: last heard \d+ s ago; power it on, off, or run/);
    expect(controller.state.machines.get(M01)?.quarantine).not.toBeNull();
  });

  test("one that was switched off by hand is let out as the cold spare that it is, not as what it last ran", async () => {
    const { send, simulation } = await quarantined();
    simulation.world.machines.get(M01)?.switchOff();
    await simulation.runFor(600_000);
    const answer = await send("POST", "/v1/machines/m01/unquarantine", BY);
    expect(answer).toMatchObject({ status: 200, body: { placement: "spare", why: "off: a cold spare" } });
  });

  test("one that is in none, and one that does not exist, are told apart", async () => {
    const { send, store } = await quarantined();
    const none = await send("POST", "/v1/machines/m02/unquarantine", BY);
    expect(none).toMatchObject({ status: 409, body: { code: "RTK_NOT_QUARANTINED" } });
    expect(await send("POST", "/v1/machines/m99/unquarantine", BY)).toMatchObject({ status: 404 });
    const [last] = await store.auditLog({ limit: 1 });
    expect(last?.refused).toContain("RTK_UNKNOWN_MACHINE");
  });
});

describe("the record", () => {
  test.each(["audit", "saveTick"] as const)(
    "while %s can't be written nothing changes, and the answer is 503 with its code",
    async (method) => {
      const { send, controller, store, logged } = await startBench();
      const works = store[method];
      store[method] = async () => {
        throw new StoreError("RTK_STORE_UNWRITABLE", "could not write: disk full");
      };
      const answer = await send("POST", "/v1/pause", PAUSE);
      expect(answer).toMatchObject({ status: 503, body: { code: "RTK_STORE_UNWRITABLE" } });
      expect(controller.state.overrides).toEqual([]);
      expect(logged.join("")).toContain("disk full");
      Object.assign(store, { [method]: works });
      expect((await send("POST", "/v1/pause", PAUSE)).status).toBe(201);
    },
  );

  test("a dry run refuses every change, and says so", async () => {
    const { send, controller, simulation } = await startBench();
    Object.assign(controller, { dryRun: true });
    simulation.world.power.status = () => {
      throw new Error("a dry run asks no BMC");
    };
    const before = controller.state;
    for (const [method, path, body] of [
      ["POST", "/v1/pause", PAUSE],
      ["PUT", "/v1/overrides/pins/m01", FOR_AN_HOUR],
      ["PUT", "/v1/overrides/machines/m01", { ...FOR_AN_HOUR, to: "compile" }],
      ["PUT", "/v1/overrides/roles/web", { ...FOR_AN_HOUR, count: 3 }],
      ["DELETE", "/v1/pause", { ...BY, scope: "pool" }],
      ["POST", "/v1/machines/m01/unquarantine", BY],
      ["POST", "/v1/adoption", ADOPT],
    ] as const) {
      expect(await send(method, path, body), path).toMatchObject({ status: 409, body: { code: "RTK_DRY_RUN" } });
    }
    expect(controller.state).toBe(before);
  });

  test("a force that may go below a floor is audited as that", async () => {
    const { send, store } = await startBench();
    await send("PUT", "/v1/overrides/machines/m01", { ...FOR_AN_HOUR, to: "compile", overrideFloor: true });
    const [entry] = await store.auditLog({ limit: 1 });
    expect(entry?.after).toMatchObject([{ act: { machine: "m01" }, overrideFloor: true, author: "ada" }]);
  });
});

test("of two words on the same thing the later stands; a role and a machine never share a word", async () => {
  const { send, controller } = await startBench();
  await send("POST", "/v1/pause", { ...PAUSE, reason: "first" });
  await send("POST", "/v1/pause", { ...PAUSE, reason: "second" });
  await send("POST", "/v1/pause", { ...PAUSE, scope: { role: "web" } });
  await send("POST", "/v1/pause", { ...PAUSE, scope: { machine: "m01" } });
  await send("PUT", "/v1/overrides/pins/m01", FOR_AN_HOUR);
  await send("PUT", "/v1/overrides/machines/m01", { ...FOR_AN_HOUR, to: "spare" });
  expect(controller.state.overrides.map(({ reason }) => reason)[0]).toBe("second");
  expect(controller.state.overrides).toHaveLength(5);
  await send("DELETE", "/v1/pause", { ...BY, scope: { machine: "m01" } });
  expect(controller.state.overrides).toHaveLength(4);
  const again = await send("DELETE", "/v1/pause", { ...BY, scope: { machine: "m01" } });
  expect(again).toMatchObject({ status: 404, body: { detail: "there is no pause machine m01 in force" } });
});

test("what is asked of a machine or a role must be possible at all", async () => {
  const { send, controller } = await startBench({
    changeSite: (site) => {
      const m01 = site.machines.get(machineName("m01"));
      if (m01 === undefined) throw new Error("no such machine");
      return { ...site, machines: new Map(site.machines).set(m01.name, { ...m01, roles: [WEB] }) };
    },
  });
  const refused = await send("PUT", "/v1/overrides/machines/m01", { ...FOR_AN_HOUR, to: "compile" });
  expect(refused).toMatchObject({
    status: 422,
    body: { code: "RTK_NOT_ELIGIBLE", detail: expect.stringContaining("fleet.yaml") },
  });
  const unknown = await send("PUT", "/v1/overrides/machines/m02", { ...FOR_AN_HOUR, to: "mail" });
  expect(unknown).toMatchObject({ status: 404, body: { code: "RTK_UNKNOWN_ROLE" } });
  const tooMany = await send("PUT", "/v1/overrides/roles/web", { ...FOR_AN_HOUR, count: 25 });
  expect(tooMany).toMatchObject({ status: 422, body: { code: "RTK_BAD_COUNT" } });
  expect(controller.state.overrides).toEqual([]);
});
