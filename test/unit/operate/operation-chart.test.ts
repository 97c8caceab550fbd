/** The operation chart, driven purely: each rule of the order of a re-tasking (S8), and the ways back. */
import { describe, expect, test } from "vitest";
import { getShortestPaths } from "xstate/graph";
import { checkSnapshot } from "../../../src/core/domain/chart.ts";
import type { ChartSnapshot } from "../../../src/core/domain/operation.ts";
import {
  cancelOperation,
  contextOf,
  operationChart,
  operationMachine,
  stateOf,
} from "../../../src/core/operate/operation.statechart.ts";
import { CAME_UP, drained, effect, facts, newChart, run, serving, VERIFYING, WAY } from "./operation-facts-fixture.ts";

const failed = { state: "failed", code: "RTK_BMC_AUTH", detail: "wrong password" } as const;

describe("the straight way", () => {
  test("preflight, drain, relink, off, on, verify, warm, done", () => {
    expect(stateOf(run(WAY.draining))).toBe("draining");
    expect(stateOf(run(WAY.relinking))).toBe("relinking");
    expect(stateOf(run(WAY.poweringOff))).toBe("poweringOff");
    expect(stateOf(run(WAY.poweringOn))).toBe("poweringOn");
    expect(stateOf(run(VERIFYING))).toBe("verifying");
    expect(stateOf(run([...VERIFYING, CAME_UP]))).toBe("warming");
    expect(stateOf(run([...VERIFYING, CAME_UP, { ...CAME_UP, traffic: serving }]))).toBe("done");
  });

  test("a spare that is off is neither drained nor switched off", () => {
    const chart = run([{ effects: effect("preflight") }], newChart({ startsOff: true }));
    expect(stateOf(chart)).toBe("relinking");
    expect(stateOf(run([{ link: "target", power: "off" }], chart))).toBe("poweringOn");
  });

  test("a machine that goes to the cold spares is done once it is off", () => {
    const chart = run([{ effects: effect("preflight") }, { traffic: drained }], newChart({ endsOff: true }));
    expect(stateOf(chart)).toBe("poweringOff");
    expect(stateOf(run([{ power: "off", effects: effect("softOff", { ageMs: 17_000 }) }], chart))).toBe("done");
  });
});

describe("the manner of leaving", () => {
  test("hard: no drain, no soft off; the floor is not asked for what serves nobody", () => {
    const chart = run([{ effects: effect("preflight") }], newChart({ manner: "hard" }));
    expect(stateOf(chart)).toBe("relinking");
    const linked = run([{ link: "target", traffic: serving }], chart);
    expect(stateOf(linked)).toBe("poweringOff");
    expect(stateOf(run([{ link: "target", traffic: serving }], linked))).toBe("poweringOff");
    expect(stateOf(run([{ power: "off", effects: effect("hardOff", { ageMs: 17_000 }) }], linked))).toBe("poweringOn");
  });

  test("drainOnly: done once it is drained, or once its policy lets running work be cut short", () => {
    const draining = run([{ effects: effect("preflight") }], newChart({ manner: "drainOnly" }));
    expect(stateOf(run([{ traffic: drained }], draining))).toBe("done");
    const timing = { ...facts().timing, onTimeout: "proceed" as const, drainForMs: 2_000 };
    const busy = { traffic: { ...drained, idle: false }, timing };
    expect(stateOf(run([busy], draining))).toBe("draining");
    expect(stateOf(run([busy, busy, busy], draining))).toBe("done");
  });
});

describe("draining", () => {
  test("running sessions keep it waiting, and a time-out gives traffic back where the policy says cancel", () => {
    const busy = { traffic: { ...drained, idle: false, why: "3 still running" } };
    const waiting = run([...WAY.draining, ...Array(119).fill(busy)]);
    expect(stateOf(waiting)).toBe("draining");
    const late = run([busy, busy], waiting);
    expect(stateOf(late)).toBe("undoing");
    expect(contextOf(late).why).toBe("not drained in time: 3 still running");
  });

  test("proceed cuts running work short, but never reboots a machine that still gets new work", () => {
    const timing = { ...facts().timing, onTimeout: "proceed" as const, drainForMs: 2_000 };
    const off = { traffic: { ...drained, idle: false }, timing };
    expect(stateOf(run([...WAY.draining, off, off, off]))).toBe("relinking");
    const on = { traffic: serving, timing };
    expect(stateOf(run([...WAY.draining, on, on, on]))).toBe("undoing");
  });

  test("a machine that shall only be switched off is not relinked when its drain is cut short", () => {
    const timing = { ...facts().timing, onTimeout: "proceed" as const, drainForMs: 1_000 };
    const off = { traffic: { ...drained, idle: false }, timing };
    expect(stateOf(run([...WAY.draining, off, off], newChart({ endsOff: true })))).toBe("poweringOff");
  });

  test("quiet counts only from when traffic was off: an idle machine may still get a job from an old hosts file", () => {
    const timing = { ...facts().timing, quietForMs: 5_000 };
    const quiet = { traffic: { ...drained, quietMs: 3_600_000 }, timing };
    const chart = run([...WAY.draining, ...Array(5).fill(quiet)]);
    expect(stateOf(chart)).toBe("draining");
    expect(stateOf(run([quiet], chart))).toBe("relinking");
  });
});

describe("the way back", () => {
  const ways = [["draining"], ["relinking"], ["poweringOff"]] as const;
  test.each(ways)("in %s, before the off is sent, a cancellation undoes", (state) => {
    const chart = cancelOperation(run(WAY[state]), "load returned");
    expect(stateOf(chart)).toBe("undoing");
    expect(contextOf(chart).why).toBe("load returned");
  });

  test.each(ways)("in %s, a floor that would no longer hold undoes", (state) => {
    expect(stateOf(run([...WAY[state], { abort: "the floor" }]))).toBe("undoing");
  });

  test("an undo ends only when the link is seen restored and traffic is seen back", () => {
    const undoing = cancelOperation(run(WAY.poweringOff), "load returned");
    expect(stateOf(run([{ link: "target", traffic: drained }], undoing))).toBe("undoing");
    expect(stateOf(run([{ link: "from", traffic: drained }], undoing))).toBe("undoing");
    expect(stateOf(run([{ link: "from", traffic: serving }], undoing))).toBe("undone");
  });

  test("a refused password at the power-off undoes: nothing was sent", () => {
    expect(stateOf(run([...WAY.poweringOff, { effects: effect("softOff", failed) }]))).toBe("undoing");
  });
});

describe("after the power-off was sent there is no way back", () => {
  const sent: readonly ["running" | "succeeded" | "lost"][] = [["running"], ["succeeded"], ["lost"]];
  test.each(sent)("neither a cancellation nor the floor undoes an off that is %s", (state) => {
    const chart = run([...WAY.poweringOff, { effects: effect("softOff", { state }) }]);
    expect(stateOf(cancelOperation(chart, "load returned"))).toBe("poweringOff");
    expect(stateOf(run([{ abort: "the floor", effects: effect("softOff", { state }) }], chart))).toBe("poweringOff");
  });

  test("a command that timed out may have been executed, so it is no way back either", () => {
    const timedOut = effect("softOff", { state: "failed", code: "RTK_BMC_TIMEOUT" });
    expect(stateOf(run([...WAY.poweringOff, { effects: timedOut }]))).toBe("poweringOff");
  });

  test("unknown is not off: with no proof of off the machine is quarantined, never switched on", () => {
    const unknown = { effects: effect("softOff"), power: "unknown" as const, powerWhy: "the BMC is silent" };
    const chart = run([...WAY.poweringOff, ...Array(302).fill(unknown)]);
    expect(stateOf(chart)).toBe("quarantined");
    expect(contextOf(chart).why).toBe("did not switch off: the BMC is silent");
  });

  test("the same boot id is no proof of a boot, however right the role looks", () => {
    expect(stateOf(run([...VERIFYING, { boot: { kind: "old", why: "" } }]))).toBe("verifying");
  });

  test("a machine that comes up in the wrong role is quarantined", () => {
    const chart = run([...VERIFYING, { boot: { kind: "wrong", why: "came up in role compile instead of web" } }]);
    expect(stateOf(chart)).toBe("quarantined");
    expect(contextOf(chart).why).toContain("compile instead of web");
  });

  test("a machine that never comes up is quarantined at the boot deadline, but time without a boot server doesn't count", () => {
    const silent = {
      boot: { kind: "silent" as const, why: "refused" },
      timing: { ...facts().timing, bootDeadlineMs: 5_000 },
    };
    const down = { ...silent, bootServer: { ok: false as const, why: "no TFTP answer" } };
    const waited = run([...VERIFYING, ...Array(60).fill(down)]);
    expect(stateOf(waited)).toBe("verifying");
    expect(stateOf(run(Array(6).fill(silent), waited))).toBe("quarantined");
  });

  test("warming waits for the proxy to find it up, for as long as the policy says", () => {
    const timing = { ...facts().timing, warmUpMs: 3_000 };
    const down = { ...CAME_UP, traffic: { ...serving, up: false }, timing };
    const up = { ...CAME_UP, traffic: serving, timing };
    const warming = run([...VERIFYING, CAME_UP, down, down, up, up, up]);
    expect(stateOf(warming)).toBe("warming");
    expect(stateOf(run([up], warming))).toBe("done");
  });
});

test("its whole state survives as JSON, and goes on where it was", () => {
  const stored = JSON.parse(JSON.stringify(run(VERIFYING))) as ChartSnapshot;
  expect(checkSnapshot(operationChart, stored)).toBeNull();
  expect(stateOf(run([CAME_UP], stored))).toBe("warming");
  expect(checkSnapshot(operationChart, { ...stored, value: "nonsense" })).toContain("unknown state");
  expect(checkSnapshot(operationChart, { ...stored, context: {} })).toContain("does not fit");
});

test("a file server that dies between the off and the on: it is switched on first, and then stranded", () => {
  const dead = { bootsFromDead: "its file server nfs-a is dead", effects: effect("softOff", { ageMs: 17_000 }) };
  const off = run([...WAY.poweringOn, { ...dead, power: "off" }, { ...dead, power: "off" }]);
  expect(stateOf(off)).toBe("poweringOn");
  expect(
    stateOf(
      run(
        [
          { ...dead, power: "on" },
          { ...dead, power: "on" },
        ],
        off,
      ),
    ),
  ).toBe("stranded");
  expect(stateOf(run([...VERIFYING, { ...dead, power: "off" }]))).toBe("poweringOn");
});

test("every state of the chart can be reached, and every one but an end be left", () => {
  const ticks: Parameters<typeof facts>[0][] = [
    ...WAY.poweringOn,
    { power: "on", effects: effect("powerOn") },
    { ...CAME_UP, traffic: serving },
    { link: "from", traffic: serving },
    { abort: "the floor" },
    { boot: { kind: "wrong", why: "wrong role" }, power: "on" },
    { bootsFromDead: "its file server nfs-a is dead", power: "on", effects: effect("softOff", { ageMs: 17_000 }) },
  ];
  const paths = getShortestPaths(operationMachine, {
    input: { fromBootId: "boot-1", startsOff: false, endsOff: false, manner: "usual" },
    events: ticks.map((given) => ({ type: "OBSERVE" as const, deltaMs: 1, facts: facts(given) })),
    serializeState: (snapshot) => `${String(snapshot.value)} ${(snapshot.context as { offSent: boolean }).offSent}`,
  });
  const reached = new Set(paths.map(({ state }) => String(state.value)));
  expect([...reached].sort()).toEqual(Object.keys(operationMachine.states).sort());
  for (const [name, node] of Object.entries(operationMachine.states)) {
    const targets = [...node.transitions.values()].flat().flatMap(({ target }) => target ?? []);
    const isEnd = node.type === "final";
    expect(
      targets.some(({ key }) => key !== name),
      `${name} can be left`,
    ).toBe(!isEnd);
  }
});
