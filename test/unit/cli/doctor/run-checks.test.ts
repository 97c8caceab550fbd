/** The doctor's runner and its findings: order, deadlines, the same fault of several machines, and the page that names them. */
import { readFileSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { checks } from "../../../../src/cli/doctor/checks.ts";
import type { Check, Examined } from "../../../../src/cli/doctor/examined.ts";
import { CHECKS, FAULTS, type Fault, findingsOf, looked, type Outcome } from "../../../../src/cli/doctor/finding.ts";
import { runChecks } from "../../../../src/cli/doctor/run-checks.ts";
import { doctorResult, doctorText } from "../../../../src/cli/text/doctor-text.ts";
import { PLAIN } from "../../../../src/cli/text/look.ts";

const nowhere = {} as Examined;
const fault = (machine: string): Fault => ({
  ...{ name: "bmc-suite-0", level: "error", what: "accepts suite 0", where: [machine] },
  ...{ why: "nobody is asked for a password", advice: "disable it" },
});
const check = (
  name: Check["name"],
  run: (signal: AbortSignal, tell: (share: number) => void) => Promise<Outcome>,
): Check => ({
  ...{ name, deadlineMs: () => (name === "bmc" ? 3_000 : 1_000) },
  run: (_, signal, tell) => run(signal, tell),
});

afterEach(() => {
  vi.useRealTimers();
});

test("every check but the files' own is there, in the order in which findings are shown", () => {
  expect(["files", ...checks.map(({ name }) => name)]).toEqual(CHECKS);
});

test("findings come in the checks' order, whichever ends first; how much is done goes by the checks' deadlines", async () => {
  let resolve: (outcome: Outcome) => void = () => undefined;
  const promise = new Promise<Outcome>((settle) => {
    resolve = settle;
  });
  const told: number[] = [];
  const slow = check("bmc", (_, tell) => {
    tell(1 / 3);
    return promise;
  });
  const quick = check("links", async () => {
    setImmediate(() => resolve(looked([fault("m1")], "")));
    return looked([], "well");
  });
  const findings = await runChecks([slow, quick], nowhere, (share) => told.push(share));
  expect(findings.map((one) => one.check)).toEqual(["bmc", "links"]);
  expect(told).toEqual([0.25, 0.5, 1]);
});

test("a check that hangs is told when its time is up, and then given up; the others are not lost", async () => {
  vi.useFakeTimers();
  let aborted = false;
  const hanging = check("links", (signal) => {
    signal.addEventListener("abort", () => {
      aborted = true;
    });
    return new Promise(() => undefined);
  });
  const running = runChecks([hanging, check("bmc", async () => looked([], "well"))], nowhere, () => undefined);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(aborted).toBe(true);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await running).toMatchObject([
    { check: "links", name: "check-late" },
    { check: "bmc", level: "ok" },
  ]);
});

test("the same fault of several machines is one finding with all their names; another reason is another", () => {
  const other = { ...fault("m3"), why: "something else" };
  const findings = findingsOf("bmc", looked([fault("m1"), other, fault("m2"), fault("m1")], ""));
  expect(findings).toMatchObject([{ where: ["m1", "m2"] }, { where: ["m3"] }]);
});

test("as text: the counts first, then what, why and what to do; not more names than somebody reads", () => {
  const many = Array.from({ length: 40 }, (_, index) => fault(`m${index}`));
  const findings = [...findingsOf("bmc", looked(many, "")), ...findingsOf("links", looked([], "24 boot links"))];
  const lines = doctorText(doctorResult("/etc/retask", findings), PLAIN).split("\n");
  expect(lines[0]).toBe("/etc/retask: 1 error");
  expect(lines[1]).toMatch(/^error {4}m0, m1, .*, m11 and 28 more: accepts suite 0 \(bmc-suite-0\)$/);
  expect(lines.slice(2)).toEqual([
    "         why: nobody is asked for a password",
    "         do:  disable it",
    "ok       links: 24 boot links",
  ]);
});

test("the page of the doctor has a row for each fault and each check, and no other", () => {
  const rows = [...readFileSync("docs/how-to/doctor.md", "utf8").matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map((row) =>
    String(row[1]),
  );
  expect(rows.toSorted()).toEqual([...FAULTS, ...CHECKS].toSorted());
});
