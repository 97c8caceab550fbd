/** `retask explain`, word for word. */
import { expect, test } from "vitest";
import type { RotaAnswer } from "../../../src/cli/answers.ts";
import { machineText } from "../../../src/cli/text/machine-text.ts";
import { roleText } from "../../../src/cli/text/role-text.ts";
import { rotaText } from "../../../src/cli/text/rota-text.ts";
import { safeDeep } from "../../../src/cli/text/safe-text.ts";
import type { MarginalMachine } from "../../../src/core/domain/decision.ts";
import { roleName } from "../../../src/core/domain/names.ts";
import { AT_MS, LOOK, MISCHIEF, machine, operation, override, role, troubled } from "./answers-fixture.ts";

test("a role is explained in the order in which it was decided", () => {
  const overrides = [override({ kind: "pause", scope: { kind: "role", role: "web" }, direction: "both" })];
  const notDone = troubled.notDone.slice(0, 1);
  expect(roleText({ role: role("web"), overrides, notDone, atMs: AT_MS }, LOOK)).toMatchInlineSnapshot(`
    "role web: pressed, 11 desired

    demand      531
    wanted      12: demand 531, +15 % headroom, 55 a machine: wants 12
    permitted   4 to 14 machines
    desired     11
    floor       4
    serving     10 for the floor, 11 as capacity (11.5 usual machines)
    on the way  1 arriving, 0 leaving

    reasons, in the order of deciding
      1. demand 531 wants 12
      2. held up for 60 s: 11

    overrides
      pause of role web, by alice, until 2026-11-23 15:59:00 (in 119 min): switch maintenance

    not done
      for  not done         because
      web  2 more machines  2 in operation, at most 2 at once"
  `);
});

test("of a role that decides ahead each machine in question is told with its arithmetic, the runner-up with what would change it", () => {
  const machine = (n: number, chosen: boolean): MarginalMachine => ({
    machine: n,
    move: "come",
    inMinutes: 5,
    neededProbability: 0.31,
    neededShare: 0.27,
    now: { saved: 0.42, building: 0.2, wear: 0.08, cost: -0.14 },
    laterOrNever: { saved: 0.3, building: 0.15, wear: 0.06, cost: chosen ? -0.09 : -0.135 },
    advantage: chosen ? 0.05 : 0.005,
    chosen,
    moveMinutes: 9,
    paybackMinutes: chosen ? 37 : null,
    tossUpShortage: chosen ? 12.345 : 27,
  });
  const prices = { shortage: 20, building: 1, wear: 5 / 60 };
  const ahead = { present: 11, count: 12, prices, leastGain: 0.01, machines: [machine(12, true), machine(13, false)] };
  const wanted = { ...role("web").wanted, ahead };
  const text = roleText({ role: { ...role("web"), wanted }, overrides: [], notDone: [], atMs: AT_MS }, LOOK);
  expect(text.split("\n\n").find((part) => part.startsWith("machines"))).toMatchInlineSnapshot(`
    "machines in question
      machine 12 is needed with 31 % at 14:05: worth 20 × 0.27 an hour then, against 1 × 0.69 of building; the move costs 9 machine-minutes and pays back in 37 minutes: to come now costs -0.14 machine-hours in all, later or never -0.09: comes now; it would not come with a shortageCost below 12.3 instead of 20
      machine 13 is needed with 31 % at 14:05: worth 20 × 0.27 an hour then, against 1 × 0.69 of building; the move costs 9 machine-minutes and does not pay back in 4 hours: to come now costs -0.14 machine-hours in all, later or never -0.14: does not come now, 0.01 must be gained at least; it would come with a shortageCost above 27 instead of 20"
  `);
});

test("a machine is explained by what is recorded, observed and under way", () => {
  const overrides = [override({ kind: "pin", machine: "m07" })];
  const explained = { machine: machine(), operations: [operation()], overrides, notDone: [], atMs: AT_MS };
  expect(machineText(explained, LOOK)).toMatchInlineSnapshot(`
    "machine m07: switching

    because   in operation m07-mib1: compile to web
    counts    for the floor no, as capacity no; may be moved no
    recorded  compile, compile.2026-11

    observed
      beacon   m07, compile, compile.2026-11; up 2 h, boot b1; heard 2 s ago
      power    on, 9 equal readings in a row, the last 4 s ago
      link     its boot link names web.2026-11
      traffic  off, 3 still running
      boot     last on its console: login:
      stray    gets traffic of web, which is not its role
      builds   2 of 4 slots busy, queue not known

    operation
      machine  way             phase     for   total  waits for
      m07      compile to web  draining  95 s  5 min  3 sessions to end
      trafficOff  succeeded
      relink  failed (attempt 2)  RTK_LINK_SHADOWED: by 01-00

    overrides
      pin of m07, by alice, until 2026-11-23 15:59:00 (in 119 min): switch maintenance

    history, newest first
      2026-11-23 12:00:00  web to compile: done, m07 serves as compile, verified

    fleet.yaml  10.0.3.17, 00:11:22:33:44:07, BMC 10.0.9.17:623, pxelinux, capacity 1, active
    domains     rack r1
    may be      web, compile"
  `);
});

test("a quarantined machine says what is expected of it, and a stray how it is adopted", () => {
  const quarantine = {
    why: "it runs another role",
    sinceMs: AT_MS - 600_000,
    operation: null,
    expected: { placement: "web", image: "web.2026-11" },
  };
  const recorded = { ...machine().recorded, quarantine, unmanageable: "RTK_BMC_AUTH: wrong password" };
  const bare = { operations: [], overrides: [], notDone: [], atMs: AT_MS };
  const text = machineText({ machine: machine({ recorded }), ...bare }, LOOK);
  expect(text).toContain("quarantined   since 2026-11-23 13:50:00 (10 min ago): it runs another role");
  expect(text).toContain("expected      web, web.2026-11; released by itself once it is that for a while");
  expect(text).toContain("unmanageable  RTK_BMC_AUTH: wrong password");
  expect(text).toMatch(
    /what to do next\n {2}.+\n {2}Mend what is wrong; .+\n {2}Or release it \(retask unquarantine\), /,
  );
  expect(
    machineText({ machine: machine({ recorded: null, observed: null, standing: null }), ...bare }, LOOK),
  ).toContain("recorded  nothing: it is not adopted (retask adopt)");
});

test("what a beacon says of itself can't leave its line", () => {
  const report = {
    machine: MISCHIEF,
    mac: MISCHIEF,
    role: MISCHIEF,
    image: MISCHIEF,
    bootId: MISCHIEF,
    uptimeS: 1,
    distcc: null,
  };
  const observed = { ...machine().observed, beacon: { kind: "heard", ageMs: 0, report } };
  const explained = { machine: machine({ observed }), operations: [], overrides: [], notDone: [], atMs: AT_MS };
  const text = machineText(safeDeep(explained), LOOK);
  expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(text.split("\n").filter((line) => line.startsWith("m99"))).toEqual([]);
});

test("the rota is a row for each change, with the demand that is expected", () => {
  const band = { low: 412.34, median: 450, high: 501 };
  const rota: RotaAnswer = {
    atMs: AT_MS,
    slotMinutes: 30,
    roles: [
      {
        role: roleName("web"),
        now: 9,
        counts: [9, 9, 11],
        unmet: [],
        summary: "9 now",
        demand: [band, band, { ...band, low: 9.87 }],
      },
      { role: roleName("compile"), now: 3, counts: [3, 3, 0], unmet: [], summary: "3 now", demand: null },
    ],
    spare: [0, 0, 0],
    moving: [0, 0, 1],
    moves: [0, 0, 2],
    cost: { shortage: 0.5, building: 1, wear: 0.2, power: 0 },
  };
  expect(rotaText(rota, LOOK)).toMatchInlineSnapshot(`
    "rota of 2026-11-23 14:00:00, 1.5 hours ahead

    from              web  compile  spare  on the way  demand (10 to 90 %)
    2026-11-23 14:00    9        3      0           0  web 412 to 501
    2026-11-23 15:00   11        0      0           1  web 9.9 to 501

    in short
      web: 9 now
      compile: 3 now"
  `);
});
