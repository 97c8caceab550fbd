/** POST /v1/overrides/preview: what a change would do, told before it is made, by the very decision that follows it. */
import { beforeAll, describe, expect, test } from "vitest";
import { type Bench, COMPILE, FOR_AN_HOUR, READ_TOKEN, startBench, startUnticked, WEB } from "./support/bench.ts";

interface Answered {
  readonly moves: { readonly machine: string; readonly from: string; readonly to: string }[];
  readonly text: string[];
}
const PREVIEW = "/v1/overrides/preview";
const preview = (bench: Bench, body: object) => bench.send("POST", PREVIEW, body, {});
const MACHINES = { machine: "m01", to: "compile" };
const FORCE_12 = { act: { kind: "forceCount", role: "web", count: 12 } };

describe("on a farm of 8 web servers and 16 build machines, of which 2 may move at once", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench();
    await bench.simulation.runFor(60_000, 5_000);
  });

  test("a force of a count tells its first moves, what follows, and the margins; nobody needs a token to ask", async () => {
    const { status, body } = await preview(bench, { ...FORCE_12, ...FOR_AN_HOUR });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      moves: [
        { from: "compile", to: "web", why: "web has 8 of 12: forced to 12 by ada: a disk is changed" },
        { from: "compile", to: "web" },
      ],
      roles: [
        { role: "compile", floor: 2, before: 16, after: 12, lowest: 12, margin: 10 },
        { role: "web", floor: 4, before: 8, after: 12, lowest: 8, margin: 8 },
      ],
      notDone: [{ subject: "web", what: "2 more machines", why: "2 in operation, at most 2 at once" }],
      machines: 4,
      conflicts: [],
    });
    const { text } = body as unknown as Answered;
    expect(text).toContain("compile: desired 16 to 12, 10 above its floor of 2");
    expect(text).toContain("2 more machines follow as limits and windows let them");
  });

  test("changes nothing: no override, no line in the audit log, the same plan", async () => {
    const before = [
      bench.controller.state,
      (await bench.get("/v1/plan")).body,
      await bench.store.auditLog({ limit: 9 }),
    ];
    await preview(bench, { act: { kind: "pause", scope: "pool" }, untilResumed: true });
    await preview(bench, { act: { kind: "pause", scope: { role: "nowhere" } } });
    const after = [
      bench.controller.state,
      (await bench.get("/v1/plan")).body,
      await bench.store.auditLog({ limit: 9 }),
    ];
    expect(after).toEqual(before);
  });

  test.each([
    ["one machine", { act: { kind: "forceMachine", ...MACHINES } }, null],
    ["a pin", { act: { kind: "pin", machine: "m01" } }, null],
    ["a pause of a role", { act: { kind: "pause", scope: { role: "web" }, direction: "in" } }, null],
    ["a floor that is raised", { act: { kind: "forceFloor", role: "web", floor: 9 } }, null],
    ["a pause of the pool", { act: { kind: "pause", scope: "pool" }, for: "1h" }, "pool"],
    ["more than 3 machines", FORCE_12, "web"],
    ["a role at its floor", { act: { kind: "forceCount", role: "web", count: 4 } }, "web"],
    ["an overridden floor", { act: { kind: "forceMachine", ...MACHINES }, overrideFloor: true }, "m01"],
  ])("what must be typed before %s: the name, where it is severe", async (_, body, confirm) => {
    expect((await preview(bench, body)).body).toMatchObject({ severe: confirm !== null, confirm });
  });

  test("below the floor on purpose is told as that, though the floor is overridden", async () => {
    const { body } = await preview(bench, { act: { kind: "forceCount", role: "web", count: 3 }, overrideFloor: true });
    expect(body.roles).toContainEqual({ role: "web", floor: 4, before: 8, after: 3, lowest: 3, margin: -1 });
    expect((body as unknown as Answered).text).toContain("web: desired 8 to 3, 1 below its floor of 4");
  });

  test.each([
    [{ act: { kind: "forceCount", role: "web", count: 1 } }, 409, "RTK_BELOW_FLOOR"],
    [{ act: { kind: "pin", machine: "m99" } }, 404, "RTK_UNKNOWN_MACHINE"],
    [{ act: { kind: "pin", machine: "m01" }, untilResumed: true }, 422, "RTK_BAD_EXPIRY"],
    [{ act: { kind: "unforceRole", role: "web" } }, 404, "RTK_UNKNOWN_OVERRIDE"],
    [{ act: { kind: "unquarantine", machine: "m01" } }, 409, "RTK_NOT_QUARANTINED"],
  ])("what would be refused is refused: %j", async (body, status, code) => {
    expect(await preview(bench, body)).toMatchObject({ status, body: { code } });
  });
});

test("what was foreseen is what the next tick begins, and a pause of the pool prevents just that", async () => {
  const bench = await startBench();
  await bench.simulation.runFor(20_000, 5_000);
  const foreseen = (await preview(bench, FORCE_12)).body as unknown as Answered;
  await bench.send("PUT", "/v1/overrides/roles/web", { ...FOR_AN_HOUR, count: 12 });
  const pause = (await preview(bench, { act: { kind: "pause", scope: "pool" } })).body;
  const moves = foreseen.moves.map(({ machine, from, to }) => ({ machine, from, to }));
  expect(moves).toHaveLength(2);
  expect(pause).toMatchObject({ moves: [], prevented: moves, conflicts: ["the pause wins over 1 force, which wait"] });

  await bench.simulation.runFor(10_000, 5_000);
  const begun = [...bench.controller.state.operations.values()];
  expect(begun.map(({ machine, from, to }) => ({ machine, from, to }))).toEqual(moves);
  const pin = { act: { kind: "pin", machine: moves[0]?.machine } };
  const cancels = [{ machine: moves[0]?.machine, why: "pinned by ada: a test" }];
  expect((await preview(bench, { ...pin, author: "ada", reason: "a test" })).body).toMatchObject({ cancels });
});

test("one machine that brings its role down to the floor is severe, though another one comes for it", async () => {
  const bench = await startBench({
    begin: new Map([
      [WEB, 5],
      [COMPILE, 19],
    ]),
  });
  bench.load.sessions = 230;
  await bench.simulation.runFor(20_000, 5_000);
  const { body } = await preview(bench, { act: { kind: "forceMachine", ...MACHINES } });
  expect(body).toMatchObject({ machines: 1, severe: true, confirm: "m01" });
  expect(body.roles).toContainEqual(expect.objectContaining({ role: "web", lowest: 4, floor: 4 }));
});

test("where reads need a token, a preview does; one that may only read is enough", async () => {
  const bench = await startUnticked({
    host: "10.0.0.1",
    begin: new Map([
      [WEB, 8],
      [COMPILE, 16],
    ]),
  });
  const headers = { host: "10.0.0.1:9420" };
  expect(await bench.send("POST", PREVIEW, FORCE_12, headers)).toMatchObject({ status: 401 });
  const reading = { ...headers, authorization: `Bearer ${READ_TOKEN}` };
  expect(await bench.send("POST", PREVIEW, FORCE_12, reading)).toMatchObject({ body: { code: "RTK_NOT_OBSERVED" } });
});
