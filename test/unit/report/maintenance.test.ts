/** The minutes in which machines served nobody, from ended operations and releases alone. */
import { describe, expect, test } from "vitest";
import { machineName } from "../../../src/core/domain/names.ts";
import type { FinishedOperation } from "../../../src/core/domain/operation.ts";
import { type MaintenanceFacts, maintenance } from "../../../src/core/report/maintenance.ts";

const MINUTE_MS = 60_000;
const day = { fromMs: 1_000 * MINUTE_MS, toMs: 2_000 * MINUTE_MS };

/** Minutes since the stretch began. */
const at = (minutes: number): number => day.fromMs + minutes * MINUTE_MS;

const end = (machine: string, startMin: number, endMin: number, more: object = {}): FinishedOperation =>
  ({
    operation: { id: `${machine}-x`, machine, from: "compile", to: "web", startedMs: at(startMin) },
    outcome: "done",
    why: "",
    endedMs: at(endMin),
    ...more,
  }) as unknown as FinishedOperation;

const sick = { outcome: "quarantined" };
const facts = (parts: Partial<MaintenanceFacts>) => ({ finished: [], releases: [], quarantined: new Map(), ...parts });
const of = (parts: Partial<MaintenanceFacts>) => maintenance(facts(parts), day);

test("moves are counted by their way and how they ended, their minutes from begin to end", () => {
  const finished = [
    end("m01", 0, 4),
    end("m02", 0, 6),
    end("m03", 1, 9, { outcome: "undone" }),
    end("m04", 2, 12, sick),
  ];
  expect(of({ finished, releases: [{ machine: machineName("m04"), atMs: at(20) }] })).toMatchObject({
    moves: [{ from: "compile", to: "web", done: 2, undone: 1, quarantined: 1 }],
    onTheWayMinutes: 28,
    usualMinutes: 4,
  });
});

test("what ended before the stretch or after it is another's", () => {
  expect(of({ finished: [end("m01", -9, -1), end("m02", 990, 1_000)] })).toMatchObject({
    moves: [],
    onTheWayMinutes: 0,
    usualMinutes: null,
  });
});

describe("a quarantine ends", () => {
  const finished = [end("m04", 2, 12, sick)];
  const m04 = machineName("m04");

  test("with its release", () => {
    const releases = [
      { machine: m04, atMs: at(1) },
      { machine: machineName("m05"), atMs: at(13) },
      { machine: m04, atMs: at(42) },
    ];
    expect(of({ finished, releases })).toMatchObject({ quarantines: 1, quarantineMinutes: 30, releaseUnknown: [] });
  });

  test("at the latest with the machine's next operation", () => {
    expect(of({ finished: [...finished, end("m04", 32, 36)] })).toMatchObject({ quarantineMinutes: 20 });
  });

  test("not before the stretch does, while it lasts", () => {
    expect(of({ finished, quarantined: new Map([[m04, at(12)]]) })).toMatchObject({ quarantineMinutes: 988 });
  });

  test("at no known time, and then it is named and not counted", () => {
    expect(of({ finished })).toMatchObject({ quarantines: 1, quarantineMinutes: 0, releaseUnknown: ["m04"] });
  });
});

test("one that began before the stretch counts from its beginning", () => {
  const quarantined = new Map([[machineName("m09"), at(-500)]]);
  expect(of({ quarantined })).toMatchObject({ quarantines: 1, quarantineMinutes: 1_000 });
});
