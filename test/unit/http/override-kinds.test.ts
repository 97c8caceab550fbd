/** Overrides of every kind over HTTP: what their bodies say, what their answers tell, and what the status says of their end. */
import { beforeAll, describe, expect, test } from "vitest";
import { type Bench, BY, FOR_AN_HOUR, startBench, startUnticked } from "./support/bench.ts";

const WEB_ROLE = "/v1/overrides/roles/web";
const POOL = { ...BY, scope: "pool" };

let quiet: Bench;
beforeAll(async () => {
  quiet = await startUnticked();
});

describe("is stored as it was said", () => {
  test.each([
    ["POST", "/v1/pause", { scope: { role: "web" } }, { kind: "pause", direction: "both" }],
    ["POST", "/v1/pause", { scope: { role: "web" }, direction: "out" }, { kind: "pause", direction: "out" }],
    ["PUT", WEB_ROLE, { count: 12 }, { kind: "forceCount", role: "web", count: 12 }],
    ["PUT", WEB_ROLE, { range: { min: 8, max: 12 } }, { kind: "forceRange", role: "web", min: 8, max: 12 }],
    ["PUT", WEB_ROLE, { floor: 9 }, { kind: "forceFloor", role: "web", floor: 9 }],
  ] as const)("%s %s %j", async (method, path, own, act) => {
    const answer = await quiet.send(method, path, { ...FOR_AN_HOUR, ...own });
    expect(answer).toMatchObject({ status: 201, body: { act, heldBack: [], conflicts: [] } });
    expect((await quiet.get("/v1/overrides")).body.overrides).toContainEqual(
      expect.objectContaining({ act: answer.body.act }),
    );
  });

  test("a pause of the pool without an end, when that is said", async () => {
    const answer = await quiet.send("POST", "/v1/pause", { ...POOL, untilResumed: true });
    expect(answer).toMatchObject({ status: 201, body: { expiresMs: null } });
    expect(quiet.controller.state.overrides.at(-1)).toMatchObject({ expiresMs: null });
    expect((await quiet.send("DELETE", "/v1/pause", POOL)).status).toBe(200);
  });
});

describe("is refused, and says why", () => {
  test.each([
    ["POST", "/v1/pause", { ...POOL, for: "1h", untilResumed: true }, 422, 'expected one of \\"for\\"'],
    [
      "POST",
      "/v1/pause",
      { ...BY, scope: { role: "web" }, untilResumed: true },
      422,
      "only a pause of the pool may lack an end",
    ],
    ["POST", "/v1/pause", { ...POOL, untilResumed: false }, 422, "untilResumed"],
    ["PUT", "/v1/overrides/pins/m01", { ...BY, untilResumed: true }, 422, "unknown key"],
    ["POST", "/v1/pause", { ...POOL, for: "1h", direction: "in" }, 422, "only a role can be paused one way"],
    ["PUT", WEB_ROLE, FOR_AN_HOUR, 422, 'expected one of \\"count\\"'],
    ["PUT", WEB_ROLE, { ...FOR_AN_HOUR, count: 9, floor: 9 }, 422, 'expected one of \\"count\\"'],
    ["PUT", WEB_ROLE, { ...FOR_AN_HOUR, range: { min: 9, max: 8 } }, 422, "the least, 9, is more than the most, 8"],
    ["PUT", WEB_ROLE, { ...FOR_AN_HOUR, floor: 25 }, 422, "the pool has 24 machines"],
    ["PUT", WEB_ROLE, { ...FOR_AN_HOUR, range: { min: 3, max: 8 } }, 409, "RTK_BELOW_FLOOR"],
    ["PUT", WEB_ROLE, { ...FOR_AN_HOUR, floor: 3 }, 409, "below the floor of web, 4"],
  ] as const)("%s %s %j", async (method, path, body, status, why) => {
    const before = quiet.controller.state.overrides;
    const answer = await quiet.send(method, path, body);
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(why)]);
    expect(quiet.controller.state.overrides).toBe(before);
  });
});

test("what it contradicts is in the answer, and a force below the floor is taken when that is said on purpose", async () => {
  const bench = await startBench();
  await bench.send("POST", "/v1/pause", { ...FOR_AN_HOUR, scope: { role: "web" }, direction: "out" });
  const force = await bench.send("PUT", WEB_ROLE, { ...FOR_AN_HOUR, count: 3, overrideFloor: true });
  const pause = "role web is paused, none may leave, by ada: a disk is changed";
  expect(force).toMatchObject({
    status: 201,
    body: {
      conflicts: [`${pause}: that wins`],
      heldBack: [{ subject: "web", what: "have 3 machines", why: `${pause}: gets 8` }],
    },
  });
});

describe("the status", () => {
  const reasons = async (bench: Awaited<ReturnType<typeof startBench>>): Promise<unknown> =>
    (await bench.get("/v1/status")).body.reasons;

  test("says what ends soon, before it does; the log says it once", async () => {
    const bench = await startBench();
    await bench.send("PUT", "/v1/overrides/pins/m01", { ...BY, for: "20m" });
    bench.simulation.world.clock.advance(17 * 60_000);
    await bench.simulation.turn();
    expect(await reasons(bench)).toEqual([]);
    bench.simulation.world.clock.advance(80_000);
    await bench.simulation.turn();
    expect(await reasons(bench)).toEqual([expect.stringMatching(/^pin of m01 by ada ends in 1?\d{2} s$/)]);
    bench.simulation.world.clock.advance(120_000);
    await bench.simulation.turn();
    const said = bench.logged.map((line) => JSON.parse(line).msg).filter((text) => text.startsWith("pin of m01 "));
    expect(said).toEqual(["pin of m01 ends soon", "pin of m01 has ended"]);
  });

  test("never stops saying that a pause has no end, and how old it is", async () => {
    const bench = await startBench();
    await bench.send("POST", "/v1/pause", { ...POOL, untilResumed: true });
    bench.simulation.world.clock.advance(3 * 3_600_000);
    await bench.simulation.turn();
    expect(await reasons(bench)).toEqual([
      "paused: a disk is changed (ada), until resumed",
      "pause of the whole pool by ada for 3 h, until it is resumed",
    ]);
  });
});
