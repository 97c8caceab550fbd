/** What is planned when a file server dies: who moves, in what order and how many at once, and who does not. */
import { describe, expect, test } from "vitest";
import { machineName, roleName } from "../../../src/core/domain/names.ts";
import { type MachineSpec, NOW_MS, type PoolSpec } from "../support/pool.ts";
import { DOWN, UP } from "../support/pool-storage.ts";
import { decideTicks, machines, order } from "../support/ticks.ts";
import { A, B, BY_ITSELF, FARM, hard, hung, ON_A, ORDERED, OVER, onB, planFor, whys } from "./failed-over-farm.ts";

describe("the machines of a dead server", () => {
  test("boot from the mirror's copy, cut off hard, the costliest shortage first, as many at once as it can boot", () => {
    const plan = planFor(FARM);
    const { moves } = plan;
    expect(moves).toMatchObject([
      { machine: "m03", from: "web", to: "web", toImage: "web.1@nfs-b", manner: "hard", reason: "fail-over of nfs-a" },
      { machine: "m04", toImage: "web.1@nfs-b", manner: "hard" },
    ]);
    expect(moves).toHaveLength(2);
    expect(whys(plan)).toContain("reboot 2 machines: fail-over of nfs-a: nfs-b boots 2 machines, the most at once");
  });

  test("wait for those that are booting: an operation that boots from the mirror takes one of its places", () => {
    const booting: MachineSpec = { in: "compile", to: "web", at: "verifying", ...onB("compile") };
    const toMirror = { ...FARM, m09: { ...booting, bootsFrom: "web.1@nfs-b" } };
    expect(hard(planFor(toMirror))).toEqual(["m03"]);
  });

  test("are not more than it can carry", () => {
    const B6 = { ...B, machines: 6, bootsAtOnce: 9 };
    const plan = planFor(FARM, { storage: [A, B6] });
    expect(hard(plan)).toEqual(["m03"]);
    expect(whys(plan)).toContain(
      "reboot 2 machines: fail-over of nfs-a: nfs-b carries 6 machines, the most that it can",
    );
  });

  test("move though limits, windows and spent hours would not let one that serves", () => {
    const spent = machinesSpent(4);
    const limits = { atOnce: 1, perHour: 1, perDomain: { storage: 1 }, windows: [WINDOW] };
    const closed = { open: false, nextOpenMs: NOW_MS + 60_000, closesMs: null };
    expect(hard(planFor(FARM, { limits, spent, windows: [closed] }))).toEqual(["m03", "m04"]);
  });

  test("move though they are half of the pool and more: their silence is explained, retask is not blind", () => {
    const most = {
      ...machines(1, 6, { in: "web", ...ON_A, ...hung }),
      ...machines(7, 3, { in: "web", ...onB("web") }),
    };
    expect(hard(planFor(most))).toHaveLength(2);
    const unexplained = planFor(most, { storageAt: { "nfs-a": ["suspect"] } });
    expect(unexplained.moves).toEqual([]);
    const othersToo = { ...most, ...machines(7, 2, { in: "web", ...onB("web"), ...hung }) };
    expect(whys(planFor(othersToo)).join()).toContain("67 % of machines unknown: assuming that retask is blind");
  });

  test("that still answer are drained like any other, and none that serves is cut off", () => {
    const answers = { ...FARM, m03: { in: "web", ...ON_A }, m04: { in: "web", ...ON_A } };
    const plan = planFor(answers);
    expect(hard(plan)).toEqual(["m01", "m02"]);
    const less = planFor(answers, { demand: { web: 40 }, storage: [A, { ...B, bootsAtOnce: 9 }], deltaMs: 600_000 });
    expect(less.moves.filter(({ machine }) => machine === "m03")).toMatchObject([{ manner: "usual" }]);
  });

  test("that were off already, are worked on, or that retask must not command, are left alone", () => {
    const odd = {
      ...FARM,
      m01: { ...ON_A, ...hung, in: "compile", quarantine: "did not come up" },
      m02: { ...ON_A, ...hung, in: "compile", unmanageable: "RTK_BMC_AUTH" },
      m03: { ...ON_A, ...hung, in: "web", adopted: false },
      m04: { ...ON_A, ...hung, in: "web", off: true },
    };
    expect(hard(planFor(odd))).toEqual([]);
    const worked = order({ kind: "maintain", machine: machineName("m03"), power: "on" });
    expect(hard(planFor(FARM, { overrides: [worked] }))).toEqual(["m04", "m01"]);
  });
});

describe("nothing of it happens", () => {
  test.each([
    ["a pause", { overrides: [order({ kind: "pause", scope: { kind: "pool" }, direction: "both" })] }, "paused by ada"],
    ["an open breaker", { tripped: "3 failures" }, "breaker open"],
    ["the boot server", { bootServer: { ok: false as const, why: "no TFTP" } }, "no TFTP"],
  ])("while %s holds", (_, spec, why) => {
    const plan = planFor(FARM, spec);
    expect(plan.moves).toEqual([]);
    expect(whys(plan).join()).toContain(why);
  });

  test("a pin holds its machine, and the next one takes its turn", () => {
    const pin = order({ kind: "pin", machine: machineName("m03") });
    expect(hard(planFor(FARM, { overrides: [pin] }))).toEqual(["m04", "m01"]);
  });

  test("a freeze holds what retask would do by itself, and gives way to an operator's order", () => {
    const freezes = [{ open: true, nextOpenMs: null, closesMs: null }];
    expect(hard(planFor(FARM, { freezes }))).toHaveLength(2);
    const storageAt = { "nfs-a": ["failedOver", { upMs: 0, ...BY_ITSELF }] as const };
    expect(planFor(FARM, { freezes, storageAt }).moves).toEqual([]);
  });

  test.each([
    ["does not answer", { "nfs-b": DOWN }, {}, "nfs-b does not answer"],
    ["is dead too", { "nfs-b": DOWN }, { "nfs-b": ["dead"] as const }, "nfs-b does not answer"],
    ["came back this moment", {}, { "nfs-b": ["well", { upMs: 10_000 }] as const }, "not been well for long enough"],
    [
      "cannot be asked",
      { "nfs-b": { port: { kind: "unknown" as const, why: "EMFILE" }, monitoring: { kind: "up" as const } } },
      {},
      "unknown: EMFILE",
    ],
  ])("while the mirror %s", (_, facts, at, why) => {
    const plan = planFor(FARM, {
      storageFacts: { "nfs-a": DOWN, ...facts },
      storageAt: { ...OVER.storageAt, ...at },
    });
    expect(plan.moves.filter(({ machine }) => ["m01", "m02", "m03", "m04"].includes(machine))).toEqual([]);
    expect(whys(plan).join()).toContain(why);
  });

  test("before it is ordered; the plan says how many hang, and what that waits for", () => {
    expect(hard(planFor(FARM, { storageAt: { "nfs-a": ["suspect"] } }))).toEqual([]);
    const plan = planFor(FARM, { storageAt: { "nfs-a": ["dead"] } });
    expect(hard(plan)).toEqual([]);
    expect(whys(plan)).toContain(
      "fail over nfs-a, on which 4 machines hang: an operator's `retask storage fail-over nfs-a`",
    );
  });
});

describe("what is re-tasked meanwhile", () => {
  const few = {
    ...machines(1, 2, { in: "web", ...onB("web") }),
    m03: { in: "compile", ...ON_A },
    m04: { in: "compile", ...ON_A },
  };
  const boots = (spec: Partial<PoolSpec>) =>
    planFor(few, { storageFacts: {}, demand: { web: 130 }, deltaMs: 60_000, ...spec }).moves.find(
      ({ to }) => to === "web",
    )?.toImage;

  test("boots its own server's copy while that is well, and the mirror's from its death until the fail-back", () => {
    expect(boots({ storageAt: {} })).toBe("web.1");
    for (const state of ["dead", "failedOver", "recovered"])
      expect([state, boots({ storageAt: { "nfs-a": [state] } })]).toEqual([state, "web.1@nfs-b"]);
    expect(boots({ storageAt: { "nfs-a": ["failingBack"] } })).toBe("web.1");
  });

  test("waits while its own server's port is silent and it is not dead yet", () => {
    const plan = planFor(few, {
      demand: { web: 130 },
      deltaMs: 60_000,
      storageAt: { "nfs-a": ["suspect"] },
      storageFacts: { "nfs-a": { port: DOWN.port, monitoring: UP.monitoring } },
    });
    expect(plan.moves).toEqual([]);
    expect(whys(plan).join()).toContain("nfs-a does not answer: ECONNREFUSED");
  });

  test("that belongs on no server goes where the fewest are", () => {
    const homeless = {
      ...few,
      m03: { in: "compile", runs: "compile.1@nfs-b" },
      m04: { in: "compile", runs: "compile.1@nfs-b" },
    };
    const plan = planFor(homeless, { storageFacts: {}, storageAt: {}, demand: { web: 130 }, deltaMs: 60_000 });
    expect(plan.moves.find(({ to }) => to === "web")?.toImage).toBe("web.1");
  });
});

describe("a fail-back", () => {
  const away = { ...ON_A, runs: "web.1@nfs-b" };
  const given = { ...machines(1, 2, { in: "web", ...away }), ...machines(3, 4, { in: "web", ...onB("web") }) };
  const back = { storageFacts: {}, storageAt: { "nfs-a": ["failingBack", ORDERED] as const }, demand: { web: 40 } };

  test("takes home what belongs there, drained, within limits and floors", () => {
    const plan = planFor(given, { ...back, limits: { atOnce: 1 } });
    expect(plan.moves.filter(({ from, to }) => from === to)).toMatchObject([
      { machine: "m01", toImage: "web.1", manner: "usual", reason: "fail-back to nfs-a" },
    ]);
  });

  test("makes room: a role that has just its floor wishes for one more, until its machines are home", () => {
    const web = { demand: { series: "sessions", perMachine: 55 }, machines: { floor: 2 } };
    const policies = { web, compile: { demand: "rest" } };
    const wantedOf = (file: string, demand = 40) => {
      const own = { ...machines(1, 2, { in: "web", ...ON_A, runs: file }), m03: { in: "compile", ...onB("compile") } };
      return decideTicks([{ policies, ...OVER, ...back, demand: { web: demand }, machines: own }]).decision.roles.get(
        roleName("web"),
      )?.wanted;
    };
    expect(wantedOf("web.1@nfs-b")?.count).toBe(3);
    expect(wantedOf("web.1@nfs-b")?.reason).toContain("its fail-back wants 3, one more than its floor");
    expect(wantedOf("web.1")?.count).toBe(1);
    // 130 fills three of 55 each, and 15 % of headroom is within them.
    expect(wantedOf("web.1@nfs-b", 130)).toMatchObject({ count: 4, reason: expect.stringContaining("its load needs") });
    expect(wantedOf("web.1", 130)?.count).toBe(3);
  });

  test("is not begun by a server's being well again", () => {
    const plan = planFor(given, { ...back, storageAt: { "nfs-a": ["recovered", ORDERED] } });
    expect(plan.moves.filter(({ from, to }) => from === to)).toEqual([]);
  });
});

const WINDOW = { opens: "0 * * * *", for: "10m", timezone: "Europe/Berlin" };
const machinesSpent = (count: number): NonNullable<PoolSpec["spent"]> =>
  Array.from({ length: count }, (_, index) => ({
    operation: `m0${index + 5}-op` as never,
    machine: machineName(`m0${index + 5}`),
    domains: {},
    ageMs: 60_000,
  }));
