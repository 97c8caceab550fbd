/** A dead machine and the spare that takes its place: what must be so before, and what the record says after. */
import { describe, expect, test } from "vitest";
import { decide } from "../../../src/core/decide/decide.ts";
import { machineName, roleName, SPARE } from "../../../src/core/domain/names.ts";
import type { OverrideAct } from "../../../src/core/domain/override.ts";
import type { PoolState } from "../../../src/core/domain/pool-state.ts";
import {
  isReserved,
  replacementRefusal,
  reservation,
  roleOf,
  withNewHardware,
  withOldHardware,
} from "../../../src/core/operate/replacement.ts";
import { planReplacement } from "../../../src/core/plan/plan-replacement.ts";
import { buildPool, type MachineSpec, NOW_MS, type Pool, type PoolSpec } from "../support/pool.ts";

const PAIR = { machine: machineName("m1"), spare: machineName("s1") };
const WEB = { in: "web" };
const poolOf = (changed: Readonly<Record<string, MachineSpec>> = {}, more: Partial<PoolSpec> = {}): Pool =>
  buildPool({
    machines: { m1: { in: "web", silent: true }, m2: WEB, s1: { in: "spare", off: true }, ...changed },
    policies: { web: { demand: { series: "x", perMachine: 10 } } },
    demand: { web: 10 },
    ...more,
  });
const override = (act: OverrideAct, reason: string) => ({
  ...{ id: "o" as never, act, author: "ada", reason, createdMs: NOW_MS },
  ...{ expiresMs: NOW_MS + 3_600_000, overrideFloor: false },
});
const pin = (reason: string) => override({ kind: "pin", machine: PAIR.spare }, reason);
const refusal = (pool: Pool) => replacementRefusal(PAIR, { ...pool, wallMs: NOW_MS });

describe("a replacement", () => {
  test("is for a dead machine of a role, by a spare that is off", () => {
    expect(refusal(poolOf())).toBeNull();
  });

  test.each<[string, Readonly<Record<string, MachineSpec>>, string]>([
    ["a machine that was no role's", { m1: { in: "spare", silent: true } }, "m1 has no role"],
    ["a machine that was never adopted", { m1: { in: "web", adopted: false } }, "m1 is not adopted"],
    ["a machine in operation", { m1: { in: "web", to: "spare", silent: true } }, "m1 is in operation m1-op"],
    ["a spare in operation", { s1: { in: "spare", to: "web", off: true } }, "s1 is in operation s1-op"],
    ["a machine of a role as the spare", { s1: WEB }, "s1 is no spare"],
    ["a spare in quarantine", { s1: { in: "spare", off: true, quarantine: "burnt" } }, "quarantined: burnt"],
    ["a spare whose BMC is dead", { s1: { in: "spare", unmanageable: "RTK_BMC_AUTH" } }, "unmanageable"],
  ])("is refused for %s", (_, changed, why) => {
    expect(refusal(poolOf(changed))).toContain(why);
  });

  test("is refused for a spare that may not take the role", () => {
    const policies = { web: { demand: { series: "x", perMachine: 10 } }, compile: { demand: "rest" } };
    expect(refusal(poolOf({ s1: { in: "spare", off: true, roles: ["compile"] } }, { policies }))).toBe(
      "fleet.yaml does not let s1 take web",
    );
  });

  test("is refused for a spare that somebody else keeps, and not for its own", () => {
    expect(refusal(poolOf({}, { overrides: [pin("for the new rack")] }))).toContain("for the new rack");
    expect(refusal(poolOf({}, { overrides: [pin(reservation(PAIR))] }))).toBeNull();
    const kept = override({ kind: "maintain", machine: PAIR.spare, power: "off" }, "its fan");
    expect(refusal(poolOf({}, { overrides: [kept] }))).toContain("its fan");
  });
});

test("the role is the one that the machine failed on its way to, before the one it was recorded in", () => {
  const record = poolOf().state.machines.get(PAIR.machine);
  if (record === undefined) throw new Error("m1 is there");
  expect(roleOf(record)).toBe("web");
  const expected = { placement: roleName("compile"), image: null };
  expect(roleOf({ ...record, quarantine: { why: "", sinceMs: 0, operation: null, expected } })).toBe("compile");
  expect(roleOf(undefined)).toBeNull();
});

describe("the record", () => {
  const { state } = poolOf(
    { m1: { in: "web", silent: true, quarantine: "dead" } },
    { overrides: [pin(reservation(PAIR))] },
  );

  test("knows nothing of the new hardware but that it is a cold spare, and the reservation ends", () => {
    expect(isReserved(state, PAIR, NOW_MS)).toBe(true);
    expect(isReserved(state, PAIR, NOW_MS + 3_600_000)).toBe(false);
    const after = withNewHardware(state, PAIR);
    expect(after.machines.get(PAIR.machine)).toMatchObject({
      adopted: true,
      placement: SPARE,
      quarantine: null,
      bootId: null,
    });
    expect(after.overrides).toEqual([]);
  });

  test("has the dead machine in quarantine, and its role in mind, when the hardware is put back", () => {
    const after = withOldHardware(state, PAIR, NOW_MS);
    const dead = after.machines.get(PAIR.machine);
    expect(dead?.quarantine?.why).toContain("dead hardware");
    expect(roleOf(dead)).toBe("web");
    expect(after.machines.get(PAIR.spare)).toMatchObject({ adopted: true, placement: SPARE, quarantine: null });
  });
});

describe("the boot of the new hardware", () => {
  /** As the pool stands once the record has been changed: m1 is off. */
  function planIn(more: Partial<PoolSpec>) {
    const pool = poolOf({ m1: { in: "spare", off: true } }, more);
    const forecasts = new Map();
    const decision = decide({ ...pool, forecasts, lazy: new Map() });
    const state: PoolState = { ...pool.state, roles: decision.charts };
    return planReplacement(
      { ...pool, state, decision },
      {
        machine: PAIR.machine,
        role: roleName("web"),
        reason: "dead",
      },
    );
  }

  test("is one move, for which no window is waited", () => {
    const closed = [{ open: false, nextOpenMs: NOW_MS + 60_000, closesMs: null }];
    const limits = { windows: [{ opens: "0 3 * * *", for: "10m", timezone: "Europe/Berlin" }] };
    const plan = planIn({ windows: closed, limits });
    expect(plan).toMatchObject({ moves: [{ machine: "m1", from: "spare", to: "web", toImage: "web.1" }], cancels: [] });
  });

  test("waits while the pool is paused, and within what may be at once", () => {
    const paused = override({ kind: "pause", scope: { kind: "pool" }, direction: "both" }, "deploy");
    expect(planIn({ overrides: [paused] })).toMatchObject({ why: expect.stringContaining("deploy") });
    const busy = { m2: { in: "web", to: "spare" } };
    expect(planIn({ machines: { m1: { in: "spare", off: true }, ...busy }, limits: { atOnce: 1 } })).toMatchObject({
      why: "1 in operation, at most 1 at once",
    });
  });
});
