/** Where a roll-out stands by the pool's state: its order, its stages, whom it passes over, and the way back. */
import { describe, expect, test } from "vitest";
import { imageName, machineName } from "../../../src/core/domain/names.ts";
import type { MachineRecord } from "../../../src/core/domain/pool-state.ts";
import { beginRollout } from "../../../src/core/rollout/begin-rollout.ts";
import { rolloutEvidence } from "../../../src/core/rollout/judge-rollouts.ts";
import { imageForNewcomer, versionToKeep } from "../../../src/core/rollout/rollout-renewals.ts";
import { channelToPoint, misledLinks, returningFrom, stageSize, survey } from "../../../src/core/rollout/survey.ts";
import { order } from "../support/ticks.ts";
import { begun, NEW, OLD, premisesOf, renewed, request, six, WEB } from "./rollout-pool.ts";

const pool = premisesOf();
const M01 = machineName("m01");

const withRecord = (name: string, change: Partial<MachineRecord>) => {
  const machines = new Map(pool.state.machines);
  const before = machines.get(machineName(name));
  if (before === undefined) throw new Error(`no ${name}`);
  machines.set(machineName(name), { ...before, ...change });
  return { ...pool, state: { ...pool.state, machines } };
};

describe("as it begins", () => {
  test("the order alternates between the racks, and is the same each time", () => {
    const order = begun(pool).order.map(({ machine }) => machine);
    expect(order).toEqual(["m01", "m02", "m03", "m04", "m05", "m06"]);
    const racks = {
      ...six(),
      m02: { in: "web", domains: { rack: "r1" } },
      m03: { in: "web", domains: { rack: "r0" } },
    };
    const other = begun(premisesOf({ machines: racks })).order.map(({ machine }) => machine);
    expect(other.slice(0, 4)).toEqual(["m01", "m03", "m02", "m04"]);
  });

  test("a machine with an image of its own is passed over, and named", () => {
    const machines = { ...six(), m02: { in: "web", image: { web: "web.1" } } };
    expect(begun(premisesOf({ machines })).left).toEqual([
      { machine: "m02", why: "fleet.yaml gives it an image of its own, web.1" },
    ]);
  });

  test.each([
    ["an unknown image", { image: imageName("web.9") }, "RTK_UNKNOWN_IMAGE"],
    ["another role's image", { image: imageName("compile.1") }, "RTK_UNKNOWN_IMAGE"],
    ["what all run already", { image: OLD }, "RTK_NOTHING_TO_ROLL_OUT"],
  ])("%s is refused", (_, given, code) => {
    expect(beginRollout(request(given), pool)).toMatchObject({ ok: false, code });
  });

  test("one at a time, and a channel that is a plain file could never mean the new image", () => {
    const under = { ...pool, state: { ...pool.state, rollouts: [begun(pool)] } };
    expect(beginRollout(request(), under)).toMatchObject({ code: "RTK_ROLLOUT_UNDER_WAY" });
    const plain = { ...pool, observation: { ...pool.observation, channels: new Map([[production, production]]) } };
    expect(beginRollout(request(), plain)).toMatchObject({ code: "RTK_CHANNEL_FILE" });
  });
});
const production = imageName("web.production");

describe("its stages", () => {
  test("cover canaries, then shares of the role rounded up, and never nobody", () => {
    const rollout = begun(pool, { canaries: 2, wavesPercent: [10, 50, 100] });
    expect([0, 1, 2, 3].map((stage) => stageSize(rollout, 6, stage))).toEqual([2, 2, 3, 6]);
  });

  test("a canary that left the role is replaced by the next machine; one that is pinned or unmanageable, too", () => {
    const rollout = begun(pool);
    const gone = withRecord("m01", { placement: null });
    expect(survey(rollout, gone).targets).toEqual(["m02"]);
    expect(survey(rollout, withRecord("m01", { unmanageable: "RTK_BMC_AUTH" })).targets).toEqual(["m02"]);
    const pinned = premisesOf({ overrides: [order({ kind: "pin", machine: M01 })] });
    expect(survey(rollout, pinned)).toMatchObject({
      targets: ["m02"],
      left: [{ machine: "m01", why: "pinned by ada: test" }],
    });
  });

  test("a stage without a single machine proves nothing", () => {
    const empty = { ...pool, state: { ...pool.state, machines: new Map() } };
    expect(rolloutEvidence(begun(pool), empty).isRenewed).toBe(false);
    expect(rolloutEvidence(begun(pool), renewed(pool, ["m01"])).isRenewed).toBe(true);
  });

  test("a reboot is done by another boot id, whatever the image", () => {
    const rollout = begun(pool, { image: null });
    expect(survey(rollout, pool).renewed).toEqual([]);
    expect(survey(rollout, withRecord("m01", { bootId: "another" })).renewed).toEqual(["m01"]);
  });
});

describe("the way back", () => {
  const rollout = begun(pool);
  const failed = withRecord("m01", {
    quarantine: { why: "no beacon", sinceMs: 1, operation: null, expected: { placement: WEB, image: NEW } },
  });

  test("a quarantine on the way to the new image is a failure, one from elsewhere is none", () => {
    expect(survey(rollout, failed).failed).toEqual([{ machine: "m01", why: "no beacon" }]);
    const other = { why: "old", sinceMs: 1, operation: null, expected: { placement: WEB, image: OLD } };
    expect(survey(rollout, withRecord("m01", { quarantine: other })).failed).toEqual([]);
  });

  test("is for whoever runs the new image, but for those who are passed over", () => {
    expect(returningFrom(rollout, renewed(pool, ["m01", "m03"]))).toEqual(["m01", "m03"]);
    const kept = { ...rollout, left: [{ machine: M01, why: "a prototype" }] };
    expect(returningFrom(kept, renewed(pool, ["m01", "m03"]))).toEqual(["m03"]);
  });

  test("is for the link of who did not come back, too, and for a channel that means the new image", () => {
    const facts = new Map(failed.observation.machines);
    const seen = facts.get(M01);
    if (seen === undefined) throw new Error("no m01");
    facts.set(M01, { ...seen, link: { kind: "image", image: NEW } });
    expect(misledLinks(rollout, { ...failed, observation: { ...failed.observation, machines: facts } })).toEqual([
      "m01",
    ]);
    expect(misledLinks(rollout, failed)).toEqual([]);
    const promoted = { ...pool, observation: { ...pool.observation, channels: new Map([[production, NEW]]) } };
    expect(channelToPoint(rollout, promoted, "rollingBack")).toEqual({ channel: production, image: OLD });
    expect(channelToPoint(rollout, pool, "rollingBack")).toBeNull();
    expect(channelToPoint(rollout, pool, "promoting")).toEqual({ channel: production, image: NEW });
  });
});

test("whom a dead file server makes boot anew gets what it ran, but for an image that is being taken back", () => {
  const at = (value: string) => {
    const rollout = begun(pool);
    return { ...pool.state, rollouts: [{ ...rollout, chart: { ...rollout.chart, value } }] };
  };
  expect([versionToKeep(WEB, NEW, at("wave")), versionToKeep(WEB, NEW, at("rollingBack"))]).toEqual([NEW, OLD]);
  expect(versionToKeep(WEB, OLD, at("rollingBack"))).toBe(OLD);
});

test("who comes into the role boots the previous image until the last wave, whatever production means", () => {
  const at = (stage: number, value = "wave", pausedIn = "renewing") => {
    const rollout = begun(pool);
    const chart = { ...rollout.chart, value, context: { ...(rollout.chart.context as object), stage, pausedIn } };
    return imageForNewcomer(WEB, { ...pool.state, rollouts: [{ ...rollout, chart }] });
  };
  expect([at(0, "canary"), at(1), at(2), at(2, "rollingBack")]).toEqual([OLD, OLD, NEW, OLD]);
  expect([at(2, "paused"), at(2, "paused", "promoting")]).toEqual([OLD, NEW]);
  expect(imageForNewcomer(WEB, pool.state)).toBeNull();
});
