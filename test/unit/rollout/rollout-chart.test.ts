/** The rollout chart: stages, soaks, what stops it, and what only lets it wait. */
import { describe, expect, test } from "vitest";
import { getShortestPaths } from "xstate/graph";
import { checkSnapshot } from "../../../src/core/domain/chart.ts";
import type { ChartSnapshot } from "../../../src/core/domain/operation.ts";
import {
  newRolloutChart,
  rolloutChart,
  rolloutContext,
  rolloutMachine,
  rolloutState,
  stepRollout,
} from "../../../src/core/rollout/rollout.statechart.ts";
import type { RolloutEvent, RolloutEvidence } from "../../../src/core/rollout/rollout-steps.ts";

const SOAK_MS = 60_000;
const INPUT = { stage: 0, lastStage: 1, soakMs: SOAK_MS, hasWayBack: true };
const quiet: RolloutEvidence = {
  failed: null,
  waits: null,
  health: { kind: "healthy", why: "" },
  isRenewed: false,
  isCallingOff: false,
  isBack: false,
  isPromoted: false,
};
const sick = { kind: "sick", why: "errors on m01" } as const;
const unclear = { kind: "unclear", why: "no answer" } as const;

const seen = (given: Partial<RolloutEvidence> = {}, deltaMs = 10_000): RolloutEvent => ({
  type: "OBSERVE",
  deltaMs,
  evidence: { ...quiet, ...given },
});
const run = (events: readonly RolloutEvent[], from = newRolloutChart(INPUT)): ChartSnapshot =>
  events.reduce((chart, event) => stepRollout(chart, event), from);
const stateAfter = (events: readonly RolloutEvent[], from?: ChartSnapshot) => rolloutState(run(events, from));

const renewed = seen({ isRenewed: true });
const soaked = seen({ isRenewed: true }, SOAK_MS);
const pause: RolloutEvent = { type: "PAUSE", why: "lunch" };
const resume: RolloutEvent = { type: "RESUME", why: "back" };
const abort: RolloutEvent = { type: "ABORT", why: "no", keeps: false };
const soaking = run([renewed]);

describe("the straight way", () => {
  test("canary, soak, wave, soak, promoting, done", () => {
    expect(stateAfter([seen()])).toBe("canary");
    expect(stateAfter([renewed])).toBe("soaking");
    expect(stateAfter([renewed, soaked])).toBe("wave");
    expect(stateAfter([renewed, soaked, renewed])).toBe("soaking");
    expect(stateAfter([renewed, soaked, renewed, soaked])).toBe("promoting");
    expect(stateAfter([renewed, soaked, renewed, soaked, seen({ isPromoted: true })])).toBe("done");
  });

  test("without canaries it begins with the first wave, the only one where it is universal", () => {
    const universal = newRolloutChart({ ...INPUT, stage: 1 });
    expect(stateAfter([seen()], universal)).toBe("wave");
    expect(stateAfter([seen(), renewed, soaked], universal)).toBe("promoting");
  });

  test("a soak survives a restart, and downtime adds nothing to it", () => {
    const restored = JSON.parse(JSON.stringify(run([seen({ isRenewed: true }, 40_000)], soaking)));
    expect(checkSnapshot(rolloutChart, restored)).toBeNull();
    expect(stateAfter([seen({ isRenewed: true }, 19_999)], restored)).toBe("soaking");
    expect(stateAfter([seen({ isRenewed: true }, 20_000)], restored)).toBe("wave");
  });

  test("a stage that lost a machine renews another, and soaks anew", () => {
    const back = run([seen({ isRenewed: true }, 50_000), seen()], soaking);
    expect(rolloutState(back)).toBe("canary");
    expect(stateAfter([renewed, seen({ isRenewed: true }, 50_000)], back)).toBe("soaking");
  });
});

describe("what stops it", () => {
  test.each([run([]), run([renewed, soaked]), soaking])("a machine that did not come back, at once", (from) => {
    const stopping = run([seen({ failed: "m01 did not come back" })], from);
    expect(rolloutState(stopping)).toBe("stopping");
    expect(rolloutContext(stopping).why).toBe("m01 did not come back");
  });

  test("sickness that lasts for a minute; a single bad reading does not", () => {
    const once = run([seen({ isRenewed: true, health: sick }, 59_000)], soaking);
    expect(rolloutState(once)).toBe("soaking");
    expect(rolloutContext(run([renewed], once))).toMatchObject({ sickMs: 0, why: null });
    expect(stateAfter([seen({ isRenewed: true, health: sick }, 1_000)], once)).toBe("stopping");
  });

  test("after it what is on its way is called off first, and then the rest goes back", () => {
    const stopping = run([abort], soaking);
    expect(stateAfter([seen({ isCallingOff: true })], stopping)).toBe("stopping");
    expect(stateAfter([seen()], stopping)).toBe("rollingBack");
    expect(stateAfter([seen(), seen()], stopping)).toBe("rollingBack");
    expect(stateAfter([seen(), seen({ isBack: true })], stopping)).toBe("rolledBack");
  });

  test("kept on purpose, or with nothing to go back to, it only ends", () => {
    expect(stateAfter([{ ...abort, keeps: true }, seen()], soaking)).toBe("stopped");
    const reboot = newRolloutChart({ ...INPUT, hasWayBack: false });
    expect(stateAfter([seen({ failed: "m01" }), seen()], reboot)).toBe("stopped");
  });

  test("a role that is gone ends it from wherever it is", () => {
    expect(stateAfter([abort, seen(), { type: "ROLE_GONE", why: "role web is gone" }])).toBe("stopped");
  });
});

describe("what only lets it wait", () => {
  test("time in which nobody knows its health does not count towards the soak", () => {
    const waiting = run([seen({ isRenewed: true, health: unclear }, 59_000)], soaking);
    expect(rolloutContext(waiting)).toMatchObject({ soakedMs: 0, why: "no answer" });
    expect(stateAfter([seen({ isRenewed: true }, 59_999)], waiting)).toBe("soaking");
  });

  test("while something else goes first no time counts, nor does it pause by itself, however long that lasts", () => {
    const waits = { isRenewed: true, waits: "nfs-a is dead" };
    const first = run([seen({ ...waits, health: unclear }, 3_600_000), seen(waits, 3_600_000)], soaking);
    expect([rolloutState(first), rolloutContext(first).soakedMs]).toEqual(["soaking", 0]);
    expect(rolloutContext(first).why).toBe("nfs-a is dead");
    expect(rolloutContext(run([renewed], first)).why).toBeNull();
    expect(stateAfter([seen({ ...waits, failed: "m01" })], first)).toBe("stopping");
    expect(
      stateAfter([seen({ ...waits, health: sick }, 30_000), seen({ ...waits, health: sick }, 30_000)], first),
    ).toBe("stopping");
  });

  test("after ten minutes of it, it pauses by itself, and says why", () => {
    const paused = run([seen({ isRenewed: true, health: unclear }, 600_000)], soaking);
    expect(rolloutState(paused)).toBe("paused");
    expect(rolloutContext(paused).why).toBe("paused by itself: no answer");
  });

  test("a pause keeps its time, and goes on where it was", () => {
    const half = run([seen({ isRenewed: true }, 30_000), pause, seen({}, 600_000)], soaking);
    expect(rolloutState(half)).toBe("paused");
    expect(stateAfter([resume, seen({ isRenewed: true }, 30_000)], half)).toBe("wave");
    expect(stateAfter([pause, resume])).toBe("canary");
    expect(stateAfter([renewed, soaked, pause, resume])).toBe("wave");
    expect(stateAfter([renewed, soaked, renewed, soaked, pause, resume])).toBe("promoting");
  });
});

test("every state of the chart can be reached, and every one but the ends can be left", () => {
  const events: RolloutEvent[] = [
    seen({ isRenewed: true }, SOAK_MS),
    seen({ failed: "m01" }),
    seen({ isPromoted: true, isBack: true, isRenewed: true }, SOAK_MS),
    pause,
    abort,
    { ...abort, keeps: true },
  ];
  const paths = getShortestPaths(rolloutMachine, {
    input: INPUT,
    events,
    serializeState: ({ value, context }) => JSON.stringify([value, context.stage, context.keeps]),
  });
  const reached = new Set(paths.map(({ state }) => String(state.value)));
  expect([...reached].sort()).toEqual(Object.keys(rolloutMachine.states).sort());
  for (const [name, node] of Object.entries(rolloutMachine.states)) {
    const targets = [...node.transitions.values()].flat().flatMap(({ target }) => target ?? []);
    expect(
      targets.some(({ key }) => key !== name),
      `${name} can be left`,
    ).toBe(node.type !== "final");
  }
});
