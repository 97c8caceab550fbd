/** Which effect follows from which state, and above all: which never does. */
import { expect, test } from "vitest";
import { imageName, machineName, roleName } from "../../../src/core/domain/names.ts";
import type { ChartSnapshot, Operation } from "../../../src/core/domain/operation.ts";
import { nextEffect } from "../../../src/core/operate/next-effect.ts";
import { cancelOperation } from "../../../src/core/operate/operation.statechart.ts";
import type { OperationFacts } from "../../../src/core/operate/operation-facts.ts";
import { CAME_UP, drained, effect, facts, newChart, run, serving, VERIFYING, WAY } from "./operation-facts-fixture.ts";

const operation = (chart: ChartSnapshot): Operation => ({
  id: "m01-1" as Operation["id"],
  machine: machineName("m01"),
  from: roleName("compile"),
  to: roleName("web"),
  fromImage: imageName("compile.1"),
  toImage: imageName("web.1"),
  manner: "usual",
  reason: "web is short",
  plan: "p1" as Operation["plan"],
  startedMs: 0,
  chart,
});

const next = (chart: ChartSnapshot, given: Partial<OperationFacts> = {}): string => {
  const result = nextEffect(operation(chart), facts(given));
  return result.kind === "start" ? result.effect : "wait";
};

test("each state has its effect, and none starts while another runs", () => {
  expect(next(newChart())).toBe("preflight");
  expect(next(run(WAY.draining))).toBe("trafficOff");
  expect(next(run(WAY.draining), { traffic: drained })).toBe("wait");
  expect(next(run(WAY.relinking))).toBe("relink");
  expect(next(run([...VERIFYING, CAME_UP]), { traffic: drained })).toBe("trafficOn");
  expect(next(run(VERIFYING))).toBe("wait");
  expect(next(run(WAY.relinking), { effects: effect("relink", { state: "running" }) })).toBe("wait");
});

test("no preflight and no power-on while the boot server is silent", () => {
  const bootServer = { ok: false as const, why: "no TFTP answer" };
  expect(next(newChart(), { bootServer })).toBe("wait");
  expect(next(run(WAY.poweringOn), { bootServer, power: "off" })).toBe("wait");
});

test("the identity is read just before the first off, and read anew when it is a minute old", () => {
  const chart = run(WAY.poweringOff);
  expect(next(chart)).toBe("identify");
  expect(next(chart, { effects: effect("identify", { ageMs: 1_000 }) })).toBe("softOff");
  expect(next(chart, { effects: effect("identify", { ageMs: 61_000 }) })).toBe("identify");
});

test("a soft off is never issued again, whatever became of it", () => {
  for (const state of ["running", "succeeded", "failed", "lost"] as const) {
    const effects = { ...effect("identify"), ...effect("softOff", { state, code: "RTK_BMC_TIMEOUT" }) };
    const chart = run([...WAY.poweringOff, { effects }]);
    expect(next(chart, { effects }), state).toBe("wait");
  }
});

test("a machine that is cut off hard is identified and switched off, with no soft off before", () => {
  const chart = run([{ effects: effect("preflight") }, { link: "target" }], newChart({ manner: "hard" }));
  const hard = (given: Partial<OperationFacts> = {}): string => {
    const result = nextEffect({ ...operation(chart), manner: "hard" }, facts(given));
    return result.kind === "start" ? result.effect : "wait";
  };
  expect(hard()).toBe("identify");
  expect(hard({ effects: effect("identify") })).toBe("hardOff");
  expect(hard({ effects: { ...effect("identify"), ...effect("hardOff") } })).toBe("wait");
});

test("the hard off comes after the soft one's deadline, or when the BMC refused it, and only once", () => {
  const effects = { ...effect("identify"), ...effect("softOff") };
  const late = run([...WAY.poweringOff, ...Array(180).fill({ effects })]);
  expect(next(late, { effects })).toBe("hardOff");
  expect(next(late, { effects, power: "off" })).toBe("wait");
  const refused = { ...effect("identify"), ...effect("softOff", { state: "failed", code: "RTK_BMC_REFUSED" }) };
  expect(next(run([...WAY.poweringOff, { effects: refused }]), { effects: refused })).toBe("hardOff");
  for (const state of ["succeeded", "failed", "lost"] as const) {
    const both = { ...effects, ...effect("hardOff", { state, ageMs: 3_600_000 }) };
    expect(next(late, { effects: both }), state).toBe("wait");
  }
});

test("on waits until no late duplicate of the off can follow it, and is the only command issued again", () => {
  const chart = run(WAY.poweringOn);
  const off = (ageMs: number) => effect("softOff", { ageMs });
  expect(next(chart, { power: "off", effects: off(16_999) })).toBe("wait");
  expect(next(chart, { power: "off", effects: off(17_000) })).toBe("powerOn");
  const on = (ageMs: number, attempts = 1) => ({ ...off(90_000), ...effect("powerOn", { ageMs, attempts }) });
  expect(next(chart, { power: "off", effects: on(59_000) })).toBe("wait");
  expect(next(chart, { power: "off", effects: on(60_000) })).toBe("powerOn");
  expect(next(chart, { power: "off", effects: on(60_000, 3) })).toBe("wait");
});

test("an undo restores the link first, but gives traffic back even where the link can't be restored", () => {
  const undoing = cancelOperation(run(WAY.poweringOff), "load returned");
  expect(next(undoing, { link: "target", traffic: drained })).toBe("restoreLink");
  expect(next(undoing, { link: "from", traffic: drained })).toBe("trafficOn");
  const readOnly = effect("restoreLink", { state: "failed", code: "RTK_LINK_READ_ONLY" });
  expect(next(undoing, { link: "target", traffic: drained, effects: readOnly })).toBe("trafficOn");
  const later = { ...effect("restoreLink", { state: "failed", ageMs: 10_000 }) };
  expect(next(undoing, { link: "target", traffic: serving, effects: later })).toBe("restoreLink");
});
