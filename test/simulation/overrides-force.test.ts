/** Forces, said over HTTP and done by the real loop: floors and limits hold, and say so. */
import { describe, expect, test } from "vitest";
import { machineName } from "../../src/core/domain/names.ts";
import { COMPILE, FOR_AN_HOUR, WEB } from "../unit/http/support/bench.ts";
import { healthyIn, MINUTE_MS, notDone, ONE_MOVE_MS, placementOf, run, watchedBench } from "./support/watched-bench.ts";

describe("a force of a machine", () => {
  test("moves it, keeps it there whatever the load wants, and lets it go with its end", async () => {
    const bench = await watchedBench();
    const force = await bench.send("PUT", "/v1/overrides/machines/m01", { ...FOR_AN_HOUR, to: "compile" });
    expect(force).toMatchObject({ status: 201, body: { heldBack: [] } });
    await run(bench, ONE_MOVE_MS);
    expect(placementOf(bench, "m01")).toBe("compile");
    expect(bench.begun[0]).toMatchObject({ machine: "m01", to: "compile", reason: "forced by ada: a disk is changed" });

    bench.load.sessions = 2_000;
    await run(bench, 30 * MINUTE_MS);
    expect(placementOf(bench, "m01")).toBe("compile");
    expect(bench.begun.filter(({ machine }) => machine === "m01")).toHaveLength(1);
  });

  test("to spare switches it off and keeps it off", async () => {
    const bench = await watchedBench();
    await bench.send("PUT", "/v1/overrides/machines/m20", { ...FOR_AN_HOUR, for: "3h", to: "spare" });
    await run(bench, ONE_MOVE_MS);
    bench.load.sessions = 2_000;
    await run(bench, 30 * MINUTE_MS);
    expect(placementOf(bench, "m20")).toBe("spare");
    expect(bench.simulation.world.machines.get(machineName("m20"))?.power).toBe("off");
  });

  test("stays above the floor, and says at once that the floor keeps it back; --override-floor lets it go, audited", async () => {
    const bench = await watchedBench({
      begin: new Map([
        [WEB, 4],
        [COMPILE, 20],
      ]),
    });
    bench.load.sessions = 190;
    await run(bench, MINUTE_MS);
    const held = await bench.send("PUT", "/v1/overrides/machines/m01", { ...FOR_AN_HOUR, to: "compile" });
    expect(held.status).toBe(201);
    expect(held.body.heldBack).toMatchObject([
      { subject: "m01", what: "go to compile", why: "web is at its floor of 4" },
    ]);
    await run(bench, 20_000);
    expect(await notDone(bench, "m01")).toBe("web is at its floor of 4");
    expect(placementOf(bench, "m01")).toBe("web");

    const over = { ...FOR_AN_HOUR, to: "compile", overrideFloor: true, reason: "it burns" };
    expect((await bench.send("PUT", "/v1/overrides/machines/m01", over)).body.heldBack).toEqual([]);
    await run(bench, 20_000);
    expect(bench.begun.at(-1)).toMatchObject({ machine: "m01", reason: "forced by ada: it burns" });
    const [entry] = await bench.store.auditLog({ limit: 1 });
    expect(entry).toMatchObject({ why: "it burns", after: [{ overrideFloor: true }] });

    let fewest = 4;
    for (let i = 0; i < 24; i++) {
      await run(bench, MINUTE_MS / 2);
      fewest = Math.min(fewest, healthyIn(bench, WEB));
    }
    expect(fewest).toBe(3);
    expect(placementOf(bench, "m01")).toBe("compile");
  });

  test("another machine takes the place of one that is forced away at the floor, and the force is then done", async () => {
    const bench = await watchedBench({
      begin: new Map([
        [WEB, 4],
        [COMPILE, 20],
      ]),
    });
    bench.load.sessions = 190;
    await bench.send("PUT", "/v1/overrides/machines/m01", { ...FOR_AN_HOUR, for: "4h", to: "compile" });
    for (let i = 0; i < 60; i++) {
      await run(bench, MINUTE_MS);
      expect(healthyIn(bench, WEB)).toBeGreaterThanOrEqual(4);
    }
    expect(placementOf(bench, "m01")).toBe("compile");
  });

  test("waits for the limits, and says for which", async () => {
    const bench = await watchedBench();
    const names = ["m01", "m02", "m03", "m04"];
    for (const name of names) {
      await bench.send("PUT", `/v1/overrides/machines/${name}`, { ...FOR_AN_HOUR, for: "4h", to: "compile" });
    }
    await run(bench, 20_000);
    expect(bench.controller.state.operations.size).toBe(2);
    expect(await notDone(bench, "m03")).toMatch(/at most 2 at once|has 2 in operation/);
  });
});

describe("a force of a count", () => {
  test("gives a role that many, and holds it there against the load", async () => {
    const bench = await watchedBench();
    const force = await bench.send("PUT", "/v1/overrides/roles/web", { ...FOR_AN_HOUR, for: "3h", count: 10 });
    expect(force).toMatchObject({ status: 201, body: { heldBack: [] } });
    await run(bench, 30 * MINUTE_MS);
    expect(healthyIn(bench, WEB)).toBe(10);
    bench.load.sessions = 10;
    await run(bench, 30 * MINUTE_MS);
    expect(healthyIn(bench, WEB)).toBe(10);
    expect((await bench.get("/v1/roles/web")).body).toMatchObject({ state: "forced", desired: 10 });
  });

  test("says that its maximum keeps it back, at once and in each plan", async () => {
    const bench = await watchedBench();
    const { status, body } = await bench.send("PUT", "/v1/overrides/roles/web", { ...FOR_AN_HOUR, count: 24 });
    expect(status).toBe(201);
    const why = "held back by its maximum of 20: gets 20";
    expect(body.heldBack).toContainEqual({ subject: "web", what: "have 24 machines", why, notBeforeMs: null });
    await run(bench, 20_000);
    expect(await notDone(bench, "web")).toContain(why);
  });

  test("below the floor on purpose goes below it", async () => {
    const bench = await watchedBench({
      begin: new Map([
        [WEB, 5],
        [COMPILE, 19],
      ]),
    });
    bench.load.sessions = 10;
    const force = { ...FOR_AN_HOUR, for: "6h", count: 3, overrideFloor: true };
    expect((await bench.send("PUT", "/v1/overrides/roles/web", force)).status).toBe(201);
    await run(bench, 60 * MINUTE_MS);
    expect((await bench.get("/v1/roles/web")).body).toMatchObject({ desired: 3 });
    expect(healthyIn(bench, WEB)).toBe(3);
  });
});

describe("a force of a role to", () => {
  test("a range: demand decides within it, and never beyond", async () => {
    const bench = await watchedBench();
    await bench.send("PUT", "/v1/overrides/roles/web", { ...FOR_AN_HOUR, for: "3h", range: { min: 9, max: 10 } });
    await run(bench, 15 * MINUTE_MS);
    expect(healthyIn(bench, WEB)).toBe(9);
    bench.load.sessions = 570;
    await run(bench, 25 * MINUTE_MS);
    expect(healthyIn(bench, WEB)).toBe(10);
    expect(await notDone(bench, "web")).toBe("");
  });

  test("a floor: the role fills up to it, and a load that falls takes none of them", async () => {
    const bench = await watchedBench();
    await bench.send("PUT", "/v1/overrides/roles/web", { ...FOR_AN_HOUR, for: "3h", floor: 9 });
    bench.load.sessions = 10;
    await run(bench, 30 * MINUTE_MS);
    expect(healthyIn(bench, WEB)).toBe(9);
    expect((await bench.get("/v1/roles/web")).body).toMatchObject({ floor: 9, desired: 9 });
  });
});
