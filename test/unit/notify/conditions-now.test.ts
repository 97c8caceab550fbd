/** What people are told of, out of a real tick over a simulated farm with one thing changed. */
import { beforeAll, describe, expect, test } from "vitest";
import type { Tick } from "../../../src/control/controller.ts";
import { stepMode } from "../../../src/core/decide/mode.statechart.ts";
import { imageName, machineName, type OverrideId } from "../../../src/core/domain/names.ts";
import type { PoolState } from "../../../src/core/domain/pool-state.ts";
import { newMachineRecord } from "../../../src/core/domain/pool-state.ts";
import { unknown } from "../../../src/core/domain/reading.ts";
import type { Rollout } from "../../../src/core/domain/rollout.ts";
import type { Condition } from "../../../src/core/notify/condition.ts";
import { conditionsNow, type Premises } from "../../../src/core/notify/conditions-now.ts";
import { newRolloutChart, stepRollout } from "../../../src/core/rollout/rollout.statechart.ts";
import { type Bench, BY, MONDAY_MS, startBench, WEB } from "../http/support/bench.ts";

let bench: Bench;
let premises: Premises;
beforeAll(async () => {
  bench = await startBench();
  const { controller } = bench;
  const { observation, decision } = controller.last as Tick;
  premises = { site: controller.configured.site(), state: controller.state, observation, decision, waiting: null };
});

const found = (change: Partial<Premises>): Condition[] => conditionsNow({ ...premises, ...change });
const withState = (change: Partial<PoolState>): Condition[] => found({ state: { ...premises.state, ...change } });

test("of a healthy farm nobody is told anything", () => {
  expect(found({})).toEqual([]);
});

test("a quarantine is told at once, with the command that ends it; the same machine's next one is another", () => {
  const inQuarantine = (sinceMs: number) => {
    const quarantine = { why: "no beacon came\u001b[2J\n(last words)", sinceMs, operation: null, expected: null };
    const machines = new Map(premises.state.machines).set(machineName("m07"), { ...newMachineRecord(), quarantine });
    return withState({ machines });
  };
  const [first, ...others] = inQuarantine(MONDAY_MS);
  expect(others).toEqual([]);
  expect(first).toMatchObject({ kind: "quarantine", subject: "m07", severity: "warning", afterMs: 0 });
  expect(first?.summary).toBe("m07 is in quarantine: no beacon came [2J (last words)");
  expect(first?.next).toContain("`retask unquarantine m07`");
  expect(inQuarantine(MONDAY_MS + 1)[0]?.key).not.toBe(first?.key);
});

describe("holds", () => {
  const bootServer = { ok: false, why: "no answer" } as const;

  test("a silent boot server is told once it has been silent for two minutes", () => {
    const conditions = found({ observation: { ...premises.observation, bootServer } });
    expect(conditions).toMatchObject([{ kind: "hold", key: "hold:bootServer", subject: "pool", afterMs: 120_000 }]);
    expect(conditions[0]?.summary).toContain("operations wait for the boot server: no answer");
  });

  test("a role whose demand is unknown holds", () => {
    const web = premises.decision.roles.get(WEB);
    if (web === undefined) throw new Error("no web");
    const roles = new Map(premises.decision.roles).set(WEB, { ...web, demand: unknown("no series") });
    const conditions = found({ decision: { ...premises.decision, roles } });
    expect(conditions).toMatchObject([{ kind: "hold", key: "hold:demand:web", subject: "web" }]);
    expect(conditions[0]?.summary).toBe("web holds its machines: its demand is unknown (no series)");
  });

  test("while most machines are unknown that is told, and not the floors that nobody can see", () => {
    const observation = { ...premises.observation, machines: new Map() };
    const web = premises.decision.roles.get(WEB);
    if (web === undefined) throw new Error("no web");
    const roles = new Map([[WEB, { ...web, counts: { ...web.counts, forFloor: 0 } }]]);
    const conditions = found({ observation, decision: { ...premises.decision, roles } });
    expect(conditions.map(({ key }) => key)).toEqual(["hold:blind"]);
  });
});

test("an open breaker is told as a breaker: a rack's by the rack's name", () => {
  const failure = (machine: string) => ({
    machine: machineName(machine),
    image: null,
    rack: "r1",
    effect: null,
    why: "no beacon came",
    ageMs: 0,
    overcome: false,
  });
  const conditions = withState({ failures: ["m01", "m02", "m03"].map(failure) });
  expect(conditions).toMatchObject([{ kind: "breaker", key: "breaker:rack:r1", severity: "critical", afterMs: 0 }]);
});

test("the pool's breaker is told once, as a breaker, and not again as the hold that it is", () => {
  const evidence = {
    configured: "auto",
    adopted: true,
    paused: "by ada",
    tripped: "3 failures",
    stopped: null,
  } as const;
  const conditions = withState({ mode: stepMode(premises.state.mode, evidence) });
  expect(conditions.map(({ key }) => key)).toEqual(["hold:paused"]);
});

describe("floors", () => {
  const withWeb = (forFloor: number, wanted: number, floor = 4) => {
    const web = premises.decision.roles.get(WEB);
    if (web === undefined) throw new Error("no web");
    const changed = { ...web, floor, counts: { ...web.counts, forFloor }, wanted: { ...web.wanted, count: wanted } };
    const roles = new Map([[WEB, changed]]);
    return found({ decision: { ...premises.decision, roles } }).map(({ key, severity }) => `${key} ${severity}`);
  };

  test.each([
    ["below it, whatever the role wants", 3, 2, ["floorMargin:web:below critical"]],
    ["at it, and wanting more: one failure from below", 4, 6, ["floorMargin:web:none warning"]],
    ["at it, and wanting no more: every night", 4, 4, []],
    ["above it", 5, 9, []],
  ])("%s", (_, forFloor, wanted, expected) => {
    expect(withWeb(forFloor, wanted)).toEqual(expected);
  });

  test("a role without a floor has no margin to lose", () => {
    expect(withWeb(0, 3, 0)).toEqual([]);
  });

  test("before adoption no machine counts, and nobody is told", () => {
    const roles = new Map([...premises.decision.roles].map(([role, one]) => [role, { ...one, floor: 99 }]));
    const decision = { ...premises.decision, roles };
    expect(found({ decision })).not.toEqual([]);
    expect(found({ decision, state: { ...premises.state, adopted: false } })).toEqual([]);
  });
});

test("an override is told in the last tenth of its life, whose it is and why it was set; not once it is over", () => {
  const { wallMs } = premises.observation;
  const act = { kind: "pause", scope: { kind: "role", role: WEB }, direction: "out" } as const;
  const ending = (expiresMs: number | null) => {
    const override = {
      id: "o-1" as OverrideId,
      act,
      ...BY,
      createdMs: wallMs - 900_000,
      expiresMs,
      overrideFloor: false,
    };
    return withState({ overrides: [override] });
  };
  const [first] = ending(wallMs + 90_000);
  expect(first).toMatchObject({ kind: "expiry", key: "expiry:o-1", subject: "web", severity: "info" });
  expect(first?.summary).toMatch(/^the pause of role web.* by ada ends soon: a disk is changed$/);
  expect(ending(wallMs + 110_000)).toEqual([]);
  expect(ending(wallMs)).toEqual([]);
  expect(ending(null)).toEqual([]);
});

test("a roll-out that stopped by itself is told, until a day after its end; one that was aborted is not", () => {
  const image = imageName("web.2");
  const chart = newRolloutChart({ stage: 0, lastStage: 1, soakMs: 0, hasWayBack: true });
  const rollout: Rollout = {
    ...{ role: WEB, aim: { kind: "image", image, previous: image }, canaries: 1, wavesPercent: [100], soakMs: 0 },
    ...{ order: [], left: [], author: "ada", reason: "x", startedMs: MONDAY_MS, endedMs: null, chart },
  };
  const told = (change: Partial<Rollout>) => withState({ rollouts: [{ ...rollout, ...change }] });
  const evidence = { failed: "m01 did not come back", health: { kind: "healthy", why: "" }, waits: null } as const;
  const rest = { isRenewed: false, isCallingOff: false, isBack: false, isPromoted: false };
  const failed = stepRollout(chart, { type: "OBSERVE", deltaMs: 1, evidence: { ...evidence, ...rest } });
  expect(told({})).toEqual([]);
  expect(told({ chart: failed })).toMatchObject([{ kind: "rollout", subject: "web", severity: "warning" }]);
  expect(told({ chart: failed })[0]?.summary).toBe("the roll-out of web.2 has stopped: m01 did not come back");
  const now = premises.observation.wallMs;
  expect(told({ chart: failed, endedMs: now - 86_399_000 })).toHaveLength(1);
  expect(told({ chart: failed, endedMs: now - 86_400_000 })).toEqual([]);
  expect(told({ chart: stepRollout(chart, { type: "ABORT", why: "no", keeps: false }) })).toEqual([]);
});

test("a configuration that waits is told with its reasons, and the command that accepts it", () => {
  const waiting = { digest: "1f2e3d4c5b6a7890", reasons: ["web: floor 4 → 2"] };
  const [first] = found({ waiting });
  expect(first).toMatchObject({ kind: "acceptance", key: "acceptance:1f2e3d4c5b6a", severity: "warning" });
  expect(first?.summary).toContain("web: floor 4 → 2");
  expect(first?.next).toContain("`retask accept 1f2e3d4c5b6a`");
});
