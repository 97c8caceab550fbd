/** What an operation must survive: each test is a way in which a machine could be lost, or switched off when it must not be. */
import { describe, expect, test } from "vitest";
import { cancelOperation, stateOf } from "../../../src/core/operate/operation.statechart.ts";
import { CAME_UP, drained, effect, facts, newChart, run, serving, VERIFYING, WAY } from "./operation-facts-fixture.ts";

const identified = effect("identify");

describe("before the power-off", () => {
  test.each([["RTK_BMC_UNREACHABLE"], ["RTK_BMC_AUTH"]])(
    "an off that was seen running and then proved unsent (%s) undoes",
    (code) => {
      const running = { effects: { ...identified, ...effect("softOff", { state: "running" }) }, traffic: drained };
      const unsent = { effects: { ...identified, ...effect("softOff", { state: "failed", code }) }, traffic: drained };
      expect(stateOf(run([...WAY.poweringOff, running, running, unsent]))).toBe("undoing");
    },
  );

  test.each([["relinking"], ["poweringOff"]] as const)("in %s, traffic that came back is drained again", (state) => {
    const forgotten = { link: "target", traffic: serving } as const;
    const chart = run([...WAY[state], forgotten]);
    expect(stateOf(chart)).toBe("draining");
    const again = { link: "target", traffic: drained } as const;
    expect(stateOf(run([again, again], chart))).toBe("poweringOff");
  });

  test("once the off is sent, what the proxies say of it stops nothing", () => {
    const sent = { effects: { ...identified, ...effect("softOff") }, traffic: serving };
    expect(stateOf(run([...WAY.poweringOff, sent, sent]))).toBe("poweringOff");
  });
});

describe("an undo", () => {
  const undoing = cancelOperation(run(WAY.draining), "load returned");

  test.each([["trafficOff"], ["relink"]] as const)("does not end while a %s is still under way", (kind) => {
    const seen = { link: "from", traffic: serving } as const;
    const under = run([{ ...seen, effects: effect(kind, { state: "running" }) }], undoing);
    expect(stateOf(under)).toBe("undoing");
    expect(stateOf(run([{ ...seen, effects: effect(kind) }], under))).toBe("undone");
  });

  test("gives up a link that is no longer retask's, and only once the machine serves", () => {
    const foreign = { link: "other", linkWhy: "its boot link is not retask's: a file" } as const;
    const drainedLong = run(Array(1_000).fill({ ...foreign, traffic: drained }), undoing);
    expect(stateOf(drainedLong)).toBe("undoing");
    expect(stateOf(run([{ ...foreign, traffic: serving }], drainedLong))).toBe("undone");
    expect(stateOf(run(Array(30).fill({ ...foreign, traffic: serving }), undoing))).toBe("undoing");
  });

  test("waits for a link that can't be read: it may still name the new image", () => {
    const unreadable = { link: "unreadable", linkWhy: "its boot link can't be read: EIO", traffic: serving } as const;
    const long = run(Array(5_000).fill(unreadable), undoing);
    expect(stateOf(long)).toBe("undoing");
    expect(stateOf(run([{ link: "from", traffic: serving }], long))).toBe("undone");
  });

  test("never gives up a link that names the new image: the machine's next boot would be into the wrong role", () => {
    expect(stateOf(run(Array(5_000).fill({ link: "target", traffic: serving }), undoing))).toBe("undoing");
  });
});

describe("after the power-off", () => {
  test("a machine for the cold spares is done only when no duplicate of its off can still arrive", () => {
    const spare = run([{ effects: effect("preflight") }, { traffic: drained }], newChart({ endsOff: true }));
    const off = (given: object) => ({ power: "off" as const, traffic: drained, effects: effect("softOff", given) });
    for (const early of [{ state: "running" as const }, { ageMs: 16_999 }])
      expect(stateOf(run([off(early)], spare))).toBe("poweringOff");
    expect(stateOf(run([off({ ageMs: 17_000 })], spare))).toBe("done");
  });

  test("one that is off after all at the deadline is not quarantined while the last off settles", () => {
    const spare = run([{ effects: effect("preflight") }, { traffic: drained }], newChart({ endsOff: true }));
    const offs = { ...effect("softOff", { ageMs: 300_000 }), ...effect("hardOff", { ageMs: 5_000 }) };
    const on = { effects: offs, traffic: drained };
    const late = run(Array(299).fill(on), spare);
    expect(stateOf(run(Array(5).fill({ ...on, power: "off" }), late))).toBe("poweringOff");
  });

  test("a machine that goes off again while it boots is switched on again", () => {
    const on = effect("powerOn", { ageMs: 20_000 });
    const fell = run([...VERIFYING, { power: "off", effects: on, boot: { kind: "silent", why: "refused" } }]);
    expect(stateOf(fell)).toBe("poweringOn");
    const gaveUp = effect("powerOn", { ageMs: 60_000, attempts: 3 });
    expect(stateOf(run([{ power: "off", effects: gaveUp }], fell))).toBe("quarantined");
  });
});

describe("warming", () => {
  const timing = { ...facts().timing, warmUpMs: 1_200_000 };
  const warm = { ...CAME_UP, traffic: serving, timing };
  const warming = run([...VERIFYING, CAME_UP]);

  test("a warm-up longer than the time that coming up may take ends as done", () => {
    const chart = run(Array(1_150).fill(warm), warming);
    expect(stateOf(chart)).toBe("warming");
    expect(stateOf(run(Array(60).fill(warm), chart))).toBe("done");
  });

  test("one lost answer pauses the warm-up, a proxy that finds the machine down begins it anew", () => {
    const short = { ...timing, warmUpMs: 10_000 };
    const up = { ...warm, timing: short };
    const lost = { ...up, boot: { kind: "silent" as const, why: "no answer in this tick" } };
    const down = { ...up, traffic: { ...serving, up: false } };
    const half = run(Array(6).fill(up), warming);
    expect(stateOf(run([lost, ...Array(5).fill(up)], half))).toBe("done");
    expect(stateOf(run([down, ...Array(5).fill(up)], half))).toBe("warming");
  });
});
