/** How an operation begins: with what is proven of its machine, not with what was last heard of it. */
import { expect, test } from "vitest";
import { imageName, machineName, roleName } from "../../../src/core/domain/names.ts";
import type { MachineFacts } from "../../../src/core/domain/observation.ts";
import type { Plan } from "../../../src/core/domain/plan.ts";
import { beginPlan } from "../../../src/core/operate/begin.ts";
import { contextOf } from "../../../src/core/operate/operation.statechart.ts";
import { buildPool } from "../support/pool.ts";

const m01 = machineName("m01");
const off = (readings: number) => ({ power: { kind: "off", ageMs: 0, readings } }) as const;
const HOURS_MS = 7_200_000;

const move = {
  machine: m01,
  from: "spare",
  to: roleName("web"),
  fromImage: null,
  toImage: imageName("web.1"),
  reason: "",
} as const;
const plan = { id: "p", atMs: 0, moves: [move], cancels: [], notDone: [] } as unknown as Plan;
const spare = () => buildPool({ machines: { m01: { in: "spare" } }, policies: { web: { demand: "rest" } } });

function startsOff(given: (seen: MachineFacts) => Partial<MachineFacts>): boolean | undefined {
  const pool = spare();
  const seen = pool.observation.machines.get(m01);
  if (seen === undefined) throw new Error("m01 was not observed");
  const machines = new Map([[m01, { ...seen, ...given(seen) }]]);
  const [operation] = beginPlan(pool.state, plan, { ...pool.observation, machines }, pool.site).operations.values();
  return operation && contextOf(operation.chart).startsOff;
}

test("a cold spare starts off, also when its last beacon of hours ago is still remembered", () => {
  expect(startsOff(() => ({ ...off(2), beacon: { kind: "silent", why: "refused" } }))).toBe(true);
  expect(
    startsOff(({ beacon }) => ({
      ...off(2),
      ...(beacon.kind === "heard" && { beacon: { ...beacon, ageMs: HOURS_MS } }),
    })),
  ).toBe(true);
});

test("a spare that was heard after its BMC was last read was switched on by hand: it takes the whole way", () => {
  const read = { power: { kind: "off", ageMs: 90_000, readings: 40 } } as const;
  const heard = (ageMs: number) =>
    startsOff(({ beacon }) => ({ ...read, ...(beacon.kind === "heard" && { beacon: { ...beacon, ageMs } }) }));
  expect([heard(3_000), heard(100_000)]).toEqual([false, true]);
});

test("a spare that answers, or was seen off only once, takes the whole way", () => {
  expect(startsOff(() => ({}))).toBe(false);
  expect(startsOff(() => off(2))).toBe(false);
  expect(startsOff(() => ({ ...off(1), beacon: { kind: "silent", why: "refused" } }))).toBe(false);
});

test("no two operations of a machine ever have the same id, also where the clock is set back to the first one's moment", () => {
  const { state, observation, site } = spare();
  const wallMs = [5_000, 5_000, 9_000, 5_000, 1_000, 9_001, 20_000];
  let now = state;
  const ids = wallMs.map((ms) => {
    now = beginPlan({ ...now, operations: new Map() }, plan, { ...observation, wallMs: ms }, site);
    return [...now.operations.keys()][0];
  });
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.at(-1)).toBe(`m01-${(20_000).toString(36)}`);
});
