/** Drift, case by case. */
import { expect, test } from "vitest";
import { driftOf } from "../../../src/control/drift.ts";
import { imageName, type MachineName, machineName } from "../../../src/core/domain/names.ts";
import type { LinkFact, MachineFacts } from "../../../src/core/domain/observation.ts";
import type { MachineRecord } from "../../../src/core/domain/pool-state.ts";
import { type Bench, startBench } from "../http/support/bench.ts";

const M01 = machineName("m01");

/** What drifts once one machine is changed in what is seen or recorded. */
async function driftWith(
  facts: (seen: MachineFacts) => MachineFacts,
  record: (of: MachineRecord) => MachineRecord = (of) => of,
) {
  const { controller } = await startBench();
  const { state, last, configured } = controller;
  const seen = last?.observation.machines.get(M01);
  const recorded = state.machines.get(M01);
  if (last === null || seen === undefined || recorded === undefined) throw new Error("not observed");
  const machines = new Map(last.observation.machines).set(M01, facts(seen));
  const records = new Map(state.machines).set(M01, record(recorded));
  return driftOf(configured.site(), { ...state, machines: records }, { ...last.observation, machines });
}

const same = (seen: MachineFacts): MachineFacts => seen;
const withLink = (link: LinkFact) => (seen: MachineFacts) => ({ ...seen, link });
const withBeacon = (change: object) => (seen: MachineFacts) =>
  seen.beacon.kind === "heard"
    ? { ...seen, beacon: { ...seen.beacon, report: { ...seen.beacon.report, ...change } } }
    : seen;

test("where all is as recorded nothing drifts", async () => {
  expect(await driftWith(same)).toEqual([]);
});

test.each<[string, (seen: MachineFacts) => MachineFacts, string]>([
  [
    "a link to another image",
    withLink({ kind: "image", image: imageName("compile.production-1") }),
    "would boot compile.production-1, but web.production-1 is recorded",
  ],
  ["no link", withLink({ kind: "missing" }), "it has no boot link"],
  ["a foreign link", withLink({ kind: "foreign", target: "../x" }), "its boot link is not retask's: ../x"],
  ["a shadowed link", withLink({ kind: "shadowed", by: "01-00-11" }), "01-00-11 shadows its boot link"],
  ["another role", withBeacon({ role: "compile", image: "compile.production-1" }), "runs compile, but web is recorded"],
  ["another image of its role", withBeacon({ image: "web.old" }), "runs web.old, but web.production-1 is recorded"],
])("%s drifts, once, in one readable line", async (_, change, what) => {
  expect(await driftWith(change)).toEqual([{ machine: "m01", what }]);
});

test("a stray, a quarantined machine and one in operation are expected to differ", async () => {
  const missing = withLink({ kind: "missing" });
  const quarantine = { why: "gone", sinceMs: 0, operation: null, expected: null };
  expect(await driftWith(missing, (record) => ({ ...record, adopted: false }))).toEqual([]);
  expect(await driftWith(missing, (record) => ({ ...record, quarantine }))).toEqual([]);
});

test("a machine in operation does not drift", async () => {
  const { send, simulation, controller }: Bench = await startBench();
  await send("PUT", "/v1/overrides/machines/m01", { author: "ada", reason: "a try", for: "1h", to: "compile" });
  await simulation.runFor(90_000, 5_000);
  expect(
    [...controller.state.operations.values()].some(({ machine }: { machine: MachineName }) => machine === M01),
  ).toBe(true);
  const { state, last, configured } = controller;
  expect(last && driftOf(configured.site(), state, last.observation)).toEqual([]);
});
