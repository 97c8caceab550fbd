/** Machines that reboot within their role: what is asked for, within floors and limits, the role's own need first. */
import { describe, expect, test } from "vitest";
import { imageName, machineName, roleName } from "../../../src/core/domain/names.ts";
import type { Plan } from "../../../src/core/domain/plan.ts";
import { known, unknown } from "../../../src/core/domain/reading.ts";
import type { Renewal } from "../../../src/core/domain/renewal.ts";
import { beginDraft, finishDraft } from "../../../src/core/plan/draft.ts";
import { planRenewals } from "../../../src/core/plan/renewals.ts";
import type { MachineSpec, PoolSpec } from "../support/pool.ts";
import { decideTicks, machines, order } from "../support/ticks.ts";

const web = { demand: { series: "sessions", perMachine: 55 }, machines: { floor: 2 } };

/** web wants three machines, and has those given. */
function planFor(given: Record<string, MachineSpec>, renewals: readonly Renewal[], spec: Partial<PoolSpec> = {}): Plan {
  const policies = { web, compile: { demand: "rest" } };
  const { pool, decision } = decideTicks([{ policies, demand: { web: 140 }, ...spec, machines: given }]);
  const draft = beginDraft({ ...pool, decision });
  planRenewals(draft, renewals);
  return finishDraft(draft);
}

const renewal = (machine: string, given: Partial<Renewal> = {}): Renewal => ({
  machine: machineName(machine),
  image: imageName("web.1"),
  cause: "roll-out of web.1",
  manner: "usual",
  orderedMs: null,
  ...given,
});
const many = { atOnce: "100%", perHour: "100%" };

describe("a renewal", () => {
  test("is a move to the machine's own role, with the image that was asked for", () => {
    expect(planFor(machines(1, 3, { in: "web" }), [renewal("m02")]).moves).toMatchObject([
      { machine: "m02", from: "web", to: "web", toImage: "web.1", manner: "usual", reason: "roll-out of web.1" },
    ]);
  });

  test("needs no dwell, keeps the floor, and says in one line what waits for it", () => {
    const given = machines(1, 4, { in: "web", uptimeS: 60 });
    const plan = planFor(
      given,
      ["m01", "m02", "m03", "m04"].map((name) => renewal(name)),
      { limits: many, demand: { web: 50 } },
    );
    expect(plan.moves.map(({ machine }) => machine)).toEqual(["m01", "m02"]);
    expect(plan.notDone).toMatchObject([
      { subject: "web", what: "reboot 2 machines: roll-out of web.1", why: "web is at its floor of 2" },
    ]);
  });

  test("waits while its role has fewer machines than it should", () => {
    const given = { ...machines(1, 3, { in: "web" }), m04: { in: "compile" } };
    const plan = planFor(given, [renewal("m01")], { demand: { web: 180 }, deltaMs: 60_000 });
    expect(plan.moves).toEqual([]);
    expect(plan.notDone).toMatchObject([{ why: "web is 1 short, and its reboots wait" }]);
  });

  test("leaves those that the load needs, and where none is left over goes singly", () => {
    const without = { demand: { series: "sessions", perMachine: 55 } };
    const policies = { web: without, compile: { demand: "rest" } };
    const asked = ["m01", "m02", "m03", "m04"].map((name) => renewal(name));
    const full = planFor(machines(1, 3, { in: "web" }), asked, { policies, limits: many });
    expect(full.moves.map(({ machine }) => machine)).toEqual(["m01"]);
    expect(full.notDone).toMatchObject([
      { what: expect.stringContaining("2 machines"), why: expect.stringContaining("load needs 3 machines") },
    ]);
    const roomy = planFor(machines(1, 4, { in: "web" }), asked, { policies, limits: many, demand: { web: 105 } });
    expect(roomy.moves.map(({ machine }) => machine)).toEqual(["m01", "m02"]);
  });

  test("waits while its role's load is said to have dropped, and nothing confirms it", () => {
    const policies = { web, compile: { demand: "rest" } };
    const given = machines(1, 4, { in: "web" });
    const [full, dropped] = [210, 20].map((sessions) => ({ demand: known(sessions), confirm: known(600) }));
    const ticks = [full, dropped].map((demand) => ({ policies, machines: given, demand: { web: demand ?? 0 } }));
    const { pool, decision } = decideTicks(ticks);
    expect(decision.roles.get(roleName("web"))?.state).toBe("suspect");
    const draft = beginDraft({ ...pool, decision });
    planRenewals(draft, [renewal("m01")]);
    expect(finishDraft(draft).moves).toEqual([]);
    expect(draft.notDone).toMatchObject([
      { why: "web's demand dropped suddenly and unconfirmed, and its reboots wait" },
    ]);
  });

  test("waits while nobody knows its role's load, unless it is urgent", () => {
    const given = machines(1, 4, { in: "web" });
    const blind = { demand: { web: unknown("no answer") } };
    const plan = planFor(given, [renewal("m01")], blind);
    expect(plan.moves).toEqual([]);
    expect(plan.notDone).toMatchObject([{ why: "web's demand is unknown (no answer), and its reboots wait" }]);
    expect(planFor(given, [renewal("m01", { isUrgent: true })], blind).moves).toHaveLength(1);
  });

  test("that is urgent waits neither for its role nor for a window, but keeps the floor", () => {
    const given = { ...machines(1, 3, { in: "web" }), m04: { in: "compile" } };
    const window = { opens: "0 * * * *", for: "10m", timezone: "UTC" };
    const windows = [{ open: false, nextOpenMs: null, closesMs: null }];
    const spec = { demand: { web: 180 }, deltaMs: 60_000, windows, limits: { ...many, windows: [window] } };
    const asked = [renewal("m01"), renewal("m02"), renewal("m03")];
    expect(planFor(given, asked, spec).moves).toEqual([]);
    const urgent = asked.map((one) => ({ ...one, isUrgent: true }));
    expect(planFor(given, urgent, spec).moves.map(({ machine }) => machine)).toEqual(["m01"]);
  });

  test("that is not to begin yet is not begun, and says why", () => {
    const plan = planFor(machines(1, 4, { in: "web" }), [renewal("m01", { waits: "its health is not clear" })]);
    expect(plan.moves).toEqual([]);
    expect(plan.notDone).toMatchObject([{ why: "its health is not clear" }]);
  });

  test("obeys limits, pins and pauses like any move", () => {
    const pin = order({ kind: "pin", machine: machineName("m01") });
    const given = machines(1, 5, { in: "web" });
    const plan = planFor(given, [renewal("m01"), renewal("m02"), renewal("m03")], {
      overrides: [pin],
      limits: { atOnce: "10%" },
    });
    expect(plan.moves.map(({ machine }) => machine)).toEqual(["m02"]);
    expect(plan.notDone.map(({ why }) => why)).toEqual(["pinned by ada: test", "1 in operation, at most 1 at once"]);
  });

  test("of an image that is missing, or of another role, is refused", () => {
    const given = machines(1, 3, { in: "web" });
    const asked = [renewal("m01", { image: imageName("web.9") }), renewal("m02", { image: imageName("compile.1") })];
    expect(planFor(given, asked).notDone.map(({ why }) => why)).toEqual([
      "no image: web.9 is missing or broken",
      "image compile.1 says that it is for compile, not web",
    ]);
  });
});

describe("a hard renewal", () => {
  const hard = (name: string) => renewal(name, { manner: "hard" });

  test("takes a machine that is silent, in the role that is recorded of it, though its role is short", () => {
    const given = { ...machines(1, 2, { in: "web" }), m03: { in: "web", silent: true } };
    expect(planFor(given, [hard("m03")]).moves).toMatchObject([
      { machine: "m03", from: "web", to: "web", manner: "hard" },
    ]);
    expect(planFor(given, [renewal("m03")]).moves).toEqual([]);
  });

  test("is not for what retask must not command: strays, the quarantined, a BMC that does not answer", () => {
    const given = {
      ...machines(1, 2, { in: "web" }),
      m03: { in: "web", silent: true, adopted: false },
      m04: { in: "web", silent: true, quarantine: "did not come up" },
      m05: { in: "web", silent: true, unmanageable: "RTK_BMC_AUTH" },
    };
    const plan = planFor(given, [hard("m03"), hard("m04"), hard("m05")], { limits: many });
    expect(plan.moves).toEqual([]);
    expect(plan.notDone.map(({ why }) => why)).toEqual([
      "not adopted",
      "quarantined: did not come up",
      "unmanageable: RTK_BMC_AUTH",
    ]);
  });
});
