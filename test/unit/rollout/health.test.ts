/** Whether a stage is healthy: what the queries say of canaries and of as many old machines, and what is lost since it booted. */
import { describe, expect, test } from "vitest";
import { machineName } from "../../../src/core/domain/names.ts";
import { known, type Reading, unknown } from "../../../src/core/domain/reading.ts";
import { healthOf, healthSample, sampleToAsk } from "../../../src/core/rollout/health.ts";
import { stepRollout } from "../../../src/core/rollout/rollout.statechart.ts";
import { survey } from "../../../src/core/rollout/survey.ts";
import { answered, begun, NEW, POLICY, premisesOf, renewed, six } from "./rollout-pool.ts";

const names = (list: readonly string[]) => list.map((name) => machineName(name));
const pool = premisesOf();
const rollout = begun(pool);
const canary = renewed(pool, ["m01"]);
const SAMPLE = { canaries: names(["m01"]), others: names(["m06"]) };

const judged = (canaries: Reading, others: Reading | null) => {
  const premises = answered(canary, SAMPLE, { canaries, others });
  return healthOf(rollout, survey(rollout, premises), premises);
};

describe("whom the queries are asked of", () => {
  test("nobody before the first has booted; then the canaries, and as many that keep the old image the longest", () => {
    expect(sampleToAsk(rollout, pool)).toBeNull();
    expect(sampleToAsk(rollout, canary)).toEqual(SAMPLE);
  });

  test("each wave has its own canaries, and at the end there is nobody to compare with", () => {
    const soaking = { deltaMs: 60_000, evidence: healthyEvidence };
    const chart = [0, 1].reduce((one) => stepRollout(one, { type: "OBSERVE", ...soaking }), rollout.chart);
    const wave = { ...rollout, chart };
    const half = renewed(pool, ["m01", "m02", "m03"]);
    expect(healthSample(wave, survey(wave, half))).toEqual({ canaries: names(["m02"]), others: names(["m06"]) });
    const all = renewed(pool, Object.keys(six()));
    expect(healthSample(wave, survey(wave, all))).toEqual({ canaries: names(["m02"]), others: [] });
  });

  test("nobody where the policy asks nothing, or nothing is on trial", () => {
    const { health: _, ...quiet } = POLICY;
    const silent = renewed(premisesOf({ policies: { web: quiet } }), ["m01"]);
    expect(sampleToAsk(begun(premisesOf({ policies: { web: quiet } })), silent)).toBeNull();
    const paused = { ...rollout, chart: stepRollout(rollout.chart, { type: "PAUSE", why: "x" }) };
    expect(sampleToAsk(paused, canary)).toBeNull();
  });
});

const healthyEvidence = {
  ...{ failed: null, waits: null, isRenewed: true, isCallingOff: false, isBack: false, isPromoted: false },
  health: { kind: "healthy", why: "" },
} as const;

describe("what the answers mean", () => {
  test.each([
    ["below its limit: healthy", known(0.4), known(0), "healthy"],
    ["not below it, the old image is: sick", known(0.5), known(0), "sick"],
    ["not below it, nobody left to compare with: sick", known(3), null, "sick"],
    ["not below it, the old image is as bad: unclear", known(3), known(0.5), "unclear"],
    ["not below it, the old image unknown: unclear", known(3), unknown("no series"), "unclear"],
    ["unknown: unclear, never healthy", unknown("no series"), known(0), "unclear"],
  ] as const)("%s", (_, canaries, others, kind) => {
    expect(judged(canaries, others).kind).toBe(kind);
  });

  test("the reason names the query, both readings, and the machines", () => {
    expect(judged(known(3), known(0)).why).toBe(
      'errors{machine=~"{machines}"} is 3 on m01, and should be below 0.5; 0 on as many of the old image',
    );
  });

  test("an answer about other machines is none", () => {
    const other = answered(canary, { ...SAMPLE, canaries: names(["m02"]) }, { canaries: known(0), others: known(0) });
    expect(healthOf(rollout, survey(rollout, other), other).kind).toBe("unclear");
  });
});

describe("a machine that is lost after it booted well", () => {
  const lost = (...silent: string[]) => {
    const machines = { ...six(), ...Object.fromEntries(silent.map((name) => [name, { in: "web", silent: true }])) };
    const premises = renewed(premisesOf({ machines }), ["m01"]);
    const asked = answered(premises, SAMPLE, { canaries: known(0), others: known(0) });
    return healthOf(rollout, survey(rollout, asked), asked);
  };

  test("is the new image's fault", () => {
    expect(lost("m01")).toEqual({ kind: "sick", why: "m01: no beacon (no answer)" });
  });

  test("unless its file server is dead, or about to be called so: then it says nothing of the image", () => {
    const storage = [{ name: "nfs-a", address: "10.0.1.20" }];
    const hung = (state: string, isDown: boolean) => {
      const machines = { ...six(), m01: { in: "web", silent: true } };
      const spec = { machines, storage, storageAt: { "nfs-a": [state, { isDown }] as const } };
      const premises = renewed(premisesOf(spec), ["m01"]);
      const { observation } = premises;
      const roots = new Map(observation.roots).set(NEW, "10.0.1.20");
      const seen = { ...premises, observation: { ...observation, roots } };
      return healthOf(rollout, survey(rollout, seen), seen).kind;
    };
    expect([hung("suspect", false), hung("suspect", true), hung("dead", true)]).toEqual(["sick", "healthy", "healthy"]);
  });

  test("unless those on the old image are lost as well", () => {
    expect(lost("m01", "m06").kind).toBe("unclear");
    expect(lost("m06").kind).toBe("healthy");
  });
});
