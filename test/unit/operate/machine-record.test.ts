/** The record of one machine: boots, BMCs that can't be used, and the way out of quarantine. */
import { expect, test } from "vitest";
import type { Machine } from "../../../src/core/domain/fleet.ts";
import { imageName, machineName, roleName } from "../../../src/core/domain/names.ts";
import type { MachineFacts, PowerFact } from "../../../src/core/domain/observation.ts";
import type { Policy } from "../../../src/core/domain/policy.ts";
import { type MachineRecord, newMachineRecord } from "../../../src/core/domain/pool-state.ts";
import type { Site } from "../../../src/core/domain/site.ts";
import type { PoolEvent } from "../../../src/core/operate/events.ts";
import { judgeRecord } from "../../../src/core/operate/machine-record.ts";

const web = roleName("web");
const machine = { name: machineName("m01"), mac: "00:11:22:33:44:55" } as Machine;
const report = {
  machine: "m01",
  mac: machine.mac,
  role: "web",
  image: "web.1",
  bootId: "b2",
  uptimeS: 301,
  distcc: null,
};
const facts = (given: Partial<MachineFacts> = {}): MachineFacts => ({
  beacon: { kind: "heard", report, ageMs: 0 },
  power: { kind: "on", ageMs: 0, readings: 3 },
  link: { kind: "image", image: imageName("web.1") },
  traffic: { kind: "on", up: true },
  strayTraffic: [],
  bootStage: null,
  distcc: null,
  quietMs: 0,
  ...given,
});
const record: MachineRecord = {
  ...newMachineRecord(),
  adopted: true,
  placement: web,
  image: imageName("web.1"),
  bootId: "b2",
};
const unknown = (code: Extract<PowerFact, { kind: "unknown" }>["code"], failures: number): PowerFact => ({
  kind: "unknown",
  why: "no answer",
  code,
  failures,
});
const siteWith = (traffic: object): Site =>
  ({ policies: new Map([[web, { traffic } as Policy]]) as Site["policies"] }) as Site;
const RELEASE_MS = 300_000;
const judge = (
  before: MachineRecord,
  seen: MachineFacts,
  { inOperation = false, site = siteWith({ haproxy: {} }), wallMs = RELEASE_MS } = {},
) => {
  const events: PoolEvent[] = [];
  return {
    after: judgeRecord(machine, before, seen, { site, wallMs, inOperation }, events),
    events: events.map(({ kind }) => kind),
  };
};

test("nothing new leaves the very same object, so that nothing is stored again", () => {
  expect(judge(record, facts()).after).toBe(record);
});

test("three failures in a row make a BMC unusable, a refused password or a strange GUID does at once", () => {
  expect(judge(record, facts({ power: unknown("RTK_BMC_TIMEOUT", 2) })).after.unmanageable).toBeNull();
  expect(judge(record, facts({ power: unknown("RTK_BMC_TIMEOUT", 3) })).after.unmanageable).toContain(
    "RTK_BMC_TIMEOUT",
  );
  expect(judge(record, facts({ power: unknown("RTK_BMC_AUTH", 1) }))).toMatchObject({ events: ["unmanageable"] });
  expect(judge(record, facts({ power: unknown("RTK_BMC_WRONG_GUID", 1) })).events).toEqual(["unmanageable"]);
});

test("an unmanageable machine is never quarantined for it, and is manageable as soon as its BMC answers", () => {
  const sick = judge(record, facts({ power: unknown("RTK_BMC_AUTH", 1) })).after;
  expect(sick.quarantine).toBeNull();
  const { after, events } = judge(sick, facts());
  expect(after.unmanageable).toBeNull();
  expect(events).toEqual(["manageable"]);
});

test("not having asked tells nothing about a BMC", () => {
  const sick = { ...record, unmanageable: "RTK_BMC_AUTH: refused" };
  expect(judge(sick, facts({ power: unknown(null, 0) })).after.unmanageable).toBe(sick.unmanageable);
  expect(judge(record, facts({ power: unknown("RTK_DRY_RUN", 9) })).after.unmanageable).toBeNull();
});

test("a boot that nobody ordered is noted; in operation the old boot id stays, for it proves the new boot", () => {
  const before = { ...record, bootId: "b1" };
  expect(judge(before, facts())).toMatchObject({ after: { bootId: "b2" }, events: ["selfReboot"] });
  expect(judge(before, facts(), { inOperation: true })).toMatchObject({ after: { bootId: "b1" }, events: [] });
});

const quarantined: MachineRecord = {
  ...record,
  placement: roleName("compile"),
  quarantine: {
    why: "did not come up in time",
    sinceMs: 0,
    operation: null,
    expected: { placement: web, image: imageName("web.1") },
  },
};

test("a machine that comes back late as what it should be is released, once it has stayed up", () => {
  const { after, events } = judge(quarantined, facts());
  expect(after).toMatchObject({ quarantine: null, placement: "web", image: "web.1" });
  expect(events).toEqual(["released"]);
});

const NOT_RELEASED: readonly [string, Partial<MachineFacts>][] = [
  ["it has not stayed up", { beacon: { kind: "heard", report: { ...report, uptimeS: 299 }, ageMs: 0 } }],
  ["its beacon is old", { beacon: { kind: "heard", report, ageMs: 10_000 } }],
  ["it runs another role", { beacon: { kind: "heard", report: { ...report, role: "compile" }, ageMs: 0 } }],
  ["it runs another image", { beacon: { kind: "heard", report: { ...report, image: "web.0" }, ageMs: 0 } }],
  ["another machine answers", { beacon: { kind: "heard", report: { ...report, mac: "00:11:22:33:44:66" }, ageMs: 0 } }],
  ["its link names something else", { link: { kind: "image", image: imageName("web.0") } }],
  ["nobody can say whether it gets work", { traffic: { kind: "unknown", why: "EIO" } }],
  ["its BMC says off", { power: { kind: "off", ageMs: 0, readings: 1 } }],
];
test.each(NOT_RELEASED)("it stays in quarantine while %s", (_, given) => {
  expect(judge(quarantined, facts(given)).after.quarantine).not.toBeNull();
});

test("it stays in quarantine for a while even if it was up long before: that its proxy found it down is seen no more", () => {
  expect(judge(quarantined, facts(), { wallMs: RELEASE_MS - 1 }).after.quarantine).not.toBeNull();
});

test.each([-1, 1])("a clock that jumps by years (%s) does not keep it there for ever", (years) => {
  const wallMs = years * 365 * 86_400_000;
  expect(judge(quarantined, facts(), { wallMs }).after.quarantine).toBeNull();
});

test("one whose traffic is given by a hook, which can't be asked, is released all the same", () => {
  const untold = facts({ traffic: { kind: "unknown", why: "not told yet" } });
  expect(judge(quarantined, untold, { site: siteWith({ hook: {} }) }).after.quarantine).toBeNull();
});

test("one that an operator should look at, expected as nothing, is never released by itself", () => {
  const held = { ...quarantined, quarantine: { why: "by hand", sinceMs: 0, operation: null, expected: null } };
  expect(judge(held, facts()).after.quarantine).not.toBeNull();
});
