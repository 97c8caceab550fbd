/** What the timeline marks, put together from the record. */
import { expect, test } from "vitest";
import { newPoolState } from "../../../src/control/pool-state.ts";
import type { MachineName, OperationId, OverrideId, PlanId } from "../../../src/core/domain/names.ts";
import { machineName, roleName } from "../../../src/core/domain/names.ts";
import type { FinishedOperation, Operation } from "../../../src/core/domain/operation.ts";
import type { Override } from "../../../src/core/domain/override.ts";
import { newMachineRecord } from "../../../src/core/domain/pool-state.ts";
import { moveMarks, overrideMarks, quarantineMarks } from "../../../src/http/timeline-events.ts";
import type { AuditEntry } from "../../../src/store/store.ts";

const RANGE = { fromMs: 1_000, toMs: 2_000 };
const operation = (id: string, startedMs: number): Operation => ({
  id: id as OperationId,
  machine: machineName("m01"),
  from: roleName("compile"),
  to: roleName("web"),
  fromImage: null,
  toImage: null,
  manner: "usual",
  reason: "web wants it",
  plan: "0" as PlanId,
  startedMs,
  chart: { version: 1, value: "draining", context: {} },
});
const finished = (id: string, startedMs: number, endedMs: number, outcome: FinishedOperation["outcome"] = "done") => ({
  operation: operation(id, startedMs),
  outcome,
  why: "as it came",
  endedMs,
});

test("moves are those that touch the range, the oldest first; one under way has no end", () => {
  const ended = [finished("late", 1_500, 1_600), finished("early", 500, 900), finished("across", 900, 1_100)];
  const marks = moveMarks(RANGE, ended, [operation("live", 1_900)]);
  expect(marks.map((mark) => [mark.operation, mark.endedMs])).toEqual([
    ["across", 1_100],
    ["late", 1_600],
    ["live", null],
  ]);
});

const pin = (id: string, createdMs: number, expiresMs: number): Override => ({
  id: id as OverrideId,
  act: { kind: "pin", machine: machineName("m01") },
  author: "ada",
  reason: "a disk",
  createdMs,
  expiresMs,
  overrideFloor: false,
});
const audited = (
  id: number,
  atMs: number,
  before: unknown,
  after: unknown,
  refused: string | null = null,
): AuditEntry => ({
  ...{ id, atMs, before, after, refused },
  who: "ada",
  from: "cli",
  action: "set pin machine m01",
  why: "a disk",
});

test("an override that somebody ended lasted until then, one that nobody ended until its expiry", () => {
  const [ended, expired, refused] = [
    pin("ended", 1_100, 9_000),
    pin("expired", 1_200, 1_700),
    pin("refused", 1_300, 9_000),
  ];
  const audit = [
    audited(4, 1_400, [ended], []),
    audited(3, 1_300, [], [refused], "RTK_BAD_EXPIRY"),
    audited(2, 1_200, [], [expired]),
    audited(1, 1_100, [], [ended]),
  ];
  const marks = overrideMarks(RANGE, audit, [pin("now", 1_500, 8_000)]);
  expect(marks.map(({ id, fromMs, untilMs }) => [id, fromMs, untilMs])).toEqual([
    ["ended", 1_100, 1_400],
    ["expired", 1_200, 1_700],
    ["now", 1_500, 8_000],
  ]);
});

test("a quarantine that still holds is marked once, and as such", () => {
  const quarantine = { why: "did not come up", sinceMs: 1_800, operation: null, expected: null };
  const machines = new Map<MachineName, ReturnType<typeof newMachineRecord>>([
    [machineName("m01"), { ...newMachineRecord(), quarantine }],
  ]);
  const past = [
    finished("a", 1_000, 1_200, "quarantined"),
    finished("b", 1_500, 1_800, "quarantined"),
    finished("c", 1, 1_300),
  ];
  const marks = quarantineMarks(RANGE, past, { ...newPoolState(), machines });
  expect(marks.map(({ atMs, inForce }) => [atMs, inForce])).toEqual([
    [1_200, false],
    [1_800, true],
  ]);
});
