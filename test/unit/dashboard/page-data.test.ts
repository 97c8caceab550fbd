/** What the page does with what it is told, before anything is drawn. */
import { expect, test } from "vitest";
import { callOf } from "../../../src/dashboard/actions/call-of.ts";
import type { DecisionAnswer } from "../../../src/dashboard/data/answers.ts";
import { createParser, type ServerEvent } from "../../../src/dashboard/data/event-parser.ts";
import { emptyGrid, mergeGrid } from "../../../src/dashboard/data/grid-model.ts";
import { filterOf, fits } from "../../../src/dashboard/parts/grid-match.ts";
import { stretches } from "../../../src/dashboard/timeline/chart-data.ts";
import { shownOf } from "../../../src/dashboard/timeline/range.ts";
import { alike } from "../../../src/dashboard/views/decision-runs.ts";
import type { GridRow } from "../../../src/http/grid-route.ts";

const row = (name: string, rack: string, own: Partial<GridRow> = {}): GridRow => ({
  ...{ name, rack, role: "web", goingTo: null, state: "serving", why: "", image: "web.1", power: "on", ageMs: 0 },
  ...own,
});
const grid = (...machines: GridRow[]) => ({ atMs: 1, tickMs: 10_000, machines });

test("what did not change stays the very same object: only the others are drawn again", () => {
  const first = mergeGrid(emptyGrid, grid(row("m1", "r1"), row("m2", "r1"), row("m3", "r2")));
  expect(mergeGrid(first, grid(row("m1", "r1"), row("m2", "r1"), row("m3", "r2")))).toBe(first);
  const second = mergeGrid(first, grid(row("m1", "r1"), row("m2", "r1", { state: "late" }), row("m3", "r2")));
  expect(second.racks[1]).toBe(first.racks[1]);
  expect(second.racks[0]).not.toBe(first.racks[0]);
  expect(second.racks[0]?.rows[0]).toBe(first.racks[0]?.rows[0]);
  expect(second.byName.get("m2")?.state).toBe("late");
});

test("a machine that goes leaves its rack, and an empty rack leaves the grid", () => {
  const first = mergeGrid(emptyGrid, grid(row("m1", "r1"), row("m2", "r2")));
  expect(mergeGrid(first, grid(row("m1", "r1"))).racks.map(({ name }) => name)).toEqual(["r1"]);
});

test("the filter finds where a machine is and where it goes, and whatever is wrong", () => {
  const filter = (text: string) => filterOf(new URLSearchParams(text));
  expect(fits(row("m1", "r1", { role: "compile", goingTo: "web" }), filter("role=web"))).toBe(true);
  expect(fits(row("m1", "r1", { state: "quarantined" }), filter("state=wrong"))).toBe(true);
  expect(fits(row("m1", "r1", { state: "switching" }), filter("state=wrong"))).toBe(false);
  expect(fits(row("m1", "r1"), filter("find=M1&rack=r2"))).toBe(false);
});

test("events come out whole, in whatever pieces the text arrives", () => {
  const text = ': hello\n\nid: 7-1\nevent: tick\ndata: {"a":\ndata: 1}\n\nid: 7-2\r\nevent: change\r\ndata: x\r\n\r\n';
  for (const size of [1, 3, text.length]) {
    const events: ServerEvent[] = [];
    const parse = createParser((event) => events.push(event));
    for (let at = 0; at < text.length; at += size) parse(text.slice(at, at + size));
    expect(events).toEqual([
      { id: "7-1", event: "tick", data: '{"a":\n1}' },
      { id: "7-2", event: "change", data: "x" },
    ]);
  }
});

test("decisions that say the same share a row; one that moves a machine never does", () => {
  const decision = (id: string, moves: number, desired = 8) =>
    ({
      id,
      atMs: Number(id),
      decision: { roles: [{ role: "web", desired, counts: { capacity: 8 }, state: "steady" }], held: [] },
      plan: { moves: Array.from({ length: moves }), cancels: [], notDone: [] },
    }) as unknown as DecisionAnswer;
  const runs = alike([decision("6", 0), decision("5", 0), decision("4", 1), decision("3", 1), decision("2", 0, 9)]);
  expect(runs.map(({ newest, count, sinceMs }) => [newest.id, count, sinceMs])).toEqual([
    ["6", 2, 5],
    ["4", 1, 4],
    ["3", 1, 3],
    ["2", 1, 2],
  ]);
});

test("steps in a row become one stretch", () => {
  const timeline = { fromMs: 100, stepMs: 10 } as Parameters<typeof stretches>[0];
  expect(stretches(timeline, [true, true, false, true])).toEqual([
    { fromMs: 100, toMs: 120 },
    { fromMs: 130, toMs: 140 },
  ]);
});

test("the question stays the same until a step is over, and a fixed range stays where it was put", () => {
  const day = new URLSearchParams("span=24h");
  const first = shownOf(day, 1_700_000_000_000);
  const stepMs = first.stepMs;
  const edge = Math.ceil(1_700_000_000_000 / stepMs) * stepMs;
  expect(shownOf(day, edge)).toEqual(shownOf(day, edge + stepMs / 10));
  const fixed = shownOf(new URLSearchParams("from=60000&to=6000000"), 1_700_000_000_000);
  expect(fixed).toMatchObject({ fromMs: 60_000, isLive: false });
});

const GIVEN = {
  ...{ author: " ada ", reason: "launch", hold: "1h", until: "", direction: "in", to: "web", how: "range" },
  ...{ count: "8", most: "12", overrideFloor: false, keep: true, confirm: "" },
};

test("an action becomes the request that the API documents", () => {
  const by = { author: "ada", reason: "launch" };
  const scope = { kind: "role", role: "web" } as never;
  expect(callOf({ kind: "pause", scope }, GIVEN)).toEqual({
    method: "POST",
    path: "v1/pause",
    body: { ...by, for: "1h", scope: { role: "web" }, direction: "in" },
  });
  expect(callOf({ kind: "pause", scope: { kind: "pool" } }, { ...GIVEN, hold: "untilResumed" }).body).toEqual({
    ...{ ...by, untilResumed: true, scope: "pool" },
  });
  expect(callOf({ kind: "forceRole", role: "web", count: 8 }, GIVEN)).toMatchObject({
    path: "v1/overrides/roles/web",
    body: { range: { min: 8, max: 12 }, for: "1h" },
  });
  const until = callOf({ kind: "pin", machine: "m01" }, { ...GIVEN, hold: "until", until: "2026-11-23T18:00" });
  expect(until.body).toEqual({ ...by, until: new Date("2026-11-23T18:00").toISOString() });
  expect(callOf({ kind: "unquarantine", machine: "m01" }, GIVEN).body).toEqual(by);
  const post = { method: "POST", body: by };
  expect(callOf({ kind: "resumeRollout", role: "web" }, GIVEN)).toEqual({ ...post, path: "v1/rollouts/web/resume" });
  expect(callOf({ kind: "abortRollout", role: "web", hasWayBack: true }, GIVEN)).toEqual({
    ...{ ...post, path: "v1/rollouts/web/abort", body: { ...by, keep: true } },
  });
  expect(callOf({ kind: "failOver", server: "nfs-a" }, GIVEN)).toEqual({ ...post, path: "v1/storage/nfs-a/fail-over" });
});
