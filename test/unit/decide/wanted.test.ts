/** From demand to machines. */
import { describe, expect, test } from "vitest";
import { machinesFor, wantedCount } from "../../../src/core/decide/wanted.ts";
import { demandSchema } from "../../../src/core/domain/policy.ts";
import { atLeast, known, unknown } from "../../../src/core/domain/reading.ts";

const web = demandSchema.parse({ series: "sessions", perMachine: 55 });
const builds = demandSchema.parse({ distcc: { perMachine: "slots" } });
const none = { own: [], others: [], loads: [] };

describe("the wanted count", () => {
  test.each([
    [0, 0],
    [1, 1],
    [47, 1],
    [48, 2],
    [531, 12],
    [1e300, Number.MAX_SAFE_INTEGER],
  ])("of %d sessions at 55 a machine with 15 %% headroom is %d", (sessions, count) => {
    expect(wantedCount(web, known(sessions), none).count).toBe(count);
  });

  test("says in one line how it came about", () => {
    expect(wantedCount(web, known(531), none).reason).toBe("demand 531, +15 % headroom, 55 a machine: wants 12");
  });

  test("is not raised by the rounding of floating point", () => {
    const exact = demandSchema.parse({ series: "sessions", perMachine: 55, headroom: "10%" });
    expect(wantedCount(exact, known(550), none).count).toBe(11);
  });

  test.each([
    ["unknown", unknown("no series")],
    ["negative", known(-1)],
    ["infinite", known(Number.POSITIVE_INFINITY)],
    ["no number", { kind: "known" as const, value: Number.NaN }],
  ])("of %s demand is unknown, never zero", (_, reading) => {
    expect(wantedCount(web, reading, none)).toMatchObject({ count: null, hungry: false });
  });

  test("of the rest is whatever is left", () => {
    expect(wantedCount({ kind: "rest" }, unknown("nothing"), none)).toMatchObject({ count: 0, hungry: true });
  });

  test("of builds counts the mean slots of the role's machines", () => {
    const loads = [4, 8].map((slots) => ({ inFlight: 0, queue: 0, slots }));
    expect(wantedCount(builds, known(10), { ...none, loads }).count).toBe(2);
    expect(wantedCount(builds, known(11), { ...none, loads }).count).toBe(3);
  });

  test("of builds with every slot busy is at least that, and the rest", () => {
    const loads = [{ inFlight: 4, queue: 0, slots: 4 }];
    const wanted = wantedCount(builds, atLeast(4, "every slot is busy"), { ...none, loads });
    expect(wanted).toMatchObject({ count: 2, hungry: true });
  });

  test("of builds is unknown while no machine tells its slots", () => {
    expect(wantedCount(builds, known(3), { ...none, loads: [null] }).count).toBeNull();
  });
});

describe("machines of unequal capacity", () => {
  test.each([
    ["the smallest count first, so that whichever leave, enough stay", 2.5, [2, 1, 1], [], 3],
    ["one large machine alone is enough", 2, [2], [1], 1],
    ["those to come count with their mean", 4, [1], [1, 2], 3],
    ["with none to come, the role's own mean counts", 6, [2, 2], [], 3],
    ["with none at all, a usual machine does", 3, [], [], 3],
    ["no load wants none", 0, [1, 1], [], 0],
  ])("%s", (_, units, own, others, count) => {
    expect(machinesFor(units, { own, others })).toBe(count);
  });
});
