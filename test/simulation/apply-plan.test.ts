/** `POST /v1/plan/:id/apply`: an operator's approval begins the plan that was shown, and no other. */
import { describe, expect, test } from "vitest";
import { machineName } from "../../src/core/domain/names.ts";
import { type BenchOptions, BY, FOR_AN_HOUR, READ_TOKEN, restartBench } from "../unit/http/support/bench.ts";
import { advising, apply, planOf, withProposals } from "./support/proposals.ts";

test("in advise mode the proposals begin as operations, and each comes to its end", async () => {
  const bench = await withProposals();
  const { shown, simulation, controller, get } = bench;
  expect(shown.moves.length).toBeGreaterThan(0);
  expect(controller.state.operations.size).toBe(0);

  const answer = await apply(bench, shown.id);
  expect(answer.status).toBe(202);
  const operations = answer.body.operations as { id: string; machine: string }[];
  expect(answer.body).toMatchObject({ planId: shown.id });
  expect(operations).toMatchObject(shown.moves.map(({ machine, from, to }) => ({ machine, from, to })));
  expect(answer.headers.location).toBe(`/v1/operations/${operations[0]?.id}`);
  expect((await get(String(answer.headers.location))).body).toMatchObject({
    plan: shown.id,
    reason: expect.stringMatching(/^applied by ada: a disk is changed; /),
  });

  await simulation.runFor(600_000, 5_000);
  for (const { id, machine } of operations) {
    expect((await get(`/v1/operations/${id}`)).body).toMatchObject({ outcome: "done", to: "web" });
    expect(controller.state.machines.get(machineName(machine))?.placement).toBe("web");
  }
  expect((await get("/v1/status")).body).toMatchObject({ mode: "advise" });
});

test("named machines alone begin; the rest stays a proposal", async () => {
  const bench = await withProposals();
  const [first, second] = bench.shown.moves;
  const answer = await apply(bench, bench.shown.id, { machines: [second?.machine] });
  expect(answer.body.operations).toMatchObject([{ machine: second?.machine }]);
  expect([...bench.controller.state.operations.values()].map(({ machine }) => machine)).toEqual([second?.machine]);
  await bench.simulation.turn();
  const machines = (await planOf(bench)).moves.map(({ machine }) => machine);
  expect(machines).not.toContain(second?.machine);
  expect(first).toBeDefined();
});

test("what was begun goes on after a restart", async () => {
  const bench = await withProposals();
  const answer = await apply(bench, bench.shown.id);
  const [operation] = answer.body.operations as { id: string }[];
  const again = await restartBench(bench);
  await again.simulation.runFor(600_000, 5_000);
  expect((await again.get(`/v1/operations/${operation?.id}`)).body).toMatchObject({ outcome: "done" });
});

test("what was begun spends the limits, and is said to whoever watches", async () => {
  const begun: string[] = [];
  const watcher = {
    onBegin: (moves: readonly { machine: string }[]) => begun.push(...moves.map((one) => one.machine)),
  };
  const bench = await withProposals({ watchers: [watcher] });
  begun.splice(0);
  await apply(bench, bench.shown.id);
  const machines = bench.shown.moves.map(({ machine }) => machine);
  expect(begun).toEqual(machines);
  expect(bench.controller.state.spent.map(({ machine }) => machine)).toEqual(machines);
});

describe("the plan's id", () => {
  test("stays while the same would be done, though the load and with it the reasons differ", async () => {
    const bench = await withProposals();
    const before = bench.controller.last?.plan;
    bench.load.sessions = 603;
    await bench.simulation.turn();
    const after = bench.controller.last?.plan;
    expect(after?.moves[0]?.reason).not.toBe(before?.moves[0]?.reason);
    expect(after?.id).toBe(before?.id);
    expect((await apply(bench, bench.shown.id)).status).toBe(202);
  });

  test("is another one once something else would be done: refused, and nothing begins", async () => {
    const bench = await withProposals();
    const [move] = bench.shown.moves;
    await bench.send("PUT", `/v1/overrides/pins/${move?.machine}`, FOR_AN_HOUR);
    // No tick has passed: the plan that is shown still moves the machine that is pinned now.
    expect((await planOf(bench)).id).toBe(bench.shown.id);
    const answer = await apply(bench, bench.shown.id);
    expect(answer).toMatchObject({ status: 409, body: { code: "RTK_PLAN_MOVED" } });
    expect(answer.text).toContain("the plan is now");
    expect(bench.controller.state.operations.size).toBe(0);
  });

  test("of an older plan begins nothing", async () => {
    const bench = await withProposals();
    expect((await apply(bench, bench.shown.id)).status).toBe(202);
    const again = await apply(bench, bench.shown.id);
    expect(again).toMatchObject({ status: 409, body: { code: "RTK_PLAN_MOVED" } });
    expect(bench.controller.state.operations.size).toBe(bench.shown.moves.length);
  });

  test("does not cover a machine that the plan leaves where it is", async () => {
    const bench = await withProposals();
    const answer = await apply(bench, bench.shown.id, { machines: [bench.shown.moves[0]?.machine, "m01"] });
    expect(answer).toMatchObject({
      status: 409,
      body: { code: "RTK_PLAN_MOVED", detail: "this plan does not move m01" },
    });
    expect(bench.controller.state.operations.size).toBe(0);
  });

  test("of a plan that moves nothing begins nothing", async () => {
    const bench = await advising();
    const { id, moves } = await planOf(bench);
    expect(moves).toEqual([]);
    expect(await apply(bench, id)).toMatchObject({ status: 409, body: { code: "RTK_PLAN_MOVED" } });
  });
});

test("more than three machines at once want their number said, or their names", async () => {
  const changeSite: BenchOptions["changeSite"] = (site) => ({
    ...site,
    limits: { ...site.limits, atOnce: { kind: "count", count: 5 }, perDomain: {} },
  });
  const bench = await withProposals({ changeSite });
  const { id, moves } = bench.shown;
  expect(moves.length).toBeGreaterThan(3);
  const unconfirmed = await apply(bench, id);
  expect(unconfirmed).toMatchObject({ status: 422, body: { code: "RTK_UNCONFIRMED" } });
  expect(unconfirmed.text).toContain(String.raw`confirm \"${moves.length}\"`);
  expect(await apply(bench, id, { confirm: "3" })).toMatchObject({ status: 422, body: { code: "RTK_UNCONFIRMED" } });
  expect(bench.controller.state.operations.size).toBe(0);
  const answer = await apply(bench, id, { confirm: String(moves.length) });
  expect(answer.status).toBe(202);
  expect(bench.controller.state.operations.size).toBe(moves.length);
});

test("a token that may only read begins nothing, and an empty list is no list", async () => {
  const bench = await withProposals();
  const headers = { authorization: `Bearer ${READ_TOKEN}` };
  const refused = await bench.send("POST", `/v1/plan/${bench.shown.id}/apply`, BY, headers);
  expect(refused).toMatchObject({ status: 403, body: { code: "RTK_WRONG_SCOPE" } });
  for (const body of [{ machines: [] }, { machines: "m01" }, { confirm: 2 }, { all: true }]) {
    expect((await apply(bench, bench.shown.id, body)).status).toBe(422);
  }
  expect((await apply(bench, "latest")).status).toBe(422);
  expect(bench.controller.state.operations.size).toBe(0);
});

test("where another controller owns the boot links it is undone at once, and every machine stays what it is", async () => {
  const bench = await withProposals();
  const { simulation, get } = bench;
  simulation.world.links.own = async () => ({ ok: false, code: "RTK_OWNER_FOREIGN", why: "another host owns them" });
  const answer = await apply(bench, bench.shown.id);
  expect(answer.status).toBe(202);
  await simulation.runFor(120_000, 1_000);
  for (const { id, machine, from } of answer.body.operations as { id: string; machine: string; from: string }[]) {
    expect((await get(`/v1/operations/${id}`)).body).toMatchObject({ outcome: "undone" });
    expect((await get(`/v1/machines/${machine}`)).body).toMatchObject({
      standing: { kind: "serving", placement: from },
    });
  }
});
