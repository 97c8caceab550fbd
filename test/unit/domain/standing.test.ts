/** Who counts as what: the whole table, row by row. */
import { expect, test } from "vitest";
import type { Machine } from "../../../src/core/domain/fleet.ts";
import { imageName, machineName, roleName } from "../../../src/core/domain/names.ts";
import type { MachineFacts } from "../../../src/core/domain/observation.ts";
import type { Operation } from "../../../src/core/domain/operation.ts";
import { type MachineRecord, newMachineRecord } from "../../../src/core/domain/pool-state.ts";
import { standingOf } from "../../../src/core/domain/standing.ts";
import { newOperationChart } from "../../../src/core/operate/operation.statechart.ts";

const web = roleName("web");
const machine: Machine = {
  name: machineName("m01"),
  ip: "10.0.3.17",
  mac: "00:11:22:33:44:55",
  bmc: { address: "10.0.9.17", port: 623 },
  domains: {},
  roles: [web],
  capacity: 1,
  loader: "pxelinux",
  image: {},
  status: "active",
};
const report = {
  machine: "m01",
  mac: machine.mac,
  role: "web",
  image: "web.1",
  bootId: "b1",
  uptimeS: 3_600,
  distcc: null,
};
const heard = (ageMs: number, given: Partial<typeof report> = {}): MachineFacts["beacon"] => ({
  kind: "heard",
  report: { ...report, ...given },
  ageMs,
});
const healthy: MachineFacts = {
  beacon: heard(0),
  power: { kind: "on", ageMs: 0, readings: 3 },
  link: { kind: "image", image: imageName("web.1") },
  traffic: { kind: "on", up: true },
  strayTraffic: [],
  bootStage: null,
  distcc: null,
  quietMs: 0,
};
const adopted: MachineRecord = { ...newMachineRecord(), adopted: true, placement: web, image: imageName("web.1") };
const silent: MachineFacts["beacon"] = { kind: "silent", why: "refused" };
const off: MachineFacts["power"] = { kind: "off", ageMs: 0, readings: 2 };
const operation: Operation = {
  id: "m01-1" as Operation["id"],
  machine: machine.name,
  from: web,
  to: "spare",
  fromImage: null,
  toImage: null,
  manner: "usual",
  reason: "",
  plan: "p" as Operation["plan"],
  startedMs: 0,
  chart: newOperationChart({ fromBootId: null, startsOff: false, endsOff: true, manner: "usual" }),
};

interface Row {
  readonly record?: Partial<MachineRecord>;
  readonly facts?: Partial<MachineFacts> | null;
  readonly operation?: Operation;
  readonly hook?: boolean;
}
type Counts = readonly [kind: string, forFloor: boolean, asCapacity: boolean, mayMove: boolean];
const quarantine = { why: "did not come up", sinceMs: 0, operation: null, expected: null };

const TABLE: readonly [string, Row, Counts][] = [
  ["serving, verified", {}, ["serving", true, true, true]],
  ["in operation", { operation }, ["switching", false, false, false]],
  ["beacon a tick late", { facts: { beacon: heard(19_000) } }, ["serving", true, true, true]],
  ["beacon late up to maxAge", { facts: { beacon: heard(21_000) } }, ["late", false, true, false]],
  ["beacon older than maxAge", { facts: { beacon: heard(61_000) } }, ["unknown", false, false, false]],
  ["no beacon", { facts: { beacon: silent } }, ["unknown", false, false, false]],
  ["not observed at all", { facts: null }, ["unknown", false, false, false]],
  ["unmanageable, serving", { record: { unmanageable: "RTK_BMC_AUTH" } }, ["unmanageable", true, true, false]],
  ["spare, on", { record: { placement: "spare" } }, ["spare", false, false, true]],
  [
    "spare, on, unmanageable",
    { record: { placement: "spare", unmanageable: "RTK_BMC_AUTH" } },
    ["spare", false, false, false],
  ],
  [
    "spare, off",
    { record: { placement: "spare" }, facts: { beacon: silent, power: off } },
    ["spare", false, false, true],
  ],
  ["a role's machine that is off", { facts: { beacon: silent, power: off } }, ["unknown", false, false, false]],
  ["quarantined, however well it looks", { record: { quarantine } }, ["quarantined", false, false, false]],
  ["a stray", { record: { adopted: false } }, ["stray", false, false, false]],
  [
    "runs another role than recorded",
    { facts: { beacon: heard(0, { role: "compile" }) } },
    ["unknown", false, false, false],
  ],
  [
    "another machine answers",
    { facts: { beacon: heard(0, { mac: "00:11:22:33:44:66" }) } },
    ["unknown", false, false, false],
  ],
  ["the proxy finds it down", { facts: { traffic: { kind: "on", up: false } } }, ["unknown", false, false, false]],
  ["its traffic is off", { facts: { traffic: { kind: "off", busy: 0 } } }, ["unknown", false, false, false]],
  ["a proxy does not answer", { facts: { traffic: { kind: "unknown", why: "1 of 2" } } }, ["late", false, true, false]],
  ["proxies disagree", { facts: { traffic: { kind: "mixed", why: "1 of 2" } } }, ["late", false, true, false]],
  [
    "a hook that was told nothing yet",
    { facts: { traffic: { kind: "unknown", why: "" } }, hook: true },
    ["serving", true, true, true],
  ],
  ["its link is shadowed", { facts: { link: { kind: "shadowed", by: "01-aa" } } }, ["serving", true, true, false]],
];

test.each(TABLE)("%s", (_, { record, facts, operation: live, hook }, [kind, forFloor, asCapacity, mayMove]) => {
  const standing = standingOf({
    machine,
    record: { ...adopted, ...record },
    facts: facts === null ? undefined : { ...healthy, ...facts },
    operation: live,
    beaconMaxAgeMs: 60_000,
    freshMs: 20_000,
    trafficCanBeAsked: hook !== true,
  });
  expect(standing).toMatchObject({ kind, forFloor, asCapacity, mayMove });
  expect(standing.why).not.toBe("");
});
